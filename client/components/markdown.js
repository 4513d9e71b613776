import { setAttribute } from "../elements.js";
import { safeImage, setLink } from "../url.js";

const TAGS = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "del", "code", "pre", "blockquote",
  "ul", "ol",
  "li", "hr", "br", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "input"]);
const ALIGNMENTS = new Set(["left", "center", "right"]);
const DEPTH = 32;

// The page has an h1 and each component an h2, so that headings inside start below them.
const HEADINGS = Object.freeze({ __proto__: null, h1: "h3", h2: "h4", h3: "h5", h4: "h6", h5: "h6", h6: "h6" });

/** Written text as a tree of allowed elements. */
export function create(element, { title }) {
  element.tabIndex = 0;
  setAttribute(element, "role", "group");
  setAttribute(element, "aria-label", title || "Text");
}

export function update(element, { value }) {
  patch(element, Array.isArray(value) ? value : [String(value ?? "")], DEPTH);
}

// Children that fit stay the same nodes, so that selection and focus survive.
function patch(parent, nodes, depth) {
  const wanted = depth > 0 ? nodes.filter(isAllowed) : [];
  wanted.forEach((node, index) => {
    const old = parent.childNodes[index];
    const child = typeof node === "string" ? patchText(old, node) : patchElement(old, node, depth);
    if (!old) parent.append(child);
    else if (old !== child) old.replaceWith(child);
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}

const isAllowed = (node) => typeof node === "string"
  || (typeof node === "object" && node !== null && TAGS.has(node.tag));

function patchText(old, text) {
  if (old?.nodeType !== Node.TEXT_NODE) return document.createTextNode(text);
  if (old.data !== text) old.data = text;
  return old;
}

function patchElement(old, node, depth) {
  const tag = HEADINGS[node.tag] ?? node.tag;
  const element = old?.localName === tag && old.dataset.tag === node.tag ? old : document.createElement(tag);
  element.dataset.tag = node.tag;
  setAttributes[node.tag]?.(element, node);
  patch(element, Array.isArray(node.children) ? node.children : [], depth - 1);
  return element;
}

const setAttributes = Object.freeze({
  __proto__: null,
  a: (element, { href }) => setLink(element, href),
  img(element, { src, alt }) {
    const address = safeImage(src);
    setAttribute(element, "src", address);
    element.alt = typeof alt === "string" ? alt : "";
  },
  code: (element, { language }) => setAttribute(element, "data-language",
    typeof language === "string" ? language : null),
  ol: (element, { start }) => setAttribute(element, "start", Number.isInteger(start) ? start : null),
  th: setAlignment,
  td: setAlignment,
  input(element, { checked }) {
    element.type = "checkbox";
    element.disabled = true;
    element.checked = checked === true;
    element.ariaLabel = checked === true ? "done" : "to do";
  },
});

function setAlignment(element, { align }) {
  element.style.textAlign = ALIGNMENTS.has(align) ? align : "";
}
