// The words of docs/protocol.md; no other file spells a message's name. When adding a message, update that page and
// the fixtures in Tests/Wire too.

export const PROTOCOL = 1;

/** Messages in either direction. */
export const Message = Object.freeze({
  hello: "hello", event: "event", sync: "sync", pong: "pong",
  full: "full", delta: "delta", rebase: "rebase", ack: "ack", status: "status", ping: "ping",
});

/** What may become of an event; `queued`, `retry` and `gap` are not final. */
export const Answer = Object.freeze({
  queued: "queued", applied: "applied", failed: "failed", retry: "retry", gap: "gap",
});

/** Why an event failed, as far as more follows from it than words for the viewer. */
export const Reason = Object.freeze({ unknownComponent: "unknown_component" });

/** How fresh a front says its page is. */
export const Freshness = Object.freeze({ ok: "ok", stale: "stale", behind: "behind" });

/** Why a server ended a socket for good; see `isFinal`. */
export const CloseCode = Object.freeze({
  normal: 1000, later: 1013, sessionEnded: 4014, badMessage: 4501, forbidden: 4503, pageGone: 4504, version: 4505,
});

/** The item of a page that holds its definition. */
export const PAGE_ITEM = "@page";

/** True when reconnecting is useless; after the end of a session, because only the page's HTML starts another. */
export const isFinal = (code) => code === CloseCode.sessionEnded || (code >= 4500 && code <= 4999);

/** Whether somebody with these roles is among those that `view`, `act` or `allow` name; see docs/protocol.md. */
export const admits = (audience, roles) => audience === true || (Array.isArray(audience) && audience.some((role) => roles.includes(role)));

/** The role that sees mistakes in definition files. */
export const EDITOR = "editor";

export const hello = (client, since) =>
  ({ type: Message.hello, protocol: PROTOCOL, client, ...(since ? { since } : {}) });
export const sync = (since) => ({ type: Message.sync, ...(since ? { since } : {}) });
export const pong = () => ({ type: Message.pong });
export const event = (seq, lo, component, name, data) =>
  ({ type: Message.event, seq, lo, component, event: name, data });
export const ack = (seq, state, more) => ({ type: Message.ack, seq, state, ...more });
export const status = (state, reason, age) =>
  ({ type: Message.status, state, ...(reason ? { reason } : {}), ...(age === null ? {} : { age_ms: age }) });

/** The body of an event sent by POST. */
export const eventBody = (client, { seq, lo, component, event: name, data }, since) =>
  ({ client, seq, lo, component, event: name, data, ...(since ? { since } : {}) });
