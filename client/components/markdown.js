import { setAttribute } from "../elements.js";
import { patchNodes } from "../nodes.js";

const TAGS = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "del", "code", "pre", "blockquote",
  "ul", "ol",
  "li", "hr", "br", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "input"]);

// The page has an h1 and each component an h2, so that headings inside start below them.
const HEADINGS = Object.freeze({ __proto__: null, h1: "h3", h2: "h4", h3: "h5", h4: "h6", h5: "h6", h6: "h6" });

/** Written text as a tree of allowed elements. */
export function create(element, { title }) {
  element.tabIndex = 0;
  setAttribute(element, "role", "group");
  setAttribute(element, "aria-label", title || "Text");
}

export function update(element, { value }) {
  const nodes = Array.isArray(value) ? value : [String(value ?? "")];
  patchNodes(element, nodes, { tags: TAGS, rename: HEADINGS });
}
