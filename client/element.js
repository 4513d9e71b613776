import { make, setText } from "./elements.js";
import { checkedAttribute, inputType, isAllowedTag } from "./element_rules.js";
import { isAllowedProperty, isHarmlessValue } from "./element_styles.js";
import { patchNodes } from "./nodes.js";
import { ViewerInput } from "./viewer_input.js";

// The tags of a sanitised fragment, as in Sources/Splitflap/SafeHTML/HTMLAllowance.swift.
const HTML_TAGS = new Set(`p div span h1 h2 h3 h4 h5 h6 em strong b i u s del ins mark small sub sup code kbd samp var
  pre q blockquote cite abbr time ul ol li dl dt dd hr br wbr a img figure figcaption details summary table caption
  thead tbody tfoot tr th td`.split(/\s+/));

const CONTROLS = new Set(["input", "textarea", "select"]);
const warned = new Set();

/** One element of a page: draws its item into a node of its own, and touches only what differs from the last time. */
export class Element {
  #drawn = null; #text = null; #attributes = {}; #style = {}; #focusWanted = false;

  /** Its parent in the tree; set by the tree. */
  parent = null;

  constructor(id, { tag, attributes }) {
    this.id = id;
    this.tag = tag;
    this.type = tag === "input" ? inputType(attributes) : "";
    this.isAllowed = isAllowedTag(tag, attributes);
    this.node = this.isAllowed ? document.createElement(tag) : placeholder(tag, this.type);
    this.input = this.isAllowed && CONTROLS.has(tag) && !["button", "submit", "reset"].includes(this.type)
      ? new ViewerInput() : null;
    this.#focusWanted = attributes?.autofocus === true;
  }

  /** False when the item needs another node. */
  fits({ tag, attributes }) {
    return tag === this.tag && (tag !== "input" || inputType(attributes) === this.type);
  }

  /** Ids in order; none when the contents are a fragment. */
  get children() {
    const { html, children } = this.#drawn ?? {};
    return this.isAllowed && !html && Array.isArray(children)
      ? [...new Set(children.filter((id) => typeof id === "string"))] : [];
  }

  /** The text that stands before the children, or null. */
  get text() { return this.#text; }

  get listeners() { return isObject(this.#drawn?.on) ? this.#drawn.on : {}; }

  get before() { return isObject(this.#drawn?.before) ? this.#drawn.before : null; }

  get isRadio() { return this.type === "radio"; }

  get isChecked() { return this.type === "checkbox" || this.isRadio; }

  /** True once, for an element that asks for the focus when it comes. */
  takeFocusWish() {
    const isWanted = this.#focusWanted;
    this.#focusWanted = false;
    return isWanted;
  }

  /** Draws everything but the children and what an input holds. */
  draw(item) {
    if (!this.isAllowed) return void (this.#drawn = item);
    const old = this.#drawn ?? {};
    const isFirst = this.#drawn === null;
    this.#drawn = item;
    this.#setClasses(item.classes);
    if (isFirst || item.attributes !== old.attributes || item.value !== old.value) this.#setAttributes(item);
    if (item.style !== old.style) this.#setStyle(isObject(item.style) ? item.style : {});
    if (this.node.hidden !== (item.hidden === true)) this.node.hidden = item.hidden === true;
    this.#setContents(item, old);
    if (this.input) this.input.offer(valueOf(item));
  }

  #setClasses(classes) {
    const wanted = typeof classes === "string" && classes.trim() ? `element ${classes.trim()}` : "element";
    if (this.node.className !== wanted) this.node.className = wanted;
  }

  #setAttributes({ attributes, value }) {
    const usual = this.tag === "button" ? { id: this.id, type: "button" } : { id: this.id };
    const wanted = { ...usual, ...(isObject(attributes) ? attributes : {}) };
    if (this.isChecked && typeof value === "string") wanted.value = value;
    const set = {};
    for (const [name, content] of Object.entries(wanted)) {
      const checked = name === "value" && this.isChecked ? [name, String(content)]
        : name === "value" && this.input ? null : checkedAttribute(this.tag, name, content);
      if (!checked) warn(`the element ${this.id} (${this.tag}) cannot have the attribute ${name}`);
      else if (checked[1] !== null && name !== "autofocus") set[name] = checked[1];
      else if (checked[1] === null && typeof content === "string") warn(`the ${name} of ${this.id} is not allowed`);
    }
    if (set.target) set.rel = "noopener noreferrer";
    for (const name of Object.keys(this.#attributes)) if (!(name in set)) this.node.removeAttribute(name);
    // Compared with what was set before, not with the node: whether a `details` is open is the viewer's by then.
    for (const [name, content] of Object.entries(set)) {
      if (this.#attributes[name] !== content) this.node.setAttribute(name, content);
    }
    this.#attributes = set;
  }

  #setStyle(style) {
    for (const name of Object.keys(this.#style)) if (!(name in style)) this.node.style.removeProperty(name);
    this.#style = style;
    for (const [name, value] of Object.entries(style)) {
      const text = typeof value === "number" ? String(value) : value;
      if (!isAllowedProperty(name) || !isHarmlessValue(text)) {
        this.node.style.removeProperty(name);
        warn(`the element ${this.id} cannot have the style ${name}: ${String(value).slice(0, 80)}`);
      } else if (this.node.style.getPropertyValue(name) !== text) this.node.style.setProperty(name, text);
    }
  }

  #setContents({ html, text }, old) {
    if (Array.isArray(html)) {
      this.#text?.remove();
      this.#text = null;
      if (html !== old.html) patchNodes(this.node, html, { tags: HTML_TAGS });
      return;
    }
    if (Array.isArray(old.html)) this.node.replaceChildren();
    // Of these a text child would be the first value, not a caption.
    const words = this.tag === "textarea" || text === undefined || text === null ? "" : String(text);
    if (words && !this.#text) this.node.prepend(this.#text = document.createTextNode(words));
    else if (this.#text) setText(this.#text, words);
    if (!words && this.#text) {
      this.#text.remove();
      this.#text = null;
    }
  }
}

const valueOf = ({ value = null, checked = null, stamp = 0 }) => ({ value, checked, stamp });

// In place of what must not be drawn; says so, harms nobody.
function placeholder(tag, type) {
  const name = type === "file" ? "input type=file" : String(tag).slice(0, 40);
  warn(`an element ${name} is not drawn: it is not one of the allowed tags`);
  return make("span", "element element-unknown", `‹${name}›`);
}

/** Says something to whoever wrote the page, once. */
export function warn(text) {
  if (warned.has(text) || warned.size > 500) return;
  warned.add(text);
  console.warn(`Splitflap: ${text}`);
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
