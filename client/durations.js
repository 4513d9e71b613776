const UNITS = [["d", 86400000], ["h", 3600000], ["min", 60000], ["s", 1000]];

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

/** How long ago, in one unit: `12 s`, `3 min`, `5 h`, `2 d`. */
export function age(milliseconds) {
  const [name, unit] = UNITS.find(([, size]) => milliseconds >= size) ?? UNITS.at(-1);
  return `${Math.max(0, Math.floor(milliseconds / unit))} ${name}`;
}
