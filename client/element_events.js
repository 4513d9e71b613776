import { changeOf, formOf, resetInput, textOf } from "./element_values.js";
import { EventTiming } from "./event_timing.js";
import { PAGE_ITEM } from "./protocol.js";
import { compareVersions, parseVersion } from "./version.js";

const BUBBLING = ["click", "dblclick", "input", "change", "submit", "keydown", "keyup", "reset"];
// These reach only the element itself, so they are heard on the way down.
const DIRECT = ["focus", "blur", "mouseenter", "mouseleave", "scroll", "toggle"];
const BUSY = new Set(["click", "dblclick", "change", "submit"]);
// These may be meant for the page, wherever the focus is.
const PAGE_WIDE = ["keydown", "keyup"];
const FIELDS = "input:not([type=button], [type=checkbox], [type=radio], [type=submit], [type=reset], [type=range]), textarea, select";
const MODIFIERS = ["ctrl", "alt", "shift", "meta"];

/** Turns what the viewer does with a page's elements into events: one listener a kind, on the tree's host. */
export class ElementEvents {
  #tree; #send; #version; #redraw; #timing; #page = { id: PAGE_ITEM, listeners: null, node: document.documentElement }; #timer = null; #submissions = new Map(); #unsettled = []; #covered = new Map();

  /**
   * `send(component, name, data)` says whether the event was taken; `version()` is what the page shows; `redraw()` asks for
   * a commit, because an input that was left may now show what the page says.
   */
  constructor({ tree, send, version, redraw }) {
    this.#tree = tree;
    this.#send = send;
    this.#version = version;
    this.#redraw = redraw;
    this.#timing = new EventTiming((event) => this.#release(event));
  }

