import { ChartPaint } from "./chart_paint.js";
import { Plot } from "./chart_plot.js";

const SMALLEST = 40;

const charts = new WeakMap();
// Counts the changes of colours, so that a chart that is not in the document now learns of them later.
let look = 0;

function redrawAll() {
  look += 1;
  for (const canvas of document.querySelectorAll("canvas")) charts.get(canvas.parentElement)?.redraw();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
new MutationObserver(redrawAll).observe(document.documentElement, { attributeFilter: ["data-theme", "data-scheme"] });
// A theme's own style sheet comes later than its name.
document.head.addEventListener("load", redrawAll, true);
addEventListener("beforeprint", redrawAll);

// One of each for all charts.
const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect, devicePixelContentBoxSize: pixels } of entries) {
    const ratio = devicePixelRatio;
    const { inlineSize, blockSize } = pixels?.[0] ?? {};
    charts.get(target)?.resize(pixelsOf(contentRect.width * ratio, inlineSize),
      pixelsOf(contentRect.height * ratio, blockSize), ratio);
  }
});
const sights = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) charts.get(target)?.see(isIntersecting);
}, { rootMargin: "100px" });

/**
 * Curves over time on a canvas, sharp on any screen. It draws the store's rows as they are, without a copy of its own. A
 * tick moves what was drawn and draws what is new; what is out of sight waits.
 */
export class Chart {
  #canvas; #paint; #options; #points = []; #size = { width: 0, height: 0, ratio: 1 }; #marked = null;
  #plot = null; #isSeen = true; #shown = null; #look = look;

  /** `options`: style, window (ms), min, max, stacked, label(value) for the axis. */
  constructor(canvas, options) {
    this.#canvas = canvas;
    this.#options = options;
    this.#paint = new ChartPaint(canvas.getContext("2d"), options);
    charts.set(canvas.parentElement, this);
    observeSize(canvas.parentElement);
    sights.observe(canvas.parentElement);
  }

  get points() { return this.#points; }

  /** Shows these rows. */
  show(points) {
    this.#points = points;
    this.#draw();
  }

  /** Draws a line through a row, or none. */
  mark(index) {
    this.#marked = index;
    this.#draw();
  }

  /** Draws all of it, seen or not. */
  redraw() {
    this.#shown = null;
    this.#draw(true);
  }

  /** `width` and `height` in pixels of the screen, of which a pixel has `ratio`. */
  resize(width, height, ratio) {
    this.#size = { width: width / ratio, height: height / ratio, ratio };
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.redraw();
  }

  see(isSeen) {
    this.#isSeen = isSeen;
    this.#draw();
  }

  /** The time at a distance from the canvas' left edge, and back. */
  timeAt(x) { return this.#plot?.timeAt(x) ?? 0; }

  xAt(time) { return this.#plot?.x(time) ?? 0; }

  #draw(always = false) {
    const { width, height, ratio } = this.#size;
    if (width < SMALLEST || height < SMALLEST || !(this.#isSeen || always)) return;
    if (this.#look !== look) this.#paint.restyle();
    this.#look = look;
    this.#paint.prepare(ratio);
    const plot = this.#plot = new Plot(this.#points, this.#options, this.#size, this.#paint.widthOf);
    const marked = this.#marked === null ? null : this.#points[this.#marked] ?? null;
    // A bar is as wide as its neighbours are far, and a mark stands wherever the pointer is.
    const isWhole = marked !== null || this.#options.style === "bar";
    const rest = isWhole ? null : plot.after(this.#shown);
    if (rest) this.#paint.rest(plot, rest);
    else this.#paint.all(plot, marked);
    this.#shown = isWhole ? null : plot;
  }
}

// An emulated screen has another density than the one that its pixels are told of.
const pixelsOf = (wanted, told) => Math.abs(told - wanted) <= 1 ? told : Math.round(wanted);

// In pixels of the screen, where browsers tell them: a canvas that is one wider than its place is drawn blurred.
function observeSize(element) {
  try {
    sizes.observe(element, { box: "device-pixel-content-box" });
  } catch { sizes.observe(element); }
}
