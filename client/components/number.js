import { make, setText } from "../elements.js";
import { setFlaps } from "../flaps.js";
import { formatChange, formatParts } from "../format.js";

const parts = new WeakMap();

/** One value, large; with its change and a small curve if the definition asks for them. */
export function create(element, definition) {
  const value = make("span", "number-value");
  value.setAttribute("role", "img");
  const unit = make("span", "number-unit");
  const change = make("p", "number-change");
  element.append(make("div", "number-box", make("p", "number-line", value, unit), change));
  parts.set(element, { definition, value, unit, change, curve: definition.sparkline ? makeCurve(element) : null });
}

export function update(element, state) {
  const { definition: { format, unit: own, compare }, value, unit, change, curve } = parts.get(element);
  const shown = formatParts(state.value, format, own);
  setFlaps(value, shown.text, value.parentElement);
  setText(unit, shown.unit);
  value.parentElement.style.setProperty("--unit", shown.unit.length);
  const by = Number.isFinite(state.change) ? state.change : null;
  setText(change, by === null ? "" : `${arrow(by)} ${formatChange(by, format, own)}${compare ? ` in ${compareText(compare)}` : ""}`);
  curve?.then((draw) => draw(state.points ?? []));
}

const arrow = (change) => change > 0 ? "▲" : change < 0 ? "▼" : "■";

// Durations may arrive as seconds or as they were written.
const compareText = (compare) => typeof compare === "number" ? compactDuration(compare) : String(compare);
const compactDuration = (seconds) =>
  seconds % 86400 === 0 ? `${seconds / 86400} d` : seconds % 3600 === 0 ? `${seconds / 3600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;

async function makeCurve(element) {
  const { makeSparkline, drawSparkline } = await import("../sparkline.js");
  const svg = makeSparkline();
  element.append(svg);
  return (points) => drawSparkline(svg, points);
}
