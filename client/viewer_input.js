/**
 * Whose the value of an input is: the page's or the viewer's. No DOM: it is told what happens, and says what to show.
 *
 * The page offers "a"; the viewer types "ab", which is sent. While that is unanswered, and while the input has focus,
 * nothing the page offers is taken. Answered and left, the page's newest is taken: "ab", or what the program made of it.
 * A `stamp` that differs says that the program set the value on purpose: that also replaces text that was typed before
 * and never sent.
 */
export class ViewerInput {
  #offered = null; #written = ""; #isNew = false; #isAssigned = false;
  #isOwned = false; #isReleased = false; #unanswered = 0;

  /** True while what is typed is known to nobody else. */
  get isOwned() { return this.#isOwned; }

  /** What the page last said, as text. */
  get offered() { return this.#written; }

  /** The page says `{value, checked, stamp}`. */
  offer(state) {
    const written = JSON.stringify(state);
    if (this.#offered && written === this.#written) return;
    this.#isAssigned ||= this.#offered !== null && this.#offered.stamp !== state.stamp;
    this.#offered = state;
    this.#written = written;
    this.#isNew = true;
  }

  /** The viewer changed it: what the page offered before is past. */
  edited() {
    this.#isOwned = true;
    this.#isReleased = this.#isAssigned = this.#isNew = false;
  }

  /** The value left for the server. `isReleased`: the viewer is done with it, as after Enter. */
  sent(isReleased) {
    this.#isOwned = false;
    this.#isReleased = isReleased;
    this.#unanswered += 1;
  }

  answered() { this.#unanswered = Math.max(0, this.#unanswered - 1); }

  /** What to show now, or null to leave what is there. */
  take(isFocused) {
    const isTheirs = this.#unanswered > 0 || (isFocused && !this.#isReleased) || (this.#isOwned && !this.#isAssigned);
    if (!this.#isNew || isTheirs) return null;
    this.#isNew = this.#isAssigned = this.#isOwned = false;
    return this.#offered;
  }

  /** The viewer wants what the page last said. */
  reset() {
    this.#isNew = this.#isAssigned = this.#isOwned = this.#isReleased = false;
    return this.#offered;
  }

  /** What the page last said, if the viewer has nothing else in mind: for a list whose choices changed. */
  get settled() { return this.#isNew || this.#isOwned || this.#unanswered > 0 ? null : this.#offered; }
}
