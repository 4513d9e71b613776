import { make, setText } from "../elements.js";

const parts = new WeakMap();

/** Does something when pressed; the value, if there is one, stands below. */
export function create(element, { text, style, confirm }) {
  const button = make("button", `button-press${style === "primary" ? " button-primary" : ""}`, text ?? "Press");
  button.type = "button";
  button.dataset.action = "click";
  if (confirm) button.dataset.confirm = confirm;
  const value = make("p", "button-value");
  element.append(button, value);
  parts.set(element, value);
}

export function update(element, { value }) {
  setText(parts.get(element), value === undefined || value === null ? "" : String(value));
}
