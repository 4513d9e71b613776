import { Message } from "./protocol.js";
import { compareVersions, parseVersion } from "./version.js";

const nothing = Object.freeze({ applied: false, sync: false, changed: Object.freeze([]) });
const misfit = Object.freeze({ applied: false, sync: true, changed: Object.freeze([]) });

/**
 * What this tab knows of the page: every component's value, at one version. A message is applied whole or not at all,
 * and the version never goes back (R16).
 *
 * Shown `5-aa:17`: a delta from `5-aa:17` to `5-aa:18` is applied; one from `5-aa:18` does not fit, so a `sync` is
 * needed; a full at `5-aa:16` is older, is not shown, and a `sync` tells the server so.
 */
export class Store {
  #version = null;
  #components = new Map();

  /** The version shown, as text for `since`; null before the first full page. */
  get version() { return this.#version; }

  get ids() { return [...this.#components.keys()]; }

  value(id) { return this.#components.get(id); }

  /** Says whether the message was applied, whether a `sync` must be sent, and which ids changed. */
  apply(message) {
    switch (message?.type) {
      case Message.full: return this.#applyFull(message);
      case Message.delta:
      case Message.rebase: return this.#applyChange(message);
      default: return nothing;
    }
  }

  /** Forgets the version but keeps the values, so that the next full page is taken whatever its version. */
  forgetVersion() { this.#version = null; }

  #applyFull({ to, components }) {
    if (!isObject(components) || !this.#isNewer(to)) return misfit;
    const old = this.#components;
    this.#components = new Map(Object.entries(components));
    this.#version = to;
    const changed = [...this.#components].filter(([id, value]) => !isSame(old.get(id), value)).map(([id]) => id);
    const removed = [...old.keys()].filter((id) => !this.#components.has(id));
    return { applied: true, sync: false, changed: [...changed, ...removed] };
  }

  #applyChange({ from, to, set = {}, append = {}, remove = [] }) {
    if (!this.#isShown(from) || !this.#isNewer(to) || !areChanges(set, append, remove)) return misfit;
    const changed = new Set(remove);
    for (const [id, value] of Object.entries(set)) {
      if (isSame(this.#components.get(id), value)) continue;
      this.#components.set(id, value);
      changed.add(id);
    }
    for (const [id, rows] of Object.entries(append)) {
      this.#components.set(id, appended(this.#components.get(id), rows));
      changed.add(id);
    }
    for (const id of remove) this.#components.delete(id);
    this.#version = to;
    return { applied: true, sync: false, changed: [...changed] };
  }

  #isShown(text) {
    const version = parseVersion(text);
    return version !== null && this.#version !== null && compareVersions(version, parseVersion(this.#version)) === 0;
  }

  #isNewer(text) {
    const version = parseVersion(text);
    return version !== null && (this.#version === null || compareVersions(version, parseVersion(this.#version)) > 0);
  }
}

// The array of rows is kept and moved along in place: a tick costs its new points, not the window.
function appended(value, { head, points, keep }) {
  const rows = Array.isArray(value?.points) ? value.points : [];
  rows.push(...points);
  rows.splice(0, Math.max(0, rows.length - keep));
  return { ...head, points: rows };
}

function areChanges(set, append, remove) {
  return isObject(set) && isObject(append) && Array.isArray(remove) && Object.values(append).every((rows) =>
    isObject(rows) && isObject(rows.head) && Array.isArray(rows.points) && Number.isInteger(rows.keep)
      && rows.keep >= 0);
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isSame = (a, b) => a !== undefined && JSON.stringify(a) === JSON.stringify(b);
