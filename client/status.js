import { SILENCE_RECONNECT, SILENCE_SHOWN } from "./delays.js";
import { age } from "./durations.js";
import { CloseCode, Freshness } from "./protocol.js";

const TICK = 250;
const ENDINGS = new Map([
  [CloseCode.pageGone, "This page is gone"], [CloseCode.forbidden, "You may not see this page"],
  [CloseCode.sessionEnded, "Signed out"],
]);

/** What the badge says at a moment, worst news first: `[tone, text, detail]`. */
export function describe(facts, now) {
  const { closed, phase, freshness, heardAt, dataAt, channel, wanted, interval } = facts;
  const old = Number.isFinite(dataAt) ? `data from ${age(now - dataAt)} ago` : "no data yet";
  if (closed !== null) return ["bad", ENDINGS.get(closed) ?? "Please reload this page", old];
  if (phase === "starting") return ["idle", "Connecting", old];
  if (phase === "lost") return ["warn", `Reconnecting · ${old}`, ""];
  if (freshness !== Freshness.ok) return ["warn", `${reasonOf(facts)} · ${old}`, ""];
  if (channel === "line" && now - heardAt >= SILENCE_RECONNECT) return ["warn", `Reconnecting · ${old}`, ""];
  if (now - heardAt >= SILENCE_SHOWN) return ["warn", `No answer · ${old}`, ""];
  if (channel === "line") return ["good", "Live", ""];
  if (wanted === "ajax") return ["good", `Live, every ${interval / 1000} s`, ""];
  return ["idle", `Polling every ${interval / 1000} s`, "WebSocket is not available; tried again in the background"];
}

function reasonOf({ freshness, reason }) {
  const usual = freshness === Freshness.behind ? "Server is catching up" : "Not up to date";
  const text = (reason || usual).replaceAll("_", " ");
  return text[0].toUpperCase() + text.slice(1);
}

/** The discreet badge in the page's corner. Ages are counted by this tab's own monotonic clock. */
export class Status {
  #element; #facts; #timer = null; #shown = "";

  constructor(element, { transport, interval }) {
    this.#element = element;
    this.#facts = {
      wanted: transport, interval, channel: null, phase: "starting", closed: null, heardAt: -Infinity,
        dataAt: -Infinity,
      freshness: Freshness.ok, reason: "",
    };
  }

  start() { this.#timer = setInterval(() => this.#render(), TICK); }

  stop() { clearInterval(this.#timer); }

  channel(channel) { this.#note({ channel }); }

  /** False if that channel is in use already. */
  switchTo(channel) {
    if (this.#facts.channel === channel) return false;
    this.#note({ channel, freshness: Freshness.ok, reason: "" });
    return true;
  }

  /** A server answered; `isNewest`: it has nothing that is newer than what is shown. */
  reached(now, isNewest = true) {
    const dataAt = isNewest && this.#facts.freshness === Freshness.ok ? now : this.#facts.dataAt;
    this.#note({ heardAt: now, dataAt, phase: "live", closed: null });
  }

  reconnecting() { this.#note({ phase: "lost" }); }

  closed(code) { this.#note({ closed: code }); }

  /** Another instance of the page is asked for: nothing is known of it, and the old one's news are over. */
  restarted() {
    this.#note({ closed: null, freshness: Freshness.ok, reason: "", heardAt: performance.now(), dataAt: -Infinity });
  }

  /** Takes a `status` message in. */
  freshness({ state, reason = "", age_ms: age }) {
    const now = performance.now();
    const dataAt = state === Freshness.ok ? now : Number.isFinite(age) ? now - age : this.#facts.dataAt;
    this.#note({ freshness: state, reason, dataAt });
  }

  #note(facts) {
    Object.assign(this.#facts, facts);
    this.#render();
  }

  #render() {
    const [tone, text, detail] = describe(this.#facts, performance.now());
    if (this.#shown === tone + text) return;
    this.#shown = tone + text;
    this.#element.dataset.tone = tone;
    this.#element.title = detail;
    this.#element.lastElementChild.textContent = text;
  }
}
