import { Frame } from "./frame.js";
import { PAGE_ITEM } from "./protocol.js";
import { setText } from "./elements.js";
import { acts } from "./components/index.js";
import { loadStyle } from "./style_loader.js";

const TICK = 1000;

// Light and dark are in theme.css.
const THEMES = new Set(["midnight", "paper", "board", "forest"]);

/**
 * Shows the store's page: heading, theme, one frame per component. Changes are drawn together, once per animation
 * frame, so that no paint mixes two versions; only frames whose value changed are touched.
 */
export class Page {
  #store; #grid; #heading; #frames = new Map(); #changed = new Set(); #frameRequest = 0; #timer = null; #act = true;
  #actorsCame; #layout = null; #busy = new Set(); #title = null;

  /** `actorsCame()` is awaited before anything shows that a viewer can act on. */
  constructor({ store, grid, heading, actorsCame }) {
    this.#store = store;
    this.#grid = grid;
    this.#heading = heading;
    this.#actorsCame = actorsCame;
  }

  start() {
    showTheme(document.documentElement.dataset.theme);
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  stop() {
    clearInterval(this.#timer);
    cancelAnimationFrame(this.#frameRequest);
    this.#frameRequest = 0;
  }

  /** Draws these ids with the next paint. */
  invalidate(ids) {
    for (const id of ids) this.#changed.add(id);
    this.#frameRequest ||= requestAnimationFrame(() => this.#commit());
  }

  /** Marks a component as waiting for the answer to an event. */
  busy(id, isBusy) {
    if (isBusy) this.#busy.add(id);
    else this.#busy.delete(id);
    this.#frames.get(id)?.busy(isBusy);
  }

  /** Tells the viewer something about a component; empty text takes it back. */
  notice(id, text) { this.#frames.get(id)?.notice(text); }

  #commit() {
    this.#frameRequest = 0;
    const changed = [...this.#changed];
    this.#changed.clear();
    const definition = this.#store.value(PAGE_ITEM);
    if (changed.includes(PAGE_ITEM) && definition) {
      if (!this.#layout && definition.order?.length > 1) return this.#fetchLayout(changed);
      this.#arrange(definition);
    }
    for (const id of changed) this.#frames.get(id)?.show(this.#store.value(id));
  }

  // A page of one component needs no arithmetic.
  async #fetchLayout(changed) {
    [this.#layout] = await Promise.all([import("./layout.js"), loadStyle(new URL("./layout.css", import.meta.url))]);
    this.invalidate(changed);
  }

  #tick() {
    for (const frame of this.#frames.values()) frame.tick();
  }

  #arrange({ title, theme, act, order = [], layout, components = {}, mistakes }) {
    showMistakes(mistakes);
    setText(this.#heading, title ?? "");
    // An answer may have given this one tab another title, which stays until the page itself takes a new one.
    if (title !== this.#title) document.title = title || "Splitflap";
    this.#title = title;
    showTheme(theme);
    const definitions = new Map(Object.entries(components));
    const known = order.filter((id) => definitions.has(id));
    const picture = this.#layout?.arrange(layout, known) ?? { columns: 0, rows: 0, places: new Map(), sequence: known };
    this.#act = act !== false;
    this.#keepFrames(picture.sequence, definitions);
    this.#place(picture, definitions);
  }

  // Frames whose definition is as before stay the same elements: no focus or scroll position is lost.
  #keepFrames(sequence, definitions) {
    for (const [id, frame] of this.#frames) {
      if (sequence.includes(id) && frame.isFor(definitions.get(id))) continue;
      frame.remove();
      this.#frames.delete(id);
    }
    for (const id of sequence) {
      if (this.#frames.has(id)) continue;
      const frame = new Frame(id, definitions.get(id));
      this.#frames.set(id, frame);
      frame.busy(this.#busy.has(id));
      frame.load(acts(frame.type) ? this.#actorsCame : null).then(() => this.invalidate([id]));
    }
  }

  #place({ columns, rows, places, sequence }, definitions) {
    const spans = this.#layout?.pairUp(sequence.map((id) => definitions.get(id))) ?? [];
    this.#grid.style.setProperty("--columns", columns || 1);
    this.#grid.style.setProperty("--rows", rows || 1);
    this.#grid.dataset.flow = sequence.length === 1 ? "alone" : columns ? "picture" : "order";
    sequence.forEach((id, index) => {
      const frame = this.#frames.get(id);
      frame.place(places.get(id), spans[index] ?? "full", this.#layout?.isHalf(definitions.get(id)));
      frame.allow(this.#act);
      const there = this.#grid.children[index] ?? null;
      if (there !== frame.element) this.#grid.insertBefore(frame.element, there);
    });
  }
}

function showTheme(theme = "") {
  if (THEMES.has(theme)) loadStyle(new URL(`./themes/${theme}.css`, import.meta.url));
  document.documentElement.dataset.theme = theme;
}

// Only the editor of a broken file ever needs this.
let mistakesModule = null;

async function showMistakes(text) {
  if (!text && !mistakesModule) return;
  mistakesModule ??= Promise.all([import("./mistakes.js"), loadStyle(new URL("./mistakes.css", import.meta.url))]);
  (await mistakesModule)[0].showMistakes(text);
}
