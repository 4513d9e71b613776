import { make, setText } from "../elements.js";

/** Says hello, and how often it was clicked. */
export function create(element) {
  const button = make("button", "hello-press", "Hello!");
  button.type = "button";
  button.dataset.action = "click";
  element.append(button);
}

export function update(element, { value }) {
  setText(element.firstElementChild, value ? `Hello! I was clicked ${value} times` : "Hello!");
}
