import { UNITS } from "./durations.js";
import { dateFormat } from "./dates.js";
import { asText, decimal, numberFormat, words } from "./format.js";

// The rarer words of `format`, loaded with the first definition that has one.
words.set("bytes", bytes);
words.set("bytes/s", (value) => { const { text, unit } = bytes(value); return { text, unit: `${unit}/s` }; });
words.set("duration", (value) => ({ text: value === 0 ? "0 s" : duration(value * 1000) }));
words.set("currency", (value, code = "EUR") => ({ text: currency(value, code) }));
for (const word of ["date", "time"]) words.set(word, (value) => ({ text: moment(value, word) }));

const BYTES = ["B", "kB", "MB", "GB", "TB", "PB"];

function bytes(value) {
  const power = Math.abs(value) < 1000 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3));
  return { text: decimal(value / 1000 ** power), unit: BYTES[power] };
}

function currency(value, code) {
  const digits = Number.isInteger(value) || Math.abs(value) >= 10000
    ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
  try {
    return numberFormat({ style: "currency", currency: code, ...digits }).format(value);
  } catch { return decimal(value); }
}

// Numbers below this are seconds, above it milliseconds: 100 000 000 000 s would be the year 5138.
const LARGEST_SECONDS = 1e11;

function moment(value, word) {
  const date = new Date(typeof value === "number" && Math.abs(value) < LARGEST_SECONDS ? value * 1000 : value);
  if (Number.isNaN(date.getTime())) return asText(value);
  return dateFormat(word === "date" ? { dateStyle: "medium" } : { timeStyle: "short" }).format(date);
}

/** A stretch of milliseconds in its largest one or two units: `850 ms`, `2.5 s`, `4 min 10 s`, `3 d 2 h`. */
export function duration(milliseconds) {
  const sign = milliseconds < 0 ? "-" : "";
  const size = Math.abs(milliseconds);
  if (size < 1000 && size > 0) return `${sign}${Math.round(size)} ms`;
  if (size < 10000) return `${sign}${Math.round(size / 100) / 10} s`;
  const index = UNITS.findIndex(([, unit]) => size >= unit);
  const [name, unit] = UNITS[index];
  const rounded = Math.round(size / (UNITS[index + 1]?.[1] ?? unit)) * (UNITS[index + 1]?.[1] ?? unit);
  const whole = Math.floor(rounded / unit);
  const rest = UNITS[index + 1] ? Math.floor((rounded - whole * unit) / UNITS[index + 1][1]) : 0;
  return `${sign}${whole} ${name}${rest ? ` ${rest} ${UNITS[index + 1][0]}` : ""}`;
}
