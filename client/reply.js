import { safeImage, safeLink, safeOwn } from "./url.js";

/** Shows what an answer has for the viewer who acted alone: notices, the tab's title and icon, another page. */
export function showReply({ notices, title, favicon, redirect }, region, { document, location } = globalThis) {
  if (Array.isArray(notices)) for (const { text, level } of notices) region.show(text, level);
  if (typeof title === "string") document.title = title;
  const icon = safeImage(favicon) ?? safeOwn(favicon, document.baseURI);
  if (icon) showIcon(document, icon);
  const target = safeTarget(redirect, document.baseURI);
  if (target) location.assign(target);
}

/** Where a redirect may lead: a page of this site, or an http or https address; null for anything else. */
export function safeTarget(text, base) {
  const address = safeLink(text, base);
  if (address === null) return null;
  const { protocol, href } = new URL(address, base);
  return protocol === "http:" || protocol === "https:" ? href : null;
}

function showIcon(document, address) {
  const link = document.querySelector('link[rel="icon"]');
  link.removeAttribute("type");
  link.href = address;
}
