import { make, setText } from "./elements.js";
import { nearestRow } from "./chart_scale.js";
import { dateFormat } from "./dates.js";

const moment = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const BESIDE = 12;
const KEYS = new Map([["ArrowLeft", -1], ["ArrowRight", 1], ["PageUp", -10], ["PageDown", 10]]);

/** Shows a chart's values at a moment: under the pointer, or by arrow keys, Home, End and Escape. */
export class ChartReadout {
  #chart; #box; #tip; #spoken; #names; #format; #index = null; #time = 0;

  /** `box` surrounds the canvas and takes the focus; `format(value)` writes a value. */
  constructor(box, chart, names, format) {
    this.#chart = chart;
    this.#box = box;
    this.#names = names;
    this.#format = format;
    this.#tip = make("div", "line-tip");
    this.#tip.hidden = true;
    this.#tip.setAttribute("aria-hidden", "true");
    this.#spoken = make("p", "hidden-text");
    this.#spoken.setAttribute("aria-live", "polite");
    box.append(this.#tip, this.#spoken);
  }

  start() {
    this.#box.addEventListener("pointermove", ({ offsetX, target }) => {
      if (target.localName === "canvas") this.#point(offsetX);
    });
    this.#box.addEventListener("pointerleave", () => this.#hide());
    this.#box.addEventListener("blur", () => this.#hide());
    this.#box.addEventListener("keydown", (event) => this.#press(event));
  }

  /** After new rows: the line stays at its moment. */
  refresh() {
    if (this.#index !== null && this.#chart.points.length) this.#show(nearestRow(this.#chart.points, this.#time));
  }

  #point(x) {
    if (this.#chart.points.length) this.#show(nearestRow(this.#chart.points, this.#chart.timeAt(x)));
  }

  #press(event) {
    const last = this.#chart.points.length - 1;
    if (event.key === "Escape") return this.#hide();
    const goal = event.key === "Home" ? 0 : event.key === "End" ? last
      : KEYS.has(event.key) ? (this.#index ?? last) + KEYS.get(event.key) : null;
    if (goal === null || last < 0) return;
    event.preventDefault();
    this.#show(Math.min(last, Math.max(0, goal)));
    setText(this.#spoken, this.#lines().join(", "));
  }

  #lines() {
    const [time, ...values] = this.#chart.points[this.#index];
    const nameOf = (index) => this.#names.length > 1 ? `${this.#names[index] ?? ""} ` : "";
    const texts = values.map((value, index) => nameOf(index) + this.#format(value));
    return [dateFormat(moment).format(time), ...texts];
  }

  #show(index) {
    if (!this.#chart.points[index]) return this.#hide();
    this.#index = index;
    this.#time = this.#chart.points[index][0];
    this.#chart.mark(index);
    const lines = this.#lines();
    this.#tip.hidden = false;
    this.#tip.replaceChildren(...lines.map((text, at) =>
      make("span", at ? `line-tip-value series-${at}` : "line-tip-time", text)));
    const x = this.#chart.xAt(this.#chart.points[index][0]);
    const width = this.#tip.offsetWidth;
    const left = x + BESIDE + width > this.#box.clientWidth ? x - BESIDE - width : x + BESIDE;
    this.#tip.style.translate = `${Math.max(0, left)}px 8px`;
  }

  #hide() {
    this.#index = null;
    this.#tip.hidden = true;
    this.#chart.mark(null);
  }
}
