import { safeImage } from "./url.js";

const LONGEST_SIGN = 8;
let usual = null;

/** Shows a picture's data, or a sign such as 🧮, in the browser's tab; anything else brings back Splitflap's own. */
export function showFavicon(text) {
  const link = document.querySelector('link[rel="icon"]');
  if (!link) return;
  usual ??= link.getAttribute("href");
  const address = safeImage(text) ?? pictureOf(text) ?? usual;
  if (link.getAttribute("href") !== address) link.setAttribute("href", address);
}

function pictureOf(text) {
  if (typeof text !== "string" || !text || [...text].length > LONGEST_SIGN || /[<>&"']/.test(text)) return null;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><text y=".9em" font-size="90">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