  start() {
    for (const type of BUBBLING) this.#tree.host.addEventListener(type, this.#bubbled);
    for (const type of DIRECT) this.#tree.host.addEventListener(type, this.#direct, true);
    this.#tree.host.addEventListener("focusout", this.#left);
    for (const type of PAGE_WIDE) document.addEventListener(type, this.#pressed);
    addEventListener("pagehide", this.#letGo, true);
  }

  /** What the page itself listens to, as elements say it. */
  listen(listeners) { this.#page.listeners = listeners ?? null; }

  stop() {
    for (const type of PAGE_WIDE) document.removeEventListener(type, this.#pressed);
    for (const type of BUBBLING) this.#tree.host.removeEventListener(type, this.#bubbled);
    for (const type of DIRECT) this.#tree.host.removeEventListener(type, this.#direct, true);
    this.#tree.host.removeEventListener("focusout", this.#left);
    removeEventListener("pagehide", this.#letGo, true);
    clearTimeout(this.#timer);
  }

  /** An event's end: its element looks as before, and what it said of an input is the page's once that shows. */
  answered({ component, name, data }, { to }, isBusy) {
    this.#timing.answered({ component, name, data }, performance.now());
    this.#plan();
    if (!isBusy) this.#rest(component);
    const inputs = name === "submit" ? this.#submissions.get(component)?.shift() ?? []
      : name === "input" || name === "change" ? [this.#tree.element(component)?.input] : [];
    this.#unsettled.push({ to, inputs: inputs.filter(Boolean) });
  }

  /** Answers whose version is shown by now let go of their inputs. */
  settle() {
    const shown = parseVersion(this.#version() ?? "");
    this.#unsettled = this.#unsettled.filter(({ to, inputs }) => {
      const wanted = parseVersion(to ?? "");
      if (wanted && shown && compareVersions(shown, wanted) < 0) return true;
      for (const input of inputs) input.answered();
      return false;
    });
  }

  /** Forgets elements that are gone. */
  forget(ids) {
    for (const id of ids) {
      this.#timing.forget(id);
      this.#submissions.delete(id);
      this.#uncover(id);
    }
  }

  #bubbled = (happened) => {
    this.#noteEdit(happened);
    if (happened.type === "submit" || happened.type === "reset") happened.preventDefault();
    if (happened.type === "reset") this.#reset(happened.target);
    for (let element = this.#tree.elementAt(happened.target); element; element = element.parent) {
      if (this.#tell(element, happened)?.stop !== true) continue;
      if (PAGE_WIDE.includes(happened.type)) happened.stopPropagation();
      return;
    }
  };

  // A key that goes into a field is nobody's shortcut.
  #pressed = (happened) => {
    if (this.#page.listeners && !happened.target.closest?.(FIELDS)) this.#tell(this.#page, happened);
  };

  #direct = (happened) => {
    const element = this.#tree.elementAt(happened.target);
    if (element?.node === happened.target) this.#tell(element, happened);
  };

  #left = (happened) => {
    const element = this.#tree.elementAt(happened.target);
    if (!element?.input) return;
    this.#timing.flush(performance.now(), element.id);
    this.#plan();
    this.#redraw();
  };

  // Before the queue is put away for the next load.
  #letGo = () => this.#timing.flush(performance.now());

  #noteEdit({ type, target }) {
    if (type !== "input" && type !== "change") return;
    const element = this.#tree.elementAt(target);
    if (element?.node === target) element.input?.edited();
  }

  // A browser's own reset knows nothing of what the page said.
  #reset(form) {
    const element = this.#tree.elementAt(form);
    for (const control of element ? controlsOf(element, this.#tree) : []) resetInput(control);
  }

  // Gives the listener if it was told.
  #tell(element, happened) {
    const options = element.listeners?.[happened.type];
    if (typeof options !== "object" || options === null) return null;
    if (Array.isArray(options.keys) && "key" in happened && !options.keys.includes(happened.key)) return null;
    if (options.prevent === true) happened.preventDefault();
    if (!this.#tree.isAllowed || element.node.ariaDisabled === "true") return options;
    const event = { component: element.id, name: happened.type, data: dataOf(element, happened, this.#tree) };
    this.#timing.happened(event, options, performance.now());
    this.#plan();
    return options;
  }

  #release({ component, name, data }) {
    const element = this.#tree.element(component);
    const isTaken = this.#send(component, name, data);
    if (!element || !isTaken) return isTaken;
    if (name === "input" || name === "change") element.input?.sent(name === "change");
    if (name === "submit") this.#handOver(element);
    if (BUSY.has(name)) {
      element.node.ariaBusy = "true";
      this.#cover(element);
    }
    return isTaken;
  }

  #handOver(form) {
    const inputs = controlsOf(form, this.#tree).map(({ input }) => input);
    for (const input of inputs) input.sent(true);
    this.#submissions.set(form.id, [...(this.#submissions.get(form.id) ?? []), inputs]);
  }

  // How the element, and others it names, look until the answer.
  #cover(element) {
    const { before, id } = element;
    if (!before || this.#covered.has(id)) return;
    const others = [...listOf(before.show).map((other) => [other, false]), ...listOf(before.hide).map((other) => [other, true])];
    this.#covered.set(id, [id, ...others.map(([other]) => other)]);
    this.#tree.cover(id, id, (item) => covered(item, before));
    for (const [other, hidden] of others) this.#tree.cover(id, other, (item) => ({ ...item, hidden }));
  }

  #rest(id) {
    const element = this.#tree.element(id);
    if (element) element.node.ariaBusy = null;
    this.#uncover(id);
  }

  #uncover(id) {
    for (const other of this.#covered.get(id) ?? []) this.#tree.cover(id, other, null);
    this.#covered.delete(id);
  }

  #plan() {
    clearTimeout(this.#timer);
    const wait = this.#timing.nextAt - performance.now();
    if (!Number.isFinite(wait)) return;
    this.#timer = setTimeout(() => {
      this.#timing.tick(performance.now());
      this.#plan();
    }, Math.max(0, wait));
  }
}

const listOf = (value) => Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];

function covered(item, { text, classes, disabled }) {
  return {
    ...item,
    ...(typeof text === "string" && { text }),
    ...(typeof classes === "string" && { classes: `${item.classes ?? ""} ${classes}` }),
    ...(disabled === true && { attributes: { ...item.attributes, "aria-disabled": "true" } }),
  };
}

// By the tree, not by the form's own lists: a control may be called as they are.
function controlsOf(form, tree) {
  return [...tree.elements].filter(({ input, node }) => input && node.form === form.node);
}

function dataOf(element, happened, tree) {
  switch (happened.type) {
    case "input":
    case "change": return changeOf(tree.elementAt(happened.target) ?? element);
    case "submit": return { form: formOf(controlsOf(element, tree), happened.submitter) };
    case "keydown":
    case "keyup": return { key: happened.key, code: happened.code, modifiers: modifiersOf(happened),
      repeat: happened.repeat, ...textOf(tree.elementAt(happened.target) ?? element) };
    case "focus":
    case "blur": return textOf(element);
    case "toggle": return { open: element.node.open === true };
    case "scroll": return { top: Math.round(element.node.scrollTop), left: Math.round(element.node.scrollLeft) };
    default: {
      const modifiers = modifiersOf(happened);
      return modifiers.length ? { modifiers } : {};
    }
  }
}

const modifiersOf = (happened) => MODIFIERS.filter((name) => happened[`${name}Key`] === true);
