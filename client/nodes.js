import { setAttribute } from "./elements.js";
import { safeImage, setLink } from "./url.js";

const DEPTH = 32;
const ALIGNMENTS = new Set(["left", "center", "right"]);

/**
 * Draws a tree of text and allowed elements, `["Hi ",{"tag":"b","children":["Ada"]}]`, into an element. `tags` says
 * which are allowed; `rename` may give a tag another name. What fits stays the same node, so that selection and focus
 * survive.
 */
export function patchNodes(parent, nodes, { tags, rename = {} }, depth = DEPTH) {
  const allowed = (node) => typeof node === "string"
    || (typeof node === "object" && node !== null && tags.has(node.tag));
  const wanted = depth > 0 ? nodes.filter(allowed) : [];
  wanted.forEach((node, index) => {
    const old = parent.childNodes[index];
    const child = typeof node === "string" ? patchText(old, node) : patchElement(old, node, { tags, rename }, depth);
    if (!old) parent.append(child);
    else if (old !== child) old.replaceWith(child);
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}

function patchText(old, text) {
  if (old?.nodeType !== Node.TEXT_NODE) return document.createTextNode(text);
  if (old.data !== text) old.data = text;
  return old;
}

function patchElement(old, node, allowance, depth) {
  const tag = allowance.rename[node.tag] ?? node.tag;
  const element = old?.localName === tag && old.dataset.tag === node.tag ? old : document.createElement(tag);
  element.dataset.tag = node.tag;
  setAttribute(element, "title", typeof node.title === "string" ? node.title : null);
  setAttributes[node.tag]?.(element, node);
  patchNodes(element, Array.isArray(node.children) ? node.children : [], allowance, depth - 1);
  return element;
}

const setAttributes = Object.freeze({
  __proto__: null,
  a: (element, { href }) => setLink(element, href),
  img(element, { src, alt }) {
    setAttribute(element, "src", safeImage(src));
    element.alt = typeof alt === "string" ? alt : "";
  },
  code: (element, { language }) => setAttribute(element, "data-language",
    typeof language === "string" ? language : null),
  ol: (element, { start }) => setAttribute(element, "start", whole(start)),
  th: setCell,
  td: setCell,
  details(element, { open }) {
    if (open !== true || element.dataset.opened) return;
    // Once: whether it stays open is the viewer's.
    element.dataset.opened = "";
    element.open = true;
  },
  input(element, { checked }) {
    element.type = "checkbox";
    element.disabled = true;
    element.checked = checked === true;
    element.ariaLabel = checked === true ? "done" : "to do";
  },
});

function setCell(element, { align, colspan, rowspan }) {
  element.style.textAlign = ALIGNMENTS.has(align) ? align : "";
  setAttribute(element, "colspan", whole(colspan));
  setAttribute(element, "rowspan", whole(rowspan));
}

const whole = (value) => Number.isInteger(value) ? value : null;
