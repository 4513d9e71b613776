/** Counts answers of fronts that know less than this tab: after 10 s of at least 3 of them their memory is lost. */
export class BehindCounter {
  #since = null;
  #count = 0;

  clear() { this.#since = null; this.#count = 0; }

  /** True when it is time to take whatever the server has. */
  note(now) {
    this.#since ??= now;
    this.#count += 1;
    return this.#count >= 3 && now - this.#since >= 10000;
  }
}
