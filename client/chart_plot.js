import { niceTicks, valueRange } from "./chart_scale.js";

const TOP = 8;
const BOTTOM = 22;
const RIGHT = 10;
/** Between the labels of the value axis and the plot. */
export const GAP = 8;
const SHORTEST = 10000;
const NEARLY = 0.01;
// How far a dot or the end of a line reaches beyond its point.
const REACH = 8;
// The dot of a row at the bottom reaches below the plot; the times of the axis begin under it.
const BELOW = 8;
const MANY_ROWS = 240;
// What must be as it was for what is drawn to stay.
const FIXED = ["points", "left", "right", "bottom", "low", "high", "scale", "columns", "lineWidth", "marks"];

/**
 * Where the rows of a chart stand. Times are laid out in whole pixels of the screen, so that a tick moves all that is
 * drawn by whole pixels: what was drawn can be moved along, and only what is new has to be drawn.
 */
export class Plot {
  /** `size`: width, height and `ratio`, pixels of the screen per pixel; `widthOf(text)` measures a label. */
  constructor(points, options, size, widthOf) {
    const { min, max, stacked, style, label } = options;
    const { width, height, ratio } = size;
    const [from, to] = spanOf(points, options.window);
    const [low, high] = valueRange(points, { stacked, floor: style !== "line", from }) ?? [0, 1];
    const ticks = niceTicks(min ?? low, max ?? high, Math.max(2, Math.floor(height / 56)));
    Object.assign(this, { points, ratio, from, to, low: min ?? ticks[0], high: max ?? ticks.at(-1), top: TOP });
    this.ticks = ticks.filter((tick) => tick >= this.low && tick <= this.high);
    this.labels = this.ticks.map(label);
    this.marks = this.labels.join();
    this.left = Math.ceil((Math.max(0, ...this.labels.map(widthOf)) + GAP) * ratio) / ratio;
    this.right = Math.floor((width - RIGHT) * ratio) / ratio;
    this.end = width;
    this.width = this.right - this.left;
    this.height = height - TOP - BOTTOM;
    this.bottom = TOP + this.height;
    this.under = Math.floor((this.bottom + BELOW) * ratio) / ratio;
    this.scale = ((this.right - this.left) * ratio) / (to - from);
    this.origin = Math.round(to * this.scale);
    this.base = this.y(Math.min(this.high, Math.max(this.low, 0)));
    this.first = firstSince(points, from);
    this.columns = points.at(-1)?.length ?? 0;
    this.lineWidth = points.length - this.first > MANY_ROWS ? 1.5 : 2;
    this.last = points.at(-1) ?? null;
  }

  x(time) { return this.right - (this.origin - time * this.scale) / this.ratio; }

  y(value) { return TOP + (1 - (value - this.low) / (this.high - this.low || 1)) * this.height; }

  timeAt(x) { return (this.origin - (this.right - x) * this.ratio) / this.scale; }

  /** The first row that has a part in what stands right of `x`; the curve comes in from the one before. */
  firstAt(x) { return Math.max(0, firstSince(this.points, this.timeAt(x - REACH)) - 1); }

  /**
   * What to do to a chart that shows the plot `before`, to have it show this one: null if all of it must be drawn anew, or
   * by how many pixels of the screen to move it to the left, and from which `x` on to draw.
   *
   * Of the rows at 1 s, 2 s and 3 s, all drawn, and now one more at 4 s, only what is right of 3 s is drawn.
   */
  after(before) {
    if (!before?.last || FIXED.some((name) => before[name] !== this[name])) return null;
    const shift = this.origin - before.origin;
    const old = this.points.lastIndexOf(before.last);
    if (old < 0 || shift < 0 || shift >= this.width * this.ratio) return null;
    for (let index = old + 1; index < this.points.length; index += 1) {
      if (this.points[index][0] < this.points[index - 1][0]) return null;
    }
    const from = Math.floor((this.x(before.last[0]) - REACH) * this.ratio) / this.ratio;
    return { shift, from: Math.max(this.left, from) };
  }
}

// The whole window, or what there is while the series is young. Rows that nearly fill it count as the whole: which of them
// are kept is decided elsewhere, at another moment.
function spanOf(points, window) {
  const to = points.at(-1)?.[0] ?? Date.now();
  const first = Math.min(points[0]?.[0] ?? to, to - SHORTEST);
  const between = (to - first) / Math.max(1, points.length - 1);
  const nearly = Math.max(2 * between, window * NEARLY);
  return [first - nearly <= to - window ? to - window : first, to];
}

// Rows are in order of time.
function firstSince(points, time) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
