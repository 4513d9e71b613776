import { Element, warn } from "./element.js";
import { fillInputs } from "./element_values.js";
import { order } from "./placing.js";

const DEEPEST = 64;

/**
 * Draws a page's elements as a tree. Each id keeps its node wherever it moves; only elements whose item changed are
 * touched, and all of one version's changes are made together.
 */
export class Tree {
  #root; #valueOf; #frameOf; #elements = new Map(); #byNode = new WeakMap(); #awaited = new Map();
  #covers = new Map(); #isAllowed = true;

  /** `valueOf(id)` gives an item, `frameOf(id)` the frame of a dashboard component, if it is one. */
  constructor({ host, valueOf, frameOf }) {
    this.#root = { id: "@page", node: host, children: [], parent: null, text: null };
    this.#valueOf = valueOf;
    this.#frameOf = frameOf;
  }

  get host() { return this.#root.node; }

  element(id) { return this.#elements.get(id) ?? null; }

  get elements() { return this.#elements.values(); }

  /** The element or frame that a node of the document belongs to: itself, or the nearest around it. */
  elementAt(node) {
    for (let at = node; at && at !== this.host; at = at.parentNode) {
      const found = this.#byNode.get(at);
      if (found) return found;
      // What a dashboard component does itself is its own affair.
      if (at.dataset?.action) return null;
      const frame = at.dataset?.component ? this.#frameOf(at.dataset.component) : null;
      if (frame) return frame;
    }
    return null;
  }

  /**
   * Draws the items of these ids; with `root`, the whole order anew. `isAllowed`: whether the viewer may act. Gives the ids
   * that are gone.
   */
  commit(changed, { root = null, isAllowed = this.#isAllowed } = {}) {
    const focus = rememberFocus(this.host);
    const parents = new Set();
    if (isAllowed !== this.#isAllowed || root) this.#allow(isAllowed);
    if (root) {
      this.#root.children = [...new Set(root)];
      for (const parent of [this.#root, ...this.elements]) parents.add(parent);
    }
    for (const id of changed) this.#redraw(id, parents);
    const placed = [...parents].filter((parent) => parent === this.#root || this.#elements.get(parent.id) === parent)
      .map((parent) => [parent, this.#place(parent)]);
    for (const [parent, wanted] of placed) dropOthers(parent.node, wanted);
    const gone = placed.length ? this.#forgetUnreachable() : [];
    fillInputs(this.elements);
    focus();
    if (placed.length) this.#grantFocus();
    return gone;
  }

  /** Lets an element look otherwise for a while: `cover` changes its item before it is drawn; null takes that back. */
  cover(name, id, change) {
    const covers = this.#covers.get(id) ?? new Map();
    if (change) covers.set(name, change);
    else covers.delete(name);
    if (covers.size) this.#covers.set(id, covers);
    else this.#covers.delete(id);
    const element = this.#elements.get(id);
    if (element) this.#draw(element, this.#valueOf(id));
  }

  #redraw(id, parents) {
    const item = this.#valueOf(id);
    const element = this.#elements.get(id);
    if (!element || !isElement(item)) {
      const parent = this.#awaited.get(id) ?? element?.parent;
      if (parent) parents.add(parent);
      return;
    }
    if (!element.fits(item)) {
      this.#elements.delete(id);
      for (const child of element.children) parents.add(this.#elements.get(child)?.parent ?? this.#root);
      return void parents.add(element.parent);
    }
    const before = element.children.join();
    const { text } = element;
    this.#draw(element, item);
    if (before !== element.children.join() || (element.text && element.text !== text)) parents.add(element);
  }

  #draw(element, item) {
    if (!isElement(item)) return;
    const covers = this.#covers.get(element.id);
    element.draw(covers ? [...covers.values()].reduce((shown, change) => change(shown), item) : item);
    const acts = Object.keys(element.listeners).length > 0;
    if (acts && !this.#isAllowed) element.node.ariaDisabled = "true";
  }

  #allow(isAllowed) {
    const was = this.#isAllowed;
    this.#isAllowed = isAllowed;
    if (was === isAllowed) return;
    for (const element of this.elements) {
      if (Object.keys(element.listeners).length) element.node.ariaDisabled = isAllowed ? null : "true";
    }
  }

  get isAllowed() { return this.#isAllowed; }

  // The nodes that its children are, in order; those that are new are made, with all they hold.
  #place(parent) {
    if (parent !== this.#root && !parent.isAllowed) return null;
    const wanted = parent.children.map((id) => this.#nodeOf(id, parent)).filter((node) => node !== null);
    if (parent.text) wanted.unshift(parent.text);
    if (wanted.length || parent.children.length || parent === this.#root) order(parent.node, wanted);
    return wanted;
  }

  #nodeOf(id, parent) {
    const frame = this.#frameOf(id);
    if (frame) {
      frame.parent = parent;
      return frame.element;
    }
    const item = this.#valueOf(id);
    if (!isElement(item)) {
      this.#awaited.set(id, parent);
      return null;
    }
    this.#awaited.delete(id);
    const element = this.#elements.get(id);
    if (!element) return this.#make(id, item, parent);
    if (isInside(parent, element)) {
      warn(`the element ${id} cannot stand inside itself`);
      return null;
    }
    element.parent = parent;
    return element.node;
  }

  #make(id, item, parent) {
    if (depthOf(parent) >= DEEPEST) {
      warn(`the element ${id} stands deeper than ${DEEPEST}`);
      return null;
    }
    const element = new Element(id, item);
    element.parent = parent;
    this.#elements.set(id, element);
    this.#byNode.set(element.node, element);
    this.#draw(element, item);
    this.#place(element);
    return element.node;
  }

  #grantFocus() {
    for (const element of this.elements) {
      if (element.takeFocusWish() && document.activeElement === document.body) element.node.focus();
    }
  }

  #forgetUnreachable() {
    const reached = new Set();
    const visit = (parent) => {
      for (const id of parent.children) {
        const child = this.#elements.get(id);
        if (child?.parent !== parent || reached.has(id)) continue;
        reached.add(id);
        visit(child);
      }
    };
    visit(this.#root);
    const gone = [...this.#elements.keys()].filter((id) => !reached.has(id));
    for (const id of gone) {
      this.#elements.delete(id);
      this.#covers.delete(id);
    }
    for (const [id, parent] of this.#awaited) if (parent !== this.#root && !reached.has(parent.id)) this.#awaited.delete(id);
    return gone;
  }
}

const isElement = (item) => item?.type === "element" && typeof item.tag === "string";

function isInside(parent, element) {
  for (let at = parent; at; at = at.parent) if (at === element) return true;
  return false;
}

function depthOf(parent) {
  let depth = 0;
  for (let at = parent; at; at = at.parent) depth += 1;
  return depth;
}

// Null: what stands there is a fragment, or the placeholder's own text.
function dropOthers(node, wanted) {
  if (!wanted?.length && !node.children.length) return;
  if (!wanted) return;
  const kept = new Set(wanted);
  for (const child of [...node.childNodes]) if (!kept.has(child)) child.remove();
}

// A node that moved to another parent may have lost the focus on the way.
function rememberFocus(host) {
  const active = document.activeElement;
  if (!active || active === host || !host.contains(active)) return () => {};
  const [start, end] = selectionOf(active);
  return () => {
    if (document.activeElement === active || !active.isConnected) return;
    active.focus({ preventScroll: true });
    if (start !== null) active.setSelectionRange(start, end);
  };
}

// Inputs of some types have none, and say so by an error in some browsers.
function selectionOf(node) {
  try { return [node.selectionStart ?? null, node.selectionEnd ?? null]; } catch { return [null, null]; }
}
