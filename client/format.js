import { duration } from "./durations.js";

const BYTES = ["B", "kB", "MB", "GB", "TB", "PB"];
const SPACE = "\u00a0";
const formatters = new Map();

/**
 * A value as `{text, unit}`: `format` is a word of docs/components.md, `unit` what the definition adds. Text stays as
 * it is, nothing becomes a dash.
 */
export function formatParts(value, format = "number", unit = "") {
  if (value === null || value === undefined || value === "") return { text: "–", unit: "" };
  const [word, option] = format.split(" ");
  if (word === "date" || word === "time") return { text: moment(value, word), unit };
  if (typeof value === "boolean") return { text: value ? "yes" : "no", unit };
  if (typeof value !== "number") return { text: asText(value), unit: typeof value === "string" ? unit : "" };
  const { text, unit: own } = (WORDS[word] ?? WORDS.number)(value, option);
  return { text, unit: [own, unit].filter(Boolean).join(SPACE) };
}

/** The same as one text: `42 %`. */
export function formatValue(value, format, unit) {
  const parts = formatParts(value, format, unit);
  return parts.unit ? parts.text + SPACE + parts.unit : parts.text;
}

/** With its sign always shown: `+2`, `−1.5`, `±0`. */
export function formatChange(change, format, unit) {
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return sign + formatValue(Math.abs(change), format, unit);
}

const WORDS = Object.freeze({
  __proto__: null,
  number: (value, decimals) => ({ text: decimal(value, decimals) }),
  percent: (value) => ({ text: decimal(value, Math.abs(value) < 10 && value % 1 ? 1 : 0), unit: "%" }),
  bytes: (value) => bytes(value),
  "bytes/s": (value) => { const { text, unit } = bytes(value); return { text, unit: `${unit}/s` }; },
  duration: (value) => ({ text: value === 0 ? "0 s" : duration(value * 1000) }),
  currency: (value, code = "EUR") => ({ text: currency(value, code) }),
});

function decimal(value, decimals) {
  const limits = decimals === undefined
    ? { maximumFractionDigits: usefulDecimals(Math.abs(value)) }
    : { minimumFractionDigits: Number(decimals), maximumFractionDigits: Number(decimals) };
  return numberFormat(limits).format(value);
}

// About three digits that matter; whole numbers always in full.
function usefulDecimals(size) {
  if (size === 0 || size >= 1000 || Number.isInteger(size)) return 0;
  if (size >= 1) return size >= 10 ? 1 : 2;
  return Math.min(6, 2 - Math.floor(Math.log10(size)));
}

function bytes(value) {
  const power = Math.abs(value) < 1000 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3));
  return { text: decimal(value / 1000 ** power), unit: BYTES[power] };
}

function currency(value, code) {
  const digits = Number.isInteger(value) || Math.abs(value) >= 10000 ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
  try { return numberFormat({ style: "currency", currency: code, ...digits }).format(value); } catch { return decimal(value); }
}

// Numbers below this are seconds, above it milliseconds: 100 000 000 000 s would be the year 5138.
const LARGEST_SECONDS = 1e11;

function moment(value, word) {
  const date = new Date(typeof value === "number" && Math.abs(value) < LARGEST_SECONDS ? value * 1000 : value);
  if (Number.isNaN(date.getTime())) return asText(value);
  return dateFormat(word === "date" ? { dateStyle: "medium" } : { timeStyle: "short" }).format(date);
}

const asText = (value) => typeof value === "object" ? JSON.stringify(value) : String(value);

export const numberFormat = (options) => cached("n", options, (locale) => new Intl.NumberFormat(locale, options));
export const dateFormat = (options) => cached("d", options, (locale) => new Intl.DateTimeFormat(locale, options));

function cached(kind, options, make) {
  const key = kind + JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, make(globalThis.document?.documentElement.lang ? navigator.languages : "en"));
  return formatters.get(key);
}
