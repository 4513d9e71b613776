import { rootedLink, safeImage, safeOwn } from "./url.js";

const LONGEST_SIGN = 8;
let usual = null;
let ofPage = null;

/**
 * Shows a picture's data, or a sign such as 🧮, in the browser's tab; anything else brings back Splitflap's own. What an
 * answer gave this one tab stays until the page takes another.
 */
export function showFavicon(text) {
  if (text === ofPage) return;
  ofPage = text;
  const link = linkOf(document);
  if (link) show(link, safeImage(text) ?? pictureOf(text) ?? usual);
}

/** The icon that an answer gives this one tab: it may be a picture of this site too. */
export function showTabIcon(text, document, root) {
  const link = linkOf(document);
  const isAddress = typeof text === "string" && /[/:]/.test(text);
  const address = safeImage(text) ?? (isAddress ? safeOwn(rootedLink(text, root), document.baseURI) : pictureOf(text));
  if (link && address) show(link, address);
}

function linkOf(document) {
  const link = document.querySelector('link[rel="icon"]');
  usual ??= link?.getAttribute("href") ?? null;
  return link;
}

function show(link, address) {
  if (link.getAttribute("href") === address) return;
  link.removeAttribute("type");
  link.setAttribute("href", address);
}

function pictureOf(text) {
  if (typeof text !== "string" || !text || [...text].length > LONGEST_SIGN || /[<>&"']/.test(text)) return null;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><text y=".9em" font-size="90">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
