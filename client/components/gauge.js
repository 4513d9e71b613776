import { draw, make, setAttribute, setText } from "../elements.js";
import { formatParts, formatValue } from "../format.js";

const parts = new WeakMap();
const RADIUS = 50;
const SWEEP = 240;
const START = 150;

/** A dial from `min` to `max`, with the bands of its levels outside. */
export function create(element, definition) {
  const { min = 0, max = 100, levels = [], title } = definition;
  const track = arc(0, 1, RADIUS, "gauge-track");
  const value = arc(0, 1, RADIUS, "gauge-arc");
  value.setAttribute("pathLength", "100");
  const bands = bandsOf(levels, min, max).map(({ from, to, level }) =>
    arc(from, to, RADIUS + 8, `gauge-band gauge-${level}`));
  const dial = draw("svg", { viewBox: "-62 -62 124 106", class: "gauge-dial", "aria-hidden": "true" }, track, ...bands,
    value);
  const [number, unit] = [make("span", "gauge-number"), make("span", "gauge-unit")];
  dial.append(end(-43, min, definition.format), end(43, max, definition.format));
  const meter = make("div", "gauge-meter", dial, make("p", "gauge-value", number, unit));
  for (const [name, text] of [["role", "meter"], ["aria-label", title || "Gauge"], ["aria-valuemin", min],
    ["aria-valuemax", max]]) meter.setAttribute(name, text);
  element.append(meter);
  parts.set(element, { definition, meter, value, number, unit, min, max });
}

export function update(element, state) {
  const { definition, meter, value, number, unit, min, max } = parts.get(element);
  const shown = formatParts(state.value, definition.format, definition.unit);
  const share = Number.isFinite(state.value) ? clamp((state.value - min) / (max - min || 1)) : 0;
  value.style.strokeDasharray = `${(share * 100).toFixed(2)} 200`;
  value.style.opacity = share > 0 ? 1 : 0;
  setText(number, shown.text);
  setText(unit, shown.unit);
  setAttribute(meter, "aria-valuenow", Number.isFinite(state.value) ? state.value : min);
  setAttribute(meter, "aria-valuetext", formatValue(state.value, definition.format, definition.unit));
}

/** The parts of the dial, from 0 to 1, that a level covers. */
export function bandsOf(levels, min, max) {
  const at = (number) => clamp((number - min) / (max - min || 1));
  return levels.flatMap(({ level, above, below, between }) => {
    if (above !== undefined) return [{ level, from: at(above), to: 1 }];
    if (below !== undefined) return [{ level, from: 0, to: at(below) }];
    return between ? [{ level, from: at(between[0]), to: at(between[1]) }] : [];
  }).filter(({ from, to }) => to > from).sort((a, b) => (b.to - b.from) - (a.to - a.from));
}

const clamp = (share) => Math.min(1, Math.max(0, share));

const end = (x, value, format) => draw("text", { class: "gauge-end", x, y: 41 }, formatParts(value, format).text);

function arc(from, to, radius, className) {
  const point = (share) => {
    const angle = ((START + share * SWEEP) * Math.PI) / 180;
    return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  };
  const isLarge = (to - from) * SWEEP > 180 ? 1 : 0;
  return draw("path", { class: className, d: `M${point(from)}A${radius} ${radius} 0 ${isLarge} 1 ${point(to)}` });
}
