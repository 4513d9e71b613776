import { age } from "./durations.js";
import { make, setText } from "./elements.js";
import { loadStyle } from "./style_loader.js";

const MOST = 4;
const SHOWN = 5000;
const SHOWN_PER_LETTER = 50;
const PENDING_SHOWN = 1000;
const LEVELS = new Set(["good", "warn", "bad"]);

/** What to say of actions without an answer; empty while that is nothing to speak of. */
export function describePending(count, waited) {
  if (!count || waited <= PENDING_SHOWN) return "";
  return `${count === 1 ? "1 action waits" : `${count} actions wait`} · ${age(waited)}`;
}

/**
 * Lines of text in the corner of the page, for this viewer alone, and below them how many of his actions wait for an
 * answer. At most four; what is bad stays until it is dismissed, the others as long as it takes to read them.
 */
export class Notices {
  #region = null; #list; #waiting; #shown = new Map();

  /** Shows a line; the same one again only stays longer. */
  show(text, level = "") {
    if (typeof text !== "string" || text === "") return;
    const known = LEVELS.has(level) ? level : "";
    const key = `${known} ${text}`;
    this.#shown.get(key)?.remove();
    this.#shown.set(key, this.#add(text, known, () => this.#shown.delete(key)));
    if (this.#shown.size > MOST) this.#shown.values().next().value.remove();
  }

  /** How many actions wait, and how long the oldest has. */
  pending(count, waited) {
    const text = describePending(count, waited);
    if (!text && !this.#region) return;
    this.#build();
    setText(this.#waiting, text);
  }

  #build() {
    if (this.#region) return;
    loadStyle(new URL("./notices.css", import.meta.url));
    this.#list = make("div", "notices-list");
    this.#list.setAttribute("role", "log");
    this.#list.setAttribute("aria-label", "Notices");
    this.#waiting = make("p", "notices-waiting");
    this.#region = make("aside", "notices", this.#list, this.#waiting);
    this.#region.setAttribute("aria-label", "Answers to your actions");
    document.body.append(this.#region);
  }

  #add(text, level, whenGone) {
    this.#build();
    const dismiss = make("button", "notice-dismiss");
    const line = make("div", "notice", make("p", "notice-text", text), dismiss);
    let timer = null;
    const remove = () => { clearTimeout(timer); line.remove(); whenGone(); };
    const rest = () => { timer = level === "bad" ? null : setTimeout(remove, SHOWN + text.length * SHOWN_PER_LETTER); };
    dismiss.type = "button";
    dismiss.ariaLabel = "Dismiss";
    dismiss.addEventListener("click", remove);
    // Nothing goes away under a pointer or a focus.
    for (const type of ["pointerenter", "focusin"]) line.addEventListener(type, () => clearTimeout(timer));
    for (const type of ["pointerleave", "focusout"]) line.addEventListener(type, rest);
    line.dataset.level = level;
    if (level === "bad") line.setAttribute("role", "alert");
    this.#list.append(line);
    rest();
    return { remove };
  }
}
