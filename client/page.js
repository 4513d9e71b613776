import { Frame, placeElement } from "./frame.js";
import { PAGE_ITEM, admits } from "./protocol.js";
import { make, setText } from "./elements.js";
import { acts, bring, loadComponents } from "./components/index.js";
import { loadStyle } from "./style_loader.js";

const TICK = 1000;
const FETCH_AGAIN = 3000;
const FRAMES_PATIENCE = 100;
// Frames beyond which a page counts as long (grid.css).
const MANY = 100;

// The word of a picture for the controls of the variables, where no component has that id.
const CONTROLS = "controls";

// Light and dark are in theme.css.
const THEMES = new Set(["midnight", "paper", "board", "forest"]);

/**
 * Shows the store's page: heading, theme, one frame per component. Changes are drawn together, once per animation
 * frame, so that no paint mixes two versions; only frames whose value changed are touched.
 */
export class Page {
  #store; #grid; #heading; #frames = new Map(); #changed = new Set(); #frameRequest = 0; #timer = null; #act = true;
  #actorsCame; #layout = null; #elements = null; #name; #roles; #busy = new Set(); #title = null;
  #choose; #variables = null; #cell = make("div", "controls-cell"); #isOther = false;

  /**
   * `actorsCame()` is awaited before anything shows that a viewer can act on; it gives the way to send events.
   * `choose(parameters)` has another instance of the page shown.
   */
  constructor({ name, roles, store, grid, heading, actorsCame, choose }) {
    this.#name = name;
    this.#roles = roles;
    this.#store = store;
    this.#grid = grid;
    this.#heading = heading;
    this.#actorsCame = actorsCame;
    this.#choose = choose;
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

  /** What is shown is another instance's, not the one asked for: nobody can act on it. */
  rest(isOther) {
    this.#isOther = isOther;
    this.#showRest();
  }

  /** Draws these ids with the next paint. */
  invalidate(ids) {
    for (const id of ids) this.#changed.add(id);
    if (this.#changed.has(PAGE_ITEM)) loadComponents(typesOf(this.#store.value(PAGE_ITEM)));
    this.#frameRequest ||= requestAnimationFrame(() => this.#commit());
  }

  /** Marks a component as waiting for the answer to an event. */
  busy(id, isBusy) {
    if (isBusy) this.#busy.add(id);
    else this.#busy.delete(id);
    this.#frames.get(id)?.busy(isBusy);
  }

  /** Tells the viewer something about a component; empty text takes it back. False if it has no frame to do so. */
  notice(id, text) {
    this.#frames.get(id)?.notice(text);
    return this.#frames.has(id);
  }

  /** An event has its final answer; `isBusy`: others of its component wait. */
  answered(entry, message, isBusy) {
    this.#elements?.answered(entry, message, isBusy);
    this.invalidate([]);
  }

  #commit() {
    this.#frameRequest = 0;
    const changed = this.#takeChanged();
    const definition = this.#store.value(PAGE_ITEM);
    const isArranged = changed.includes(PAGE_ITEM) && definition;
    if (isArranged) {
      if (definition.root && !this.#elements) return this.#fetchElements(changed);
      if (!this.#layout && (definition.order?.length > 1 || hasControlsCell(definition))) return this.#fetchLayout(changed);
      this.#arrange(definition);
    }
    // What was arranged may have frames that can be filled at once.
    for (const id of new Set([...changed, ...this.#takeChanged()])) this.#frames.get(id)?.show(this.#store.value(id));
    this.#elements?.commit(changed, isArranged ? { root: definition.root, on: definition.on, isAllowed: this.#act } : {});
  }

  #takeChanged() {
    const ids = [...this.#changed];
    this.#changed.clear();
    return ids;
  }

  // Only pages of elements need this.
  async #fetchElements(changed) {
    const [module, events] = await Promise.all([import("./element_page.js"), this.#actorsCame(),
      loadStyle(new URL("./tree.css", import.meta.url))]).catch(() => []);
    if (!module) return void setTimeout(() => this.invalidate(changed), FETCH_AGAIN);
    if (!this.#elements) {
      this.#elements = new module.ElementPage({
        page: this.#name, host: this.#grid, store: this.#store, frameOf: (id) => this.#frames.get(id) ?? null,
        send: (component, name, data) => events.send(component, name, data), redraw: () => this.invalidate([]),
      });
      this.#elements.start();
    }
    this.invalidate(this.#store.ids);
  }

  // A page of one component needs no arithmetic. What frames need comes meanwhile, so that they need not be drawn empty first.
  async #fetchLayout(changed) {
    const frames = loadComponents(typesOf(this.#store.value(PAGE_ITEM)));
    [this.#layout] = await Promise.all([import("./layout.js"), loadStyle(new URL("./layout.css", import.meta.url)),
      Promise.race([frames, new Promise((resolve) => setTimeout(resolve, FRAMES_PATIENCE))])]);
    this.invalidate(changed);
  }

  #tick() {
    for (const frame of this.#frames.values()) frame.tick();
  }

  #arrange(definition) {
    const { title, theme, act, order = [], root, layout, components = {}, mistakes, favicon, modules, redirect } = definition;
    showMistakes(mistakes);
    this.#showVariables(definition);
    bring(modules);
    showExtras({ favicon, redirect });
    setText(this.#heading, title ?? "");
    // An answer may have given this one tab another title, which stays until the page itself takes a new one.
    if (title !== this.#title) document.title = title || "Splitflap";
    this.#title = title;
    showTheme(theme);
    const definitions = new Map(Object.entries(components));
    const known = order.filter((id) => definitions.has(id));
    if (hasControlsCell(definition)) known.push(CONTROLS);
    const picture = this.#layout?.arrange(layout, known) ?? { columns: 0, rows: 0, places: new Map(), sequence: known };
    this.#act = admits(act, this.#roles);
    if (root) return this.#keepFrames([...definitions.keys()], definitions);
    this.#elements?.stop();
    this.#elements = null;
    this.#keepFrames(picture.sequence.filter((id) => definitions.has(id)), definitions);
    this.#place(picture, definitions);
    this.#showRest();
  }

  // Whoever asked for another instance may still change his mind, wherever the controls stand.
  #showRest() {
    const isAround = this.#cell.parentElement !== null;
    this.#grid.inert = this.#isOther && !isAround;
    for (const { element } of this.#frames.values()) {
      if (element.parentElement === this.#grid) element.inert = this.#isOther && isAround;
    }
  }

  // Only pages with variables have these controls.
  async #showVariables(definition) {
    // A program's own pages ask in their own way.
    if (definition.root || !definition.variables && !this.#variables) return;
    const module = await import("./variables.js").catch(() => null);
    if (!module) return void setTimeout(() => this.invalidate([PAGE_ITEM]), FETCH_AGAIN);
    this.#variables ??= new module.Variables({ head: this.#heading.parentElement, choose: this.#choose });
    this.#variables.show(definition);
    this.#variables.stand(hasControlsCell(definition) ? this.#cell : null);
  }

  // Frames whose definition is as before stay the same elements: no focus or scroll position is lost.
  #keepFrames(sequence, definitions) {
    const wanted = new Set(sequence);
    for (const [id, frame] of this.#frames) {
      if (wanted.has(id) && frame.isFor(definitions.get(id))) {
        frame.dress(definitions.get(id));
        continue;
      }
      frame.remove();
      this.#frames.delete(id);
    }
    for (const id of sequence) {
      if (this.#frames.has(id)) continue;
      const frame = new Frame(id, definitions.get(id));
      this.#frames.set(id, frame);
      frame.busy(this.#busy.has(id));
      if (!acts(frame.type) && frame.isReady) this.#changed.add(id);
      else frame.load(acts(frame.type) ? this.#actorsCame : null).then(() => this.invalidate([id]));
    }
    for (const frame of this.#frames.values()) frame.allow(this.#act);
  }

  #place({ columns, rows, places, sequence }, definitions) {
    const spans = this.#layout?.pairUp(sequence.map((id) => definitions.get(id) ?? {})) ?? [];
    this.#grid.style.setProperty("--columns", columns || 1);
    this.#grid.style.setProperty("--rows", rows || 1);
    this.#grid.dataset.flow = sequence.length === 1 ? "alone" : columns ? "picture" : "order";
    this.#grid.toggleAttribute("data-long", sequence.length > MANY);
    if (!sequence.some((id) => !definitions.has(id))) this.#cell.remove();
    const elements = sequence.map((id) => this.#frames.get(id)?.element ?? this.#cell);
    elements.forEach((element, index) => {
      const id = sequence[index];
      placeElement(element, places.get(id), spans[index] ?? "full", this.#layout?.isHalf(definitions.get(id) ?? {}));
    });
    if (!this.#grid.hasChildNodes()) return this.#grid.append(...elements);
    elements.forEach((element, index) => {
      const there = this.#grid.children[index] ?? null;
      if (there !== element) this.#grid.insertBefore(element, there);
    });
  }
}

const typesOf = (definition) => [...new Set(Object.values(definition?.components ?? {}).map(({ type }) => type))];

function hasControlsCell({ variables, layout, components = {} }) {
  return Boolean(variables && !Object.hasOwn(components, CONTROLS) && layout?.some((row) => row.includes(CONTROLS)));
}

function showTheme(theme = "") {
  if (THEMES.has(theme)) loadStyle(new URL(`./themes/${theme}.css`, import.meta.url));
  document.documentElement.dataset.theme = theme;
}

// Only pages written in Swift have these; a sign that was shown may be taken back.
let signs = null;

async function showExtras({ favicon, redirect }) {
  if (favicon) signs ??= import("./favicon.js");
  if (signs) (await signs).showFavicon(favicon ?? null);
  if (redirect) (await import("./redirect.js")).follow(redirect);
}

// Only the editor of a broken file ever needs this.
let mistakesModule = null;

async function showMistakes(text) {
  if (!text && !mistakesModule) return;
  mistakesModule ??= Promise.all([import("./mistakes.js"), loadStyle(new URL("./mistakes.css", import.meta.url))]);
  (await mistakesModule)[0].showMistakes(text);
}
