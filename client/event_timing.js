// Typing and scrolling say the same thing again and again: only their latest word matters.
const CONFLATED = new Set(["input", "scroll"]);
const SCROLL_THROTTLE = 200;

/**
 * Holds events back as their listeners wish, in the order in which the viewer acted. No clock of its own: `now` is
 * passed in, in milliseconds.
 *
 * Ten inputs within `debounce` are one event, the last. A click meanwhile first lets the held input go, then itself. An
 * `input` whose forerunner is unanswered waits for that answer, so a slow line is not flooded.
 */
export class EventTiming {
  #send; #held = new Map(); #sentAt = new Map(); #underWay = new Map();

  /** `send({component, name, data, isReleased})` puts an event into the queue. */
  constructor(send) { this.#send = send; }

  /** When something is due; Infinity if nothing is. */
  get nextAt() { return Math.min(Infinity, ...[...this.#held.values()].map(({ at }) => at)); }

  happened(event, { debounce = 0, throttle = event.name === "scroll" ? SCROLL_THROTTLE : 0 } = {}, now) {
    const key = keyOf(event);
    if (debounce > 0) return this.#hold(key, event, now + debounce, now);
    const due = throttle > 0 ? (this.#sentAt.get(key) ?? -Infinity) + throttle : now;
    if (due > now) return this.#hold(key, event, due, now);
    this.#held.delete(key);
    if (this.#mustWait(key, event)) return this.#hold(key, event, Infinity, now);
    this.flush(now);
    this.#release(key, event, now);
  }

  /** Lets go what is due. */
  tick(now) {
    for (const [key, { event, at }] of [...this.#held]) {
      if (at > now) continue;
      if (this.#mustWait(key, event)) this.#held.set(key, { event, at: Infinity });
      else this.#release(key, event, now);
    }
  }

  /** Lets everything go, or all of one component; the latest doing last. */
  flush(now, component = null) {
    for (const [key, { event }] of [...this.#held]) {
      if (component === null || event.component === component) this.#release(key, event, now);
    }
  }

  answered(event, now) {
    const key = keyOf(event);
    const left = (this.#underWay.get(key) ?? 0) - 1;
    if (left > 0) return void this.#underWay.set(key, left);
    this.#underWay.delete(key);
    const held = this.#held.get(key);
    if (held?.at === Infinity) this.#release(key, held.event, now);
  }

  /** Forgets a component that is gone. */
  forget(component) {
    for (const map of [this.#held, this.#sentAt, this.#underWay]) {
      for (const key of [...map.keys()]) if (key.startsWith(`${component} `)) map.delete(key);
    }
  }

  #mustWait(key, { name }) { return CONFLATED.has(name) && this.#underWay.has(key); }

  // Other components' doings that came before go before.
  #hold(key, event, at, now) {
    for (const [other, held] of [...this.#held]) {
      if (held.event.component !== event.component) this.#release(other, held.event, now);
    }
    this.#held.delete(key);
    this.#held.set(key, { event, at });
  }

  #release(key, event, now) {
    this.#held.delete(key);
    this.#sentAt.set(key, now);
    if (this.#send(event) !== false) this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
  }
}

const keyOf = ({ component, name }) => `${component} ${name}`;
