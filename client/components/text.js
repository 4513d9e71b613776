import { make, setText } from "../elements.js";

/** A piece of text as it is. */
export function create(element, { align }) {
  element.append(make("p", "text-value"));
  if (align) element.dataset.align = align;
}

export function update(element, { value }) {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  setText(element.firstElementChild, value === null ? "–" : text);
}
