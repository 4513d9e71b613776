import { showTabIcon } from "./favicon.js";
import { rootedLink } from "./url.js";

/**
 * Shows what an answer has for the viewer who acted alone: notices, the tab's title and icon, another page. Addresses that
 * begin with "/" are below `root`, wherever a proxy has put that.
 */
export function showReply({ notices, title, favicon, redirect }, region, { document, location, root } = globalThis) {
  if (Array.isArray(notices)) for (const { text, level } of notices) region.show(text, level);
  if (typeof title === "string") document.title = title;
  if (favicon) showTabIcon(favicon, document, root);
  const target = safeTarget(redirect, document.baseURI, root);
  if (target) location.assign(target);
}

/** Where a redirect may lead: a page of this site, or an http or https address; null for anything else. */
export function safeTarget(text, base, root) {
  const address = rootedLink(text, root);
  if (address === null) return null;
  const { protocol, href } = new URL(address, base);
  return protocol === "http:" || protocol === "https:" ? href : null;
}
