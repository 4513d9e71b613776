import { SILENCE_SHOWN } from "./delays.js";
import { duration } from "./durations.js";
import { CloseCode, Freshness } from "./protocol.js";

const PENDING_SHOWN = 1000;
const ENDINGS = new Map([
  [CloseCode.pageGone, "This page is gone"], [CloseCode.forbidden, "You may not see this page"],
  [CloseCode.version, "A newer Splitflap runs here: please reload"], [CloseCode.badMessage, "Please reload this page"],
]);

/**
 * What the badge says about the facts at a moment: `{tone, text, detail}`. Worst news first; `detail` is for those who
 * ask. Silence counts from the last contact, and polls may be silent for their interval.
 */
export function describe(facts, now) {
  const age = now - facts.dataAt;
  const old = Number.isFinite(age) ? `data from ${duration(age)} ago` : "no data yet";
  if (facts.closed !== null) return { tone: "bad", text: ENDINGS.get(facts.closed) ?? "Connection ended", detail: old };
  if (facts.phase === "starting") return { tone: "idle", text: "Connecting", detail: old };
  if (facts.phase === "lost") return { tone: "warn", text: `Reconnecting · ${old}`, detail: "" };
  if (facts.freshness !== Freshness.ok) return { tone: "warn", text: `${reasonOf(facts)} · ${old}`, detail: "" };
  if (now - facts.heardAt >= limit(facts)) return { tone: "warn", text: `No answer · ${old}`, detail: "" };
  if (facts.pending && now - facts.pendingAt > PENDING_SHOWN) return { tone: "warn", text: waiting(facts.pending), detail: "" };
  return healthy(facts);
}

function healthy({ channel, wanted, interval }) {
  const rhythm = `every ${duration(interval)}`;
  if (channel === "socket") return { tone: "good", text: "Live", detail: "Changes arrive at once" };
  if (wanted === "ajax") return { tone: "good", text: `Live, ${rhythm}`, detail: "Asks for changes" };
  return { tone: "idle", text: `Polling ${rhythm}`, detail: "WebSocket is not available; trying again in the background" };
}

const waiting = (count) => `${count} ${count === 1 ? "action waits" : "actions wait"}`;
const limit = ({ channel, interval }) => channel === "poll" ? Math.max(SILENCE_SHOWN, interval + 1500) : SILENCE_SHOWN;

function reasonOf({ freshness, reason }) {
  const text = (reason || (freshness === Freshness.behind ? "Server is catching up" : "Not up to date")).replaceAll("_", " ");
  return text[0].toUpperCase() + text.slice(1);
}

/** The discreet badge in the page's corner. Ages are counted by this tab's own monotonic clock. */
export class Status {
  #element; #facts; #timer = null; #shown = "";

  constructor(element, { transport, interval }) {
    this.#element = element;
    this.#facts = {
      wanted: transport, interval, channel: null, phase: "starting", closed: null, heardAt: -Infinity, dataAt: -Infinity,
      freshness: Freshness.ok, reason: "", pending: 0, pendingAt: 0,
    };
  }

  start() { this.#timer = setInterval(() => this.#render(), 500); }

  stop() { clearInterval(this.#timer); }

  channel(name) { this.#note({ channel: name, freshness: Freshness.ok, reason: "" }); }

  reached(now) {
    const dataAt = this.#facts.freshness === Freshness.ok ? now : this.#facts.dataAt;
    this.#note({ heardAt: now, dataAt, phase: "live", closed: null });
  }

  reconnecting() { if (this.#facts.phase !== "starting") this.#note({ phase: "lost" }); }

  closed(code) { this.#note({ closed: code }); }

  pending(count, oldest) { this.#note({ pending: count, pendingAt: oldest }); }

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
    const { tone, text, detail } = describe(this.#facts, performance.now());
    if (this.#shown === tone + text) return;
    this.#shown = tone + text;
    this.#element.dataset.tone = tone;
    this.#element.title = detail;
    this.#element.lastElementChild.textContent = text;
  }
}
