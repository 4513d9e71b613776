import { make, setText } from "../elements.js";
import { setFlaps } from "../flaps.js";

/** The time, by the viewer's own clock. */
export function create(element, definition) {
  const time = make("p", "clock-time");
  time.setAttribute("role", "img");
  const date = make("p", "clock-date");
  element.append(time, date);
  const show = showing(definition, time, date);
  const run = () => {
    if (!element.isConnected) return;
    show();
    setTimeout(run, 1000 - (Date.now() % 1000));
  };
  queueMicrotask(run);
}

/** Nothing comes from the server. */
export function update() {}

function showing({ timezone, seconds = true, date: hasDate = true, hours }, time, date) {
  const timeZone = isTimeZone(timezone) ? timezone : undefined;
  const clock = new Intl.DateTimeFormat(navigator.languages, {
    timeZone, hour: "2-digit", minute: "2-digit", ...(seconds && { second: "2-digit" }),
    hourCycle: String(hours ?? 24) === "12" ? "h12" : "h23",
  });
  const day = new Intl.DateTimeFormat(navigator.languages,
    { timeZone, weekday: "long", day: "numeric", month: "long" });
  return () => {
    const now = new Date();
    setFlaps(time, clock.format(now));
    if (hasDate) setText(date, timeZone ? `${day.format(now)} · ${timeZone.split("/").at(-1).replaceAll("_", " ")}`
      : day.format(now));
  };
}

function isTimeZone(name) {
  try { return Boolean(name && new Intl.DateTimeFormat("en", { timeZone: name })); } catch { return false; }
}
