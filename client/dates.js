import { languages } from "./format.js";

const formatters = new Map();

/** A date format, made once for equal options. */
export function dateFormat(options) {
  const key = JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(languages(), options));
  return formatters.get(key);
}
