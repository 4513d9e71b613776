import { make, setText } from "../elements.js";
import { setFlaps } from "../flaps.js";
import { formatParts } from "../format.js";
import { once } from "../once.js";

const parts = new WeakMap();
const loadTrend = once(() => import("./number_trend.js"));

/** One value, large; with its change and a small curve if the definition asks for them. */
export function create(element, definition) {
  const value = make("span", "number-value");
  value.setAttribute("role", "img");
  const unit = make("span", "number-unit");
  const line = make("p", "number-line", value, unit);
  element.append(make("div", "number-box", line));
  const { compare, sparkline } = definition;
  const trend = compare || sparkline ? loadTrend().then(({ makeTrend }) => makeTrend(element, definition)) : null;
  parts.set(element, { definition, value, unit, line, trend });
}

export function update(element, state) {
  const { definition, value, unit, line, trend } = parts.get(element);
  const shown = formatParts(state.value, definition.format, definition.unit);
  setFlaps(value, shown.text, line);
  setText(unit, shown.unit);
  line.style.setProperty("--unit", shown.unit.length);
  trend?.then((show) => show(state));
}
