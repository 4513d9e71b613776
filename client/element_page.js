import { make, setText } from "./elements.js";
import { DarkWatch } from "./dark_watch.js";
import { ElementEvents } from "./element_events.js";
import { Tree } from "./tree.js";
import { keepTyped, takeTyped } from "./typed_text.js";
import { showRules } from "./utility_rules.js";

/** The item of a page that holds its utility classes' rules. */
const STYLE_ITEM = "@style";
const NOTICE_SHOWN = 8000;

/** A page of elements: the tree, what the viewer does in it, its rules and its colours. */
export class ElementPage {
  #store; #tree; #events; #dark; #notice = null; #noticeTimer = null; #isFirst = true; #page;

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
    clearTimeout(this.#noticeTimer);
    this.#notice?.remove();
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

  /** Tells the viewer something about an element; empty text takes it back. */
  notice(text) {
    clearTimeout(this.#noticeTimer);
    if (!text && !this.#notice) return;
    if (!this.#notice) {
      this.#notice = make("p", "element-notice");
      this.#notice.setAttribute("role", "status");
      document.body.append(this.#notice);
    }
    setText(this.#notice, text);
    if (text) this.#noticeTimer = setTimeout(() => setText(this.#notice, ""), NOTICE_SHOWN);
  }

  #keepTyped = () => keepTyped(sessionStorage, this.#page, this.#tree);
}
