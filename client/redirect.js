import { rootedLink } from "./url.js";

let followed = null;

/** Goes to an address of this or another server, once for each; not to the page that is shown. */
export function follow(text) {
  if (text === followed) return;
  followed = text;
  const address = rootedLink(text);
  const target = address === null ? null : new URL(address, document.baseURI);
  if (!target?.protocol.startsWith("http") || target.href.split("#")[0] === location.href.split("#")[0]) return;
  location.assign(target.href);
}
