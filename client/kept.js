// What outlives a page: the viewer's choice of colours, and who this tab is with the events it still owes. The latter
// is in the storage only while no page is loaded: a duplicate of a loaded tab finds nothing and becomes someone else.

const BYTES = 16;

/** 22 characters of URL-safe Base64: 128 random bits. */
export function randomClient(random = crypto.getRandomValues(new Uint8Array(BYTES))) {
  return btoa(String.fromCharCode(...random)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Takes `{client, seq, pending}` out of the storage, or makes a new one. */
export function takeIdentity(storage, page) {
  const key = keyOf(page);
  try {
    const kept = JSON.parse(storage.getItem(key));
    storage.removeItem(key);
    const isOurs = /^[A-Za-z0-9_-]{22}$/.test(kept.client) && Number.isSafeInteger(kept.seq);
    if (isOurs && Array.isArray(kept.pending)) return kept;
  } catch { /* No storage, or nothing of ours in it. */ }
  return { client: randomClient(), seq: 0, pending: [] };
}

/** Puts it back for a reload of this tab. */
export function keepIdentity(storage, page, identity) {
  try { storage.setItem(keyOf(page), JSON.stringify(identity)); } catch { /* Then the next load is someone new. */ }
}

const keyOf = (page) => `splitflap:${page}`;

/** `light`, `dark`, or empty for what the page says. */
export function keptScheme() {
  try { return localStorage.getItem("splitflap:scheme") ?? ""; } catch { return ""; }
}
