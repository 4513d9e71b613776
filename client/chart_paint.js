import { timeTicks } from "./chart_scale.js";
import { dateFormat } from "./dates.js";
import { GAP } from "./chart_plot.js";

const COLOURS = 6;
const TEXTS_KEPT = 100;

/** Draws a plot on a canvas: axes, then curves or bars, then what is marked. */
export class ChartPaint {
  #context; #options; #style = null; #texts = new Map();

  constructor(context, options) {
    this.#context = context;
    this.#options = options;
  }

  /** Colours or type changed; they are read from the canvas' style. */
  restyle() { this.#style = null; }

  /** How wide a text will be. */
  widthOf = (text) => {
    if (!this.#texts.has(text)) {
      if (this.#texts.size > TEXTS_KEPT) this.#texts.clear();
      this.#texts.set(text, this.#context.measureText(text).width);
    }
    return this.#texts.get(text);
  };

  /** Before anything is measured or drawn. */
  prepare(ratio) {
    const context = this.#context;
    if (!this.#style) {
      this.#style = readStyle(context.canvas);
      this.#texts.clear();
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = this.#style.font;
  }

  /** All of it; `marked` is a row, or null. */
  all(plot, marked) {
    this.#context.clearRect(0, 0, plot.end, plot.under);
    this.#drawValues(plot);
    this.#drawFrom(plot, plot.left, marked);
    this.#drawTimes(plot);
  }

  /** What is right of `from`, after all else was moved by `shift` pixels of the screen. */
  rest(plot, { shift, from }) {
    if (shift) this.#move(plot, shift);
    this.#context.clearRect(from, 0, plot.end - from, plot.under);
    this.#drawFrom(plot, from, null);
    if (shift) this.#drawTimes(plot);
  }

  #move({ left, end, under }, shift) {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(left, 0, end - left, under);
    context.clip();
    // Without the clip `copy` would empty all that it does not cover.
    context.globalCompositeOperation = "copy";
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(context.canvas, -shift, 0);
    context.restore();
  }

  #drawFrom(plot, from, marked) {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(from, 0, plot.end - from, plot.under);
    context.clip();
    context.fillStyle = this.#style.grid;
    for (const tick of plot.ticks) context.fillRect(from, Math.round(plot.y(tick)), Math.max(0, plot.right - from), 1);
    if (this.#options.style === "bar") this.#drawBars(plot);
    else this.#drawCurves(plot, plot.firstAt(from));
    this.#drawMark(plot, marked);
    context.restore();
  }

  #drawValues(plot) {
    const { ticks, labels, left } = plot;
    const context = this.#context;
    context.clearRect(0, 0, left, context.canvas.height);
    context.fillStyle = this.#style.ink;
    context.textBaseline = "middle";
    context.textAlign = "right";
    ticks.forEach((tick, index) => context.fillText(labels[index], left - GAP, Math.round(plot.y(tick)) + 0.5));
  }

  #drawTimes(plot) {
    const { from, to, left, right, end, under, width, bottom, height } = plot;
    const context = this.#context;
    context.clearRect(0, under, end, height);
    context.fillStyle = this.#style.ink;
    context.textBaseline = "middle";
    context.textAlign = "center";
    const { ticks, step } = timeTicks(from, to, Math.max(2, Math.floor(width / 110)));
    const format = dateFormat(momentFormat(step));
    for (const time of ticks) {
      const text = format.format(time);
      const [x, half] = [plot.x(time), this.widthOf(text) / 2];
      if (x - half >= left - GAP && x + half <= right + GAP) context.fillText(text, x, bottom + 14);
    }
  }

  #drawCurves(plot, first) {
    const { stacked, style } = this.#options;
    const isFilled = style === "area" || stacked;
    for (let index = plot.columns - 1; index >= 1; index -= 1) {
      const colour = this.#style.series[(index - 1) % COLOURS];
      for (const run of runsOf(plot, first, index, stacked)) this.#drawRun(plot, run, colour, isFilled);
    }
  }

  #drawRun({ base, top, height, lineWidth }, run, colour, isFilled) {
    const context = this.#context;
    context.beginPath();
    for (let at = 0; at < run.length; at += 2) context.lineTo(run[at], run[at + 1]);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = lineWidth;
    context.lineJoin = context.lineCap = "round";
    if (run.length === 2) context.arc(run[0], run[1], 1.5, 0, 7);
    context.stroke();
    if (!isFilled || run.length < 4) return;
    context.lineTo(run.at(-2), base);
    context.lineTo(run[0], base);
    const gradient = context.createLinearGradient(0, top, 0, top + height);
    gradient.addColorStop(0, faded(colour, 0.32));
    gradient.addColorStop(1, faded(colour, 0.03));
    context.fillStyle = gradient;
    context.fill();
  }

  #drawBars(plot) {
    const { base, points, columns } = plot;
    const { stacked } = this.#options;
    const rows = points.slice(plot.firstAt(plot.left));
    const gap = rows.length > 1 ? plot.x(rows.at(-1)[0]) - plot.x(rows.at(-2)[0]) : plot.width / 20;
    const room = Math.max(1, Math.min(gap * 0.72, 40));
    const each = stacked ? room : room / Math.max(1, columns - 1);
    for (const [time, ...values] of rows) {
      let sum = 0;
      values.forEach((value, index) => {
        if (!Number.isFinite(value)) return;
        const foot = stacked ? plot.y(sum) : base;
        sum += value;
        const head = plot.y(stacked ? sum : value);
        this.#context.fillStyle = this.#style.series[index % COLOURS];
        const left = plot.x(time) - room / 2 + (stacked ? 0 : index * each);
        const width = Math.max(1, each > 4 ? each - 1 : each);
        this.#context.fillRect(left, Math.min(foot, head), width, Math.max(1, Math.abs(foot - head)));
      });
    }
  }

  #drawMark(plot, marked) {
    const row = marked ?? plot.last;
    if (!row) return;
    const x = plot.x(row[0]);
    if (marked) {
      this.#context.fillStyle = this.#style.ink;
      this.#context.fillRect(Math.round(x), plot.top, 1, plot.height);
    }
    if (this.#options.style === "bar" || this.#options.stacked) return;
    row.slice(1).forEach((value, index) => {
      if (Number.isFinite(value)) this.#dot(x, plot.y(value), this.#style.series[index % COLOURS]);
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

// Points one after the other, `[x, y, x, y]`. A gap (null) ends a run. Stacked curves add up all before them.
function runsOf(plot, first, column, stacked) {
  const runs = [];
  let run = [];
  for (let index = first; index < plot.points.length; index += 1) {
    const row = plot.points[index];
    if (!Number.isFinite(row[column])) {
      if (run.length) runs.push(run);
      run = [];
      continue;
    }
    run.push(plot.x(row[0]), plot.y(stacked ? sumTo(row, column) : row[column]));
  }
  return run.length ? [...runs, run] : runs;
}

function sumTo(row, column) {
  let sum = 0;
  for (let index = 1; index <= column; index += 1) sum += row[index] ?? 0;
  return sum;
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
