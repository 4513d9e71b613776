const SPACE = "\u00a0";
const formatters = new Map();

/**
 * A value as `{text, unit}`: `format` is a word of docs/components.md, `unit` what the definition adds. Text stays as
 * it is, nothing becomes a dash.
 */
export function formatParts(value, format = "number", unit = "") {
  if (value === null || value === undefined || value === "") return { text: "–", unit: "" };
  const [word, option] = format.split(" ");
  if (typeof value === "boolean") return { text: value ? "yes" : "no", unit };
  if (typeof value !== "number" && !TEXT_TOO.has(word)) {
    return { text: asText(value), unit: typeof value === "string" ? unit : "" };
  }
  const { text, unit: own } = (words.get(word) ?? words.get("number"))(value, option);
  return { text, unit: [own, unit].filter(Boolean).join(SPACE) };
}

/** The same as one text: `42 %`. */
export function formatValue(value, format, unit) {
  const parts = formatParts(value, format, unit);
  return parts.unit ? parts.text + SPACE + parts.unit : parts.text;
}

const TEXT_TOO = new Set(["date", "time"]);

/** What each word does with a value. `format_words.js` adds the rarer ones, for definitions that have a `format`. */
export const words = new Map([
  ["number", (value, decimals) => ({ text: decimal(value, decimals) })],
  ["percent", (value) => ({ text: decimal(value, Math.abs(value) < 10 && value % 1 ? 1 : 0), unit: "%" })],
]);

/** A number with so many decimals, or with as many as are useful. */
export function decimal(value, decimals) {
  const limits = decimals === undefined
    ? { maximumFractionDigits: usefulDecimals(Math.abs(value)), useGrouping: "min2" }
    : { minimumFractionDigits: Number(decimals), maximumFractionDigits: Number(decimals) };
  return numberFormat(limits).format(value);
}

// About three digits that matter; whole numbers always in full.
function usefulDecimals(size) {
  if (size === 0 || size >= 1000 || Number.isInteger(size)) return 0;
  if (size >= 1) return size >= 10 ? 1 : 2;
  return Math.min(6, 2 - Math.floor(Math.log10(size)));
}

export const asText = (value) => typeof value === "object" ? JSON.stringify(value) : String(value);

/** The languages of the viewer; tests have none. */
export const languages = () => globalThis.document ? navigator.languages : "en";

/** A number format, made once for equal options. */
export function numberFormat(options) {
  const key = JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.NumberFormat(languages(), options));
  return formatters.get(key);
}
