import { make, setText } from "../elements.js";
import { formatValue } from "../format.js";
import { drawSparkline, makeSparkline } from "../sparkline.js";

/** Adds what a number shows of its past: the change and a small curve. Gives the function that shows a state. */
export function makeTrend(element, { format, unit, compare, sparkline }) {
  const change = make("p", "number-change");
  element.firstElementChild.append(change);
  const curve = sparkline ? makeSparkline() : null;
  if (curve) element.append(curve);
  return ({ change: by, points = [] }) => {
    const within = compare ? ` in ${durationText(compare)}` : "";
    setText(change, Number.isFinite(by) ? `${arrow(by)} ${formatChange(by, format, unit)}${within}` : "");
    if (curve) drawSparkline(curve, points);
  };
}

const arrow = (change) => change > 0 ? "▲" : change < 0 ? "▼" : "■";

/** With its sign always shown: `+2`, `−1.5`, `±0`. */
export function formatChange(change, format, unit) {
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return sign + formatValue(Math.abs(change), format, unit);
}

// Seconds, or as it was written.
const durationText = (time) => typeof time === "number" ? secondsText(time) : String(time);

function secondsText(seconds) {
  const [unit, size] = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]].find(([, size]) => seconds % size === 0)
    ?? ["s", 1];
  return `${seconds / size} ${unit}`;
}
