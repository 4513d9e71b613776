import { draw } from "./elements.js";
import { loadStyle } from "./style_loader.js";

// Levels differ by form as well as by colour.
const SHAPES = Object.freeze({
  __proto__: null,
  good: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z", "M4.8 8.3 7 10.5l4.2-4.8"],
  warn: ["M8 1.2 15.2 14H.8L8 1.2Z", "M8 6v3.4M8 11.6v.2"],
  bad: ["M5 1h6l4 4v6l-4 4H5l-4-4V5l4-4Z", "M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"],
  idle: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z", "M5 8h6"],
});
const WORDS = Object.freeze({ __proto__: null, good: "good", warn: "warning", bad: "bad" });

/** An icon that follows `showLevel`. */
export function makeLevel() {
  loadStyle(new URL("./levels.css", import.meta.url));
  return draw("svg", { viewBox: "0 0 16 16", class: "level", role: "img" },
    draw("path", { class: "level-shape" }), draw("path", { class: "level-sign" }));
}

/** Puts an icon with a level into a place, or empties it. */
export function signLevel(place, level) {
  if (!level) return place.replaceChildren();
  if (!place.firstChild) place.append(makeLevel());
  showLevel(place.firstChild, level);
}

/** Shows a level; anything unknown is neutral. */
export function showLevel(icon, level) {
  const known = level in SHAPES ? level : "idle";
  if (icon.dataset.level === known) return;
  icon.dataset.level = known;
  [...icon.children].forEach((path, index) => path.setAttribute("d", SHAPES[known][index]));
  if (WORDS[known]) icon.setAttribute("aria-label", WORDS[known]);
  else icon.removeAttribute("aria-label");
  icon.setAttribute("role", WORDS[known] ? "img" : "presentation");
}
