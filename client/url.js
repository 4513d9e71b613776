// Every link and image of a page goes through here: what is not plainly harmless is not used at all.

const LINK_SCHEMES = new Set(["http:", "https:", "mailto:"]);
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]*={0,2}$/;

/** The address a link may have, or null: http, https, mailto or relative; never another host by `//`. */
export function safeLink(text, base = globalThis.document?.baseURI ?? "http://localhost/") {
  if (typeof text !== "string") return null;
  // Browsers drop these before they look for the scheme: " java\tscript:" is script to them.
  const address = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, "").replace(/[\t\n\r]/g, "");
  if (address === "" || /^[\\/]{2}/.test(address)) return null;
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(address)?.[1].toLowerCase();
  if (scheme && !LINK_SCHEMES.has(scheme)) return null;
  try {
    return new URL(address, base).protocol === (scheme ?? new URL(base).protocol) ? address : null;
  } catch { return null; }
}

/** A link that may begin with "/", the root of everything served here, wherever a proxy has put that. */
export function rootedLink(text, root = rootPath()) {
  const address = safeLink(text);
  return address?.startsWith("/") ? root + address.slice(1) : address;
}

// This file stands in assets/<hash>/.
const rootPath = () => globalThis.document ? new URL("../../", import.meta.url).pathname : "/";

/** The address an image may have, or null: picture data only, so that nobody else is asked. */
export function safeImage(text) {
  return typeof text === "string" && IMAGE.test(text) ? text : null;
}

/** An address of this very site, or null; so that nobody else is asked. */
export function safeOwn(text, base = globalThis.document?.baseURI ?? "http://localhost/") {
  const address = safeLink(text, base);
  if (address === null) return null;
  const { origin, href } = new URL(address, base);
  return origin === new URL(base).origin ? href : null;
}

/** Sets or removes a link's address. */
export function setLink(element, text) {
  const address = safeLink(text);
  if (address === null) element.removeAttribute("href");
  else if (element.getAttribute("href") !== address) element.setAttribute("href", address);
}
