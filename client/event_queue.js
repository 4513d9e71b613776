import { Answer, event } from "./protocol.js";

const LIMIT = 100;
const PATIENCE = 1000;
const QUEUED_PATIENCE = 10000;
const GAP_PAUSE = 500;

/**
 * Events in the order the viewer did them, each kept until it is answered for good (R17). No clock of its own: `now`
 * is passed in. At most 100 wait; one more is refused and the viewer told.
 *
 * Seq 1, 2 and 3 wait and the connection is lost: all three are sent again, in order, with `lo` 1. After 1 and 2 are
 * answered, 3 goes with `lo` 3, which tells the server that it will not be asked about 1 and 2 any more.
 */
export class EventQueue {
  #seq; #pending; #pausedUntil = -Infinity;

  constructor({ seq = 0, pending = [] } = {}) {
    this.#seq = seq;
    this.#pending = pending.map((entry) => ({ ...entry, sentAt: null, isQueued: false }));
  }

  get size() { return this.#pending.length; }

  /** What to keep over a reload, where the clock begins anew: each event with the time it has waited so far. */
  identity(now) {
    return { seq: this.#seq, pending: this.#pending.map(({ seq, component, name, data, at }) =>
      ({ seq, component, name, data, at: at - now })) };
  }

  /** The components that wait for an answer. */
  get components() { return new Set(this.#pending.map(({ component }) => component)); }

  /** When the oldest waiting event was done; null without any. */
  get oldest() { return this.#pending[0]?.at ?? null; }

  waitsFor(component) { return this.#pending.some((entry) => entry.component === component); }

  /** Its seq, or null when too many wait. */
  add(component, name, data, now) {
    if (this.#pending.length >= LIMIT) return null;
    this.#seq += 1;
    this.#pending.push({ seq: this.#seq, component, name, data, at: now, sentAt: null, isQueued: false });
    return this.#seq;
  }

  /**
   * The events to send now, marked as sent. `answers` says that the transport itself answers every event. The window
   * counts sequences, not entries: the server keeps the replies of the last 16, so none may run further ahead.
   */
  take(now, { window, answers = false }) {
    if (now < this.#pausedUntil) return [];
    const end = (this.#pending[0]?.seq ?? 0) + window;
    const waiting = this.#pending.filter(({ seq }) => seq < end);
    const first = waiting.findIndex((entry) => isDue(entry, now, answers));
    if (first < 0) return [];
    const due = waiting.slice(first).filter((entry) => !entry.isQueued || isDue(entry, now, answers));
    for (const entry of due) Object.assign(entry, { sentAt: now, isQueued: false });
    const lo = this.#pending[0].seq;
    return due.map(({ seq, component, name, data }) => event(seq, lo, component, name, data));
  }

  /** Takes an answer in; gives the entry that is done with, or null if none is. */
  answer({ seq, state, after, expected }, now) {
    const index = this.#pending.findIndex((entry) => entry.seq === seq);
    if (index < 0) return null;
    const entry = this.#pending[index];
    switch (state) {
      case Answer.applied:
      case Answer.failed: return this.#pending.splice(index, 1)[0];
      case Answer.queued: Object.assign(entry, { isQueued: true, sentAt: now }); break;
      case Answer.retry: this.#again(seq, now + 1000 * (after ?? 1)); break;
      case Answer.gap: this.#again(expected ?? 0, this.#has(expected) ? now : now + GAP_PAUSE); break;
    }
    return null;
  }

  /** Everything goes out again: another connection knows nothing of what was on its way. */
  reconnected() {
    this.#pausedUntil = -Infinity;
    this.#again(0, -Infinity);
  }

  #has(seq) { return this.#pending.some((entry) => entry.seq === seq); }

  #again(seq, at) {
    this.#pausedUntil = Math.max(this.#pausedUntil, at);
    for (const entry of this.#pending) if (entry.seq >= seq) Object.assign(entry, { sentAt: null, isQueued: false });
  }
}

function isDue({ sentAt, isQueued }, now, answers) {
  if (sentAt === null) return true;
  if (answers) return isQueued && now - sentAt >= PATIENCE;
  return now - sentAt >= (isQueued ? QUEUED_PATIENCE : PATIENCE);
}
