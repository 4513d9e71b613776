import { niceTicks, timeTicks, valueRange } from "./chart_scale.js";
import { dateFormat } from "./dates.js";

const COLOURS = 6;
const TOP = 8;
const BOTTOM = 22;
const RIGHT = 10;
const GAP = 8;
const SHORTEST = 10000;

const charts = new Set();
const redrawAll = () => charts.forEach((chart) => chart.restyle());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
new MutationObserver(redrawAll).observe(document.documentElement, { attributeFilter: ["data-theme", "data-scheme"] });

/**
 * Curves over time on a canvas, sharp on any screen. It draws the store's rows as they are, without a copy of its own,
 * so that a tick costs one pass over what is visible.
 */
export class Chart {
  #canvas; #context; #options; #points = []; #style = null; #size = { width: 0, height: 0 }; #marked = null;
  #plot = null;

  /** `options`: style, window (ms), min, max, stacked, label(value) for the axis. */
  constructor(canvas, options) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#options = options;
    charts.add(this);
    new ResizeObserver(([entry]) => this.#resize(entry.contentRect)).observe(canvas.parentElement);
  }

  get points() { return this.#points; }

  /** Shows these rows. */
  show(points) {
    this.#points = points;
    this.draw();
  }

  /** Draws a line through a row, or none. */
  mark(index) {
    this.#marked = index;
    this.draw();
  }

  /** Colours changed. */
  restyle() {
    if (!this.#canvas.isConnected) return void charts.delete(this);
    this.#style = null;
    this.draw();
  }

  /** The time at a distance from the canvas' left edge, and back. */
  timeAt(x) {
    if (!this.#plot) return 0;
    const { from, to, left, width } = this.#plot;
    return from + ((x - left) / width) * (to - from);
  }

  xAt(time) { return this.#plot ? this.#plot.x(time) : 0; }

  draw() {
    const { width, height } = this.#size;
    if (width < 40 || height < 40) return;
    const context = this.#context;
    this.#style ??= readStyle(this.#canvas);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = this.#style.font;
    const plot = this.#plot = this.#measure();
    this.#drawAxes(plot);
    context.save();
    context.beginPath();
    context.rect(plot.left, 0, plot.width + RIGHT, height);
    context.clip();
    if (this.#options.style === "bar") this.#drawBars(plot);
    else this.#drawCurves(plot);
    this.#drawMark(plot);
    context.restore();
  }

  #resize({ width, height }) {
    this.#size = { width, height };
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.draw();
  }

  // The whole window, or what there is while the series is young.
  #span() {
    const to = this.#points.at(-1)?.[0] ?? Date.now();
    const first = Math.min(this.#points[0]?.[0] ?? to, to - SHORTEST);
    return [Math.max(to - this.#options.window, first), to];
  }

  #measure() {
    const { min, max, stacked, style, label } = this.#options;
    const { width, height } = this.#size;
    const [from, to] = this.#span();
    const [low, high] = valueRange(this.#points, { stacked, floor: style !== "line", from }) ?? [0, 1];
    const ticks = niceTicks(min ?? low, max ?? high, Math.max(2, Math.floor(height / 56)));
    const [bottom, top] = [min ?? ticks[0], max ?? ticks.at(-1)];
    const shown = ticks.filter((tick) => tick >= bottom && tick <= top);
    const labels = shown.map(label);
    const left = Math.ceil(Math.max(0, ...labels.map((text) => this.#context.measureText(text).width))) + GAP;
    const plot = { left, width: width - left - RIGHT, top: TOP, height: height - TOP - BOTTOM, from, to,
      ticks: shown, labels };
    plot.x = (time) => left + ((time - from) / (to - from)) * plot.width;
    plot.y = (value) => TOP + (1 - (value - bottom) / (top - bottom || 1)) * plot.height;
    plot.base = plot.y(Math.min(top, Math.max(bottom, 0)));
    plot.rows = rowsFrom(this.#points, plot.from);
    return plot;
  }

  #drawAxes({ left, width, top, height, ticks, labels, x, y, from, to }) {
    const context = this.#context;
    context.textBaseline = "middle";
    context.textAlign = "right";
    ticks.forEach((tick, index) => {
      const level = Math.round(y(tick)) + 0.5;
      context.fillStyle = this.#style.grid;
      context.fillRect(left, level - 0.5, width, 1);
      context.fillStyle = this.#style.ink;
      context.fillText(labels[index], left - GAP, level);
    });
    const { ticks: times, step } = timeTicks(from, to, Math.max(2, Math.floor(width / 110)));
    const format = dateFormat(momentFormat(step));
    context.textAlign = "center";
    for (const time of times) {
      const text = format.format(time);
      const half = context.measureText(text).width / 2;
      if (x(time) - half < left - GAP || x(time) + half > left + width + RIGHT) continue;
      context.fillText(text, x(time), top + height + BOTTOM / 2 + 3);
    }
  }

  #drawCurves(plot) {
    const { stacked, style } = this.#options;
    const series = (plot.rows[0]?.length ?? 1) - 1;
    const isFilled = style === "area" || stacked;
    for (let index = series; index >= 1; index -= 1) {
      const colour = this.#style.series[(index - 1) % COLOURS];
      for (const run of runsOf(plot, index, stacked)) this.#drawRun(plot, run, colour, isFilled);
    }
  }

  #drawRun({ base, top, height }, run, colour, isFilled) {
    const context = this.#context;
    context.beginPath();
    run.forEach(([x, y], at) => at ? context.lineTo(x, y) : context.moveTo(x, y));
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = run.length > 240 ? 1.5 : 2;
    context.lineJoin = context.lineCap = "round";
    if (run.length === 1) context.arc(run[0][0], run[0][1], 1.5, 0, 7);
    context.stroke();
    if (!isFilled || run.length < 2) return;
    context.lineTo(run.at(-1)[0], base);
    context.lineTo(run[0][0], base);
    const gradient = context.createLinearGradient(0, top, 0, top + height);
    gradient.addColorStop(0, faded(colour, 0.32));
    gradient.addColorStop(1, faded(colour, 0.03));
    context.fillStyle = gradient;
    context.fill();
  }

  #drawBars({ rows, x, y, base, width: plotWidth }) {
    const context = this.#context;
    const { stacked } = this.#options;
    const series = (rows[0]?.length ?? 1) - 1;
    const gap = rows.length > 1 ? x(rows.at(-1)[0]) - x(rows.at(-2)[0]) : plotWidth / 20;
    const room = Math.max(1, Math.min(gap * 0.72, 40));
    const each = stacked ? room : room / series;
    for (const [time, ...values] of rows) {
      let sum = 0;
      values.forEach((value, index) => {
        if (!Number.isFinite(value)) return;
        const foot = stacked ? y(sum) : base;
        sum += value;
        const head = y(stacked ? sum : value);
        context.fillStyle = this.#style.series[index % COLOURS];
        const left = x(time) - room / 2 + (stacked ? 0 : index * each);
        const width = Math.max(1, each > 4 ? each - 1 : each);
        context.fillRect(left, Math.min(foot, head), width, Math.max(1, Math.abs(foot - head)));
      });
    }
  }

  #drawMark({ x, y, top, height }) {
    const row = this.#marked === null ? this.#points.at(-1) : this.#points[this.#marked];
    if (!row) return;
    const context = this.#context;
    if (this.#marked !== null) {
      context.fillStyle = this.#style.ink;
      context.fillRect(Math.round(x(row[0])), top, 1, height);
    }
    if (this.#options.style === "bar" || this.#options.stacked) return;
    row.slice(1).forEach((value, index) => {
      if (Number.isFinite(value)) this.#dot(x(row[0]), y(value), this.#style.series[index % COLOURS]);
    });
  }

  #dot(x, y, colour) {
    for (const [radius, fill] of [[6, faded(colour, 0.2)], [3, colour]]) {
      this.#context.fillStyle = fill;
      this.#context.beginPath();
      this.#context.arc(x, y, radius, 0, 7);
      this.#context.fill();
    }
  }
}

function momentFormat(step) {
  if (step >= 86400000) return { day: "numeric", month: "short" };
  return { hour: "2-digit", minute: "2-digit", ...(step < 60000 && { second: "2-digit" }), hourCycle: "h23" };
}

// One row before the window is kept, so that the curve comes in from the left edge.
function rowsFrom(points, from) {
  const first = points.findIndex(([time]) => time >= from);
  return first < 0 ? [] : points.slice(Math.max(0, first - 1));
}

// A gap (null) ends a run. Stacked curves add up all before them.
function runsOf({ rows, x, y }, index, stacked) {
  const runs = [[]];
  for (const row of rows) {
    if (!Number.isFinite(row[index])) { if (runs.at(-1).length) runs.push([]); continue; }
    const value = stacked ? row.slice(1, index + 1).reduce((sum, part) => sum + (part ?? 0), 0) : row[index];
    runs.at(-1).push([x(row[0]), y(value)]);
  }
  return runs.filter((run) => run.length);
}

function readStyle(canvas) {
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name).trim();
  const series = Array.from({ length: COLOURS }, (_, index) => colour(`--series-${index + 1}`));
  return { font: `12px ${style.fontFamily}`, grid: colour("--line"), ink: colour("--ink-3"), series };
}

// Registered colour properties compute to `rgb(r, g, b)`.
const faded = (colour, alpha) => colour.startsWith("rgb(")
  ? colour.replace("rgb(", "rgba(").replace(")", `, ${alpha})`) : colour;
