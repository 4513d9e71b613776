import { Message } from "./protocol.js";
import { compareVersions, parseVersion } from "./version.js";

/** Characters of a page up to which it is fetched whole rather than by what changed. */
const LONGEST_WHOLE = 4096;

/**
 * How to ask, so that a cache before the servers may answer for everybody. A page that all see alike says `public`; a poll
 * of it leaves out the tab's name. A short page is asked for whole, under one address for all whatever they show: the
 * browser adds what copy it has, and the cache says "the same" itself. A longer one is asked for by version.
 */
export class SharedPolls {
  #isPublic = false; #length = Infinity; #tag = null; #wasOlder = false; #isWhole = false;

  /** The query of the next poll of a tab that shows `since` (or null), and the browser's cache mode. */
  next(since, client) {
    // Whoever shows more than a cache has must ask the servers themselves.
    this.#isWhole = this.#isPublic && since !== null && !this.#wasOlder && this.#length <= LONGEST_WHOLE;
    if (this.#isWhole) return { query: "whole=1", cache: "default" };
    const isOwn = !this.#isPublic || since === null || this.#wasOlder;
    const words = [since && `since=${since}`, isOwn && `client=${client}`].filter(Boolean);
    return { query: words.join("&"), cache: isOwn ? "no-store" : "default" };
  }

  /** The message of an answer to such a poll; null where it says nothing new to a tab that shows `since`. */
  async read(response, since) {
    this.#wasOlder = false;
    if (response.status !== 200) return null;
    const tag = response.headers.get("ETag");
    if (this.#isWhole && tag !== null && tag === this.#tag) return null;
    const text = await response.text();
    const message = JSON.parse(text);
    this.#isPublic = /\bpublic\b/.test(response.headers.get("Cache-Control") ?? "");
    if (message.type === Message.full) this.#length = text.length;
    this.#tag = this.#isWhole ? tag : null;
    return this.#isWhole && !this.#isNews(message, since) ? null : message;
  }

  #isNews({ to }, since) {
    const [offered, shown] = [parseVersion(to), parseVersion(since)];
    const difference = offered && shown ? compareVersions(offered, shown) : 1;
    this.#wasOlder = difference < 0;
    return difference > 0;
  }
}
