export const UNITS = [["d", 86400000], ["h", 3600000], ["min", 60000], ["s", 1000]];

/** How long ago, in one unit: `12 s`, `3 min`, `5 h`, `2 d`. */
export function age(milliseconds) {
  const [name, unit] = UNITS.find(([, size]) => milliseconds >= size) ?? UNITS.at(-1);
  return `${Math.max(0, Math.floor(milliseconds / unit))} ${name}`;
}
