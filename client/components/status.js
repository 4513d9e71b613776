import { make, setText } from "../elements.js";
import { makeLevel, showLevel } from "../levels.js";

const parts = new WeakMap();

/** A word with its level as colour and sign. */
export function create(element, { labels = {} }) {
  const icon = makeLevel();
  const value = make("p", "status-value");
  element.append(icon, value);
  parts.set(element, { icon, value, labels: new Map(Object.entries(labels)) });
}

export function update(element, { value: word, level }) {
  const { icon, value, labels } = parts.get(element);
  const text = word === null || word === undefined ? "–" : String(word);
  showLevel(icon, level);
  setText(value, labels.get(text) ?? text);
}
