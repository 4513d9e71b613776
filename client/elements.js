// Small helpers to make and change elements. Text only ever goes in as text.

const SVG = "http://www.w3.org/2000/svg";

/** An element with a class and children (elements or text). */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** An SVG element with attributes. */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Touches the element only if its text differs. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Touches the element only if the attribute differs; null removes it. */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Makes `parent` have `count` children, by `build` at the end or by dropping the last; gives them. */
export function fit(parent, count, build) {
  while (parent.childElementCount > count) parent.lastElementChild.remove();
  while (parent.childElementCount < count) parent.append(build());
  return parent.children;
}
