import { age } from "./durations.js";
import { make, setAttribute, setText } from "./elements.js";
import { loadComponent, loadedComponent } from "./components/index.js";
import { once } from "./once.js";

const NOTICE_SHOWN = 8000;
const LOAD_AGAIN = 5000;
const SELF_EVIDENT = new Set(["clock", "button"]);
const OWN_LEVEL = new Set(["status", "list"]);
const OLD = new Set(["stale", "error"]);
const LEVELS = new Set(["good", "warn", "bad"]);
// Formats that `format.js` knows by itself.
const USUAL = /^(?:number|percent)(?: |$)/;
const REASONS = Object.freeze({ __proto__: null, error: "Something went wrong", empty: "Nothing to show yet",
  stale: "", loading: "" });

const loadWords = once(() => import("./format_words.js"));
const loadLevels = once(() => import("./levels.js"));

/** Gives an element of the board its rectangle of the picture, if it has one, and how wide to be on narrow screens. */
export function placeElement(element, place, span, isHalf) {
  element.dataset.span = span;
  element.toggleAttribute("data-half", isHalf === true);
  if (!place) return;
  element.style.setProperty("--row", `${place.row} / span ${place.rows}`);
  element.style.setProperty("--column", `${place.column} / span ${place.columns}`);
}

/**
 * What surrounds every component: title, note, age, and the look of the states loading, empty, stale and error. A
 * component that throws shows an error here and leaves the others alone.
 */
export class Frame {
  /** What it hangs in, on a page of elements; set by the tree. */
  parent = null;

  #definition; #listeners = {}; #parts; #module = null; #broken = null; #isCreated = false; #hasContent = false;
  #value; #state = {}; #bornAt = null; #noticeTimer = null; #allowed = true; #isBusy = false; #signed = null; #retry = null;

  constructor(id, definition) {
    this.#definition = definition;
    this.id = id;
    this.#parts = build(id, definition);
    this.dress(definition);
  }

