const NEXT = new Map([["", "dark"], ["dark", "light"], ["light", ""]]);
const NAMES = new Map([["", "as the page says"], ["dark", "dark"], ["light", "light"]]);

/** Goes from the page's own colours to dark, to light, and back. */
export function turnScheme() {
  const root = document.documentElement;
  const scheme = NEXT.get(root.dataset.scheme) ?? "";
  root.dataset.scheme = scheme;
  document.getElementById("scheme").title = `Colours: ${NAMES.get(scheme)}`;
  try { localStorage.setItem("splitflap:scheme", scheme); } catch { /* Then it lasts until the next load. */ }
}
