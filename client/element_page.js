import { DarkWatch } from "./dark_watch.js";
import { ElementEvents } from "./element_events.js";
import { Tree } from "./tree.js";
import { keepTyped, takeTyped } from "./typed_text.js";
import { showRules } from "./utility_rules.js";

/** The item of a page that holds its utility classes' rules. */
const STYLE_ITEM = "@style";

/** A page of elements: the tree, what the viewer does in it, its rules and its colours. */
export class ElementPage {
  #store; #tree; #events; #dark; #isFirst = true; #page;

  /**
   * `page` is its name; `frameOf(id)` gives the frame of a dashboard component; `send` puts an event in the queue;
   * `redraw()` asks for a commit.
   */
  constructor({ page, host, store, frameOf, send, redraw }) {
    this.#page = page;
    this.#store = store;
    this.#tree = new Tree({ host, valueOf: (id) => store.value(id), frameOf });
    this.#events = new ElementEvents({ tree: this.#tree, send, version: () => store.version, redraw });
    this.#dark = new DarkWatch(host);
  }

  start() {
    this.#tree.host.dataset.flow = "tree";
    this.#dark.start();
    this.#events.start();
    addEventListener("pagehide", this.#keepTyped);
  }

  stop() {
    removeEventListener("pagehide", this.#keepTyped);
    this.#events.stop();
    this.#dark.stop();
    this.#tree.host.replaceChildren();
    showRules("");
  }

  /** One version's changes; `order` as in `Tree.commit` when the page's definition is among them. */
  commit(changed, order) {
    if (changed.includes(STYLE_ITEM) || this.#isFirst) showRules(this.#store.value(STYLE_ITEM)?.css ?? "");
    if (order.root) this.#events.listen(order.on);
    this.#events.settle();
    this.#events.forget(this.#tree.commit(changed, order));
    if (this.#isFirst) takeTyped(sessionStorage, this.#page, this.#tree);
    this.#isFirst = false;
  }

  /** An event has its answer; `isBusy`: others of its element wait. */
  answered(entry, message, isBusy) { this.#events.answered(entry, message, isBusy); }

  #keepTyped = () => keepTyped(sessionStorage, this.#page, this.#tree);
}