  get element() { return this.#parts.element; }

  /** As elements have it, for whoever turns what viewers do into events. */
  get node() { return this.#parts.element; }

  get listeners() { return this.#listeners; }

  get type() { return this.#definition.type; }

  isFor(definition) { return contentsOf(this.#definition) === contentsOf(definition); }

  /** Takes in what may change while the frame stays; only pages written in Swift say it. */
  dress({ on, hidden, classes }) {
    this.#listeners = typeof on === "object" && on !== null ? on : {};
    setAttribute(this.element, "hidden", hidden === true ? "" : null);
    setAttribute(this.element, "class", typeof classes === "string" ? `frame ${classes}` : "frame");
  }

  remove() {
    clearTimeout(this.#noticeTimer);
    clearTimeout(this.#retry);
    this.element.remove();
  }

  /** True if all that the type needs is here already, so that the frame can be filled at once. */
  get isReady() {
    if (!this.#needsWords) this.#module ??= loadedComponent(this.type) ?? null;
    return this.#module !== null;
  }

  /** Fetches the code and style of the type, after `prepare()`; resolves in any case. */
  async load(prepare) {
    const { type } = this.#definition;
    try {
      await prepare?.();
      if (this.#needsWords) await loadWords();
      this.#module = await loadComponent(type);
      this.#broken = null;
    } catch (error) {
      this.#broken = error;
      this.#retry = setTimeout(() => this.load(prepare).then(() => this.show(this.#value)), LOAD_AGAIN);
    }
  }

  /** Whether the viewer may act here. */
  allow(isAllowed) {
    if (isAllowed && this.#allowed) return;
    this.#allowed = isAllowed;
    for (const element of this.#actors) setAttribute(element, "aria-disabled", isAllowed ? null : "true");
  }

  busy(isBusy) {
    if (!isBusy && !this.#isBusy) return;
    this.#isBusy = isBusy;
    for (const element of this.#actors) setAttribute(element, "aria-busy", isBusy ? "true" : null);
    if (this.#listens) this.#showBusy();
  }

  notice(text) {
    clearTimeout(this.#noticeTimer);
    setText(this.#parts.notice, text);
    if (text) this.#noticeTimer = setTimeout(() => setText(this.#parts.notice, ""), NOTICE_SHOWN);
  }

  /** Shows a value; undefined means that none has come yet. */
  show(value) {
    this.#value = value;
    this.#state = value ?? { state: "loading" };
    this.#bornAt = Number.isFinite(this.#state.age_ms) ? performance.now() - this.#state.age_ms : null;
    if (this.#module || this.#broken) this.#update();
    this.#showState();
    this.tick();
  }

  /** Counts the age on. */
  tick() {
    const isOld = this.#bornAt !== null && OLD.has(this.element.dataset.state);
    setText(this.#parts.age, isOld ? `${age(performance.now() - this.#bornAt)} old` : "");
  }

  get #needsWords() {
    const { format, formats } = this.#definition;
    return Boolean(formats || (format && !USUAL.test(format)));
  }

  get #listens() { return Object.keys(this.#listeners).length > 0; }

  get #actors() { return this.#parts.body.querySelectorAll("[data-action]"); }

  #update() {
    try {
      if (this.#broken) throw this.#broken;
      if (!this.#isCreated) this.#create();
      if (!this.#isFilled()) return;
      this.#module.update(this.#parts.body, this.#state);
      this.#hasContent = true;
    } catch (error) {
      console.error(error);
      this.#state = { state: "error", reason: "This component could not be drawn" };
    }
  }

  #create() {
    this.#isCreated = true;
    this.#module.create(this.#parts.body, this.#definition);
    this.allow(this.#allowed);
    this.busy(this.#isBusy);
  }

  #isFilled() {
    const { value, items, rows, points } = this.#state;
    const hasValue = [value, items, rows].some((part) => part !== undefined) || points?.length > 0;
    return hasValue || SELF_EVIDENT.has(this.#definition.type);
  }

  #showState() {
    const { state, reason, level } = this.#state;
    const { element, why } = this.#parts;
    const shown = state in REASONS ? state : this.#isFilled() || !this.#module ? "ok" : "empty";
    if (element.dataset.state !== shown) element.dataset.state = shown;
    element.toggleAttribute("data-blank", !this.#hasContent || (shown === "empty" && !this.#isFilled()));
    this.#showBusy();
    // An empty list or table says so itself.
    const isPlain = shown === "ok" || (shown === "empty" && this.#isFilled());
    setText(why, isPlain ? "" : reason ?? this.#fallback(shown));
    setAttribute(element, "data-level", LEVELS.has(level) ? level : null);
    const isQuiet = OWN_LEVEL.has(this.#definition.type) || level === "good";
    this.#sign(shown === "error" ? "bad" : isQuiet ? null : element.dataset.level);
  }

  #showBusy() {
    const isLoading = this.element.dataset.state === "loading" && !this.#hasContent;
    setAttribute(this.element, "aria-busy", isLoading || (this.#isBusy && this.#listens) ? "true" : null);
  }

  // Most frames never need a sign, so its code waits until one does.
  async #sign(level) {
    if (this.#signed === (level ?? null)) return;
    this.#signed = level ?? null;
    const module = await loadLevels().catch(() => null);
    module?.signLevel(this.#parts.sign, this.#signed);
  }

  #fallback(state) { return (state === "empty" && this.#definition.empty) || REASONS[state]; }
}

// Copies of one frame: making each of its elements takes three times as long.
let pattern = null;

function copyOfPattern() {
  if (!pattern) {
    const notice = make("p", "frame-notice");
    notice.setAttribute("role", "status");
    const head = make("header", "frame-head", make("h2", "frame-title"), make("span", "frame-sign"), make("span", "frame-age"));
    pattern = make("article", "frame", head, make("div"), make("p", "frame-why"), notice);
    Object.assign(pattern.dataset, { state: "loading", blank: "" });
  }
  return pattern.cloneNode(true);
}

function build(id, { type, title = titleOf(id), link, note, size, style }) {
  const element = copyOfPattern();
  const [head, body, why, notice] = element.children;
  const [heading, sign, age] = head.children;
  body.className = `frame-body ${type}`;
  heading.id = `title-${id}`;
  if (note) notice.before(make("p", "frame-note", note));
  heading.append(link ? titleLink(link, title) : title);
  if (title) element.setAttribute("aria-labelledby", heading.id);
  else heading.remove();
  element.setAttribute("data-component", id);
  element.setAttribute("data-type", type);
  if (size) element.dataset.size = size;
  if (style) element.dataset.style = style;
  return { element, body, sign, age, why, notice };
}

function titleLink(address, title) {
  const link = make("a", "", title);
  import("./url.js").then(({ setLink }) => setLink(link, address));
  return link;
}

const contentsOf = ({ on, hidden, classes, ...contents }) => JSON.stringify(contents);

const titleOf = (id) => (id[0].toUpperCase() + id.slice(1)).replaceAll(/[-_]/g, " ");
