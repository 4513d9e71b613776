import { draw, setAttribute } from "./elements.js";
import { loadStyle } from "./style_loader.js";

const WIDTH = 100;
const HEIGHT = 32;
const PAD = 2;

/** A small curve without axes; it says nothing to screen readers, the value beside it does. */
export function makeSparkline() {
  loadStyle(new URL("./sparkline.css", import.meta.url));
  return draw("svg", { class: "sparkline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none",
    "aria-hidden": "true" },
    draw("path", { class: "sparkline-area" }), draw("path", { class: "sparkline-line" }));
}

/** Draws values, or `[time, value]` rows. */
export function drawSparkline(svg, points) {
  const rows = (Array.isArray(points) ? points : []).map((point, index) =>
    Array.isArray(point) ? point : [index, point]);
  const { line, area } = sparklinePaths(rows.filter(([, value]) => Number.isFinite(value)));
  setAttribute(svg.children[0], "d", area);
  setAttribute(svg.children[1], "d", line);
}

/** The two paths, in a box of 100 × 32. */
export function sparklinePaths(rows) {
  if (rows.length < 2) return { line: "", area: "" };
  const [first, last] = [rows[0][0], rows.at(-1)[0]];
  const values = rows.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (time) => (WIDTH * (time - first)) / (last - first || 1);
  const y = (value) => high === low ? HEIGHT / 2 : HEIGHT - PAD - ((HEIGHT - 2 * PAD) * (value - low)) / (high - low);
  const line = "M" + rows.map(([time, value]) => `${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join("L");
  return { line, area: `${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z` };
}
