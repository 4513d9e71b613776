import { make, setAttribute, setText } from "../elements.js";
import { formatParts, formatValue } from "../format.js";

const parts = new WeakMap();

/** How much of `max` there is. */
export function create(element, definition) {
  const [number, unit, fill] = [make("span", "progress-number"), make("span", "progress-unit"),
    make("div", "progress-fill")];
  const bar = make("div", "progress-bar", fill);
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", definition.title || "Progress");
  bar.setAttribute("aria-valuemin", 0);
  element.append(make("p", "progress-value", number, unit), bar);
  parts.set(element, { definition, number, unit, bar, fill });
}

export function update(element, { value }) {
  const { definition: { max = 100, format, unit: own }, number, unit, bar, fill } = parts.get(element);
  const share = Number.isFinite(value) ? Math.min(1, Math.max(0, value / (max || 1))) : 0;
  const [amount, word] = format ? [value, format]
    : [Number.isFinite(value) ? (100 * value) / (max || 1) : value, "percent"];
  const shown = formatParts(amount, word, own);
  setText(number, shown.text);
  setText(unit, shown.unit);
  fill.style.transform = `scaleX(${share.toFixed(4)})`;
  setAttribute(bar, "aria-valuemax", max);
  setAttribute(bar, "aria-valuenow", share * max);
  setAttribute(bar, "aria-valuetext", formatValue(amount, word, own));
}
