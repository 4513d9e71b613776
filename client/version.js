// `generation-nonce:revision`: up to 64 bits, more than a number holds exactly, so decimals are compared as text.

const form = /^([0-9]{1,20})-([0-9a-f]{1,8}):([0-9]{1,20})$/;

/** The three parts in comparable form, or null when the text is no version. */
export function parseVersion(text) {
  const match = typeof text === "string" ? form.exec(text) : null;
  return match && { generation: trim(match[1]), nonce: parseInt(match[2], 16), revision: trim(match[3]) };
}

/** Below, at or above zero as parsed `a` is older than, equal to or newer than `b`. */
export function compareVersions(a, b) {
  return compareDecimals(a.generation, b.generation) || a.nonce - b.nonce || compareDecimals(a.revision, b.revision);
}

const trim = (digits) => digits.replace(/^0+(?=.)/, "");

function compareDecimals(a, b) {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
