// The arithmetic of a chart's axes, without a canvas.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [1, 2, 5, 10, 15, 30].map((n) => n * SECOND).concat(
  [1, 2, 5, 10, 15, 30].map((n) => n * MINUTE), [1, 2, 3, 6, 12].map((n) => n * HOUR), [1, 2, 7].map((n) => n * DAY));

/** About `count` round numbers that enclose `low` to `high`: 3 to 97 gives 0, 25, 50, 75, 100. */
export function niceTicks(low, high, count = 4) {
  if (low === high) [low, high] = low === 0 ? [0, 1] : [Math.min(0, low), Math.max(0, high)];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The last, lowest and highest number of one column, or null without any. */
export function extent(points, column) {
  let last = null, low = Infinity, high = -Infinity;
  for (let index = 0; index < points.length; index += 1) {
    const value = points[index][column];
    if (!Number.isFinite(value)) continue;
    last = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return last === null ? null : { last, low, high };
}

/**
 * The lowest and highest value to show of the rows since `from`, or null without any number; stacked curves add up. Runs at
 * each tick over every row, so it makes nothing.
 */
export function valueRange(points, { stacked = false, floor = false, from = -Infinity } = {}) {
  let low = Infinity, high = -Infinity;
  for (let index = 0; index < points.length; index += 1) {
    const row = points[index];
    if (row[0] < from) continue;
    let sum = 0;
    for (let column = 1; column < row.length; column += 1) {
      const value = stacked ? (sum += row[column] ?? 0) : row[column];
      if (!Number.isFinite(value) || (stacked && column < row.length - 1)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return null;
  return floor || stacked || (low > 0 && low < (high - low) * 1.5) ? [Math.min(0, low), Math.max(0, high)]
    : [low, high];
}

/** Round moments between two times, about `count` of them, in the viewer's time zone; with the step in ms. */
export function timeTicks(from, to, count) {
  const step = STEPS.find((size) => (to - from) / size <= count) ?? STEPS.at(-1);
  const shift = new Date(to).getTimezoneOffset() * MINUTE;
  const ticks = [];
  for (let time = Math.ceil((from - shift) / step) * step + shift; time <= to; time += step) ticks.push(time);
  return { ticks, step };
}

/** The row whose time is nearest; rows are in order of time. */
export function nearestRow(points, time) {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - points[low - 1][0] < points[low][0] - time ? low - 1 : low;
}

/** Milliseconds of a definition's duration: seconds as a number, or written `10m`. */
export function milliseconds(text, fallback) {
  if (typeof text === "number") return text * SECOND;
  const match = /^([0-9.]+)(ms|s|m|h|d)?$/.exec(text ?? "");
  return match ? Number(match[1]) * { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }[match[2] ?? "s"] : fallback;
}
