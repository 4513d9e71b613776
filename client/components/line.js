import { Chart } from "../chart.js";
import { ChartReadout } from "../chart_readout.js";
import { extent, milliseconds } from "../chart_scale.js";
import { fit, make, setAttribute, setText } from "../elements.js";
import { formatValue } from "../format.js";

const parts = new WeakMap();

/** Curves over time. */
export function create(element, definition) {
  const { series = [], window, style = "line", min, max, stacked = false, format, unit,
    legend = series.length > 1 } = definition;
  const write = (value) => formatValue(value, format, unit);
  const keys = make("ul", "line-legend");
  keys.hidden = !legend;
  const canvas = make("canvas", "line-canvas");
  const box = make("div", "line-box", canvas);
  box.tabIndex = 0;
  box.setAttribute("role", "img");
  element.append(keys, box);
  const chart = new Chart(canvas, { style, window: milliseconds(window, 600000), min, max, stacked, label: write });
  const readout = new ChartReadout(box, chart, series, write);
  readout.start();
  parts.set(element, { definition, series, write, keys, box, chart, readout });
}

export function update(element, { points = [] }) {
  const part = parts.get(element);
  part.chart.show(points);
  part.readout.refresh();
  showLegend(part, points.at(-1) ?? []);
  setAttribute(part.box, "aria-label", summary(part, points));
}

function showLegend({ series, write, keys }, row) {
  if (keys.hidden) return;
  const items = fit(keys, series.length, () => make("li", "", make("span"), make("b")));
  series.forEach((name, index) => {
    setAttribute(items[index], "class", `line-key series-${(index % 6) + 1}`);
    setText(items[index].firstElementChild, name);
    setText(items[index].lastElementChild, write(row[index + 1] ?? null));
  });
}

// What a look at the chart tells: how it stands and between what it moved.
function summary({ definition, series, write }, points) {
  const curves = (series.length ? series : [""]).slice(0, 6).map((name, index) => {
    const seen = extent(points, index + 1);
    if (!seen) return `${name} no values`;
    const [now, low, high] = [seen.last, seen.low, seen.high].map(write);
    return `${name} now ${now}, between ${low} and ${high}`.trim();
  });
  return `${definition.title || "Chart"}: ${curves.join("; ")}`;
}
