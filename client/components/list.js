import { fit, make, setAttribute, setText } from "../elements.js";
import { formatValue } from "../format.js";
// Items of many dashboards bring formats of their own.
import "../format_words.js";
import { makeLevel, showLevel } from "../levels.js";
import { drawSparkline, makeSparkline } from "../sparkline.js";
import { setLink } from "../url.js";

const parts = new WeakMap();

/** Items as rows, or as cards with their value large. */
export function create(element, definition) {
  const list = make("ul", "list-items");
  const empty = make("p", "list-empty", definition.empty ?? "Nothing here.");
  element.append(list, empty);
  parts.set(element, { definition, list, empty });
  if (definition.style === "cards") return;
  element.tabIndex = 0;
  setAttribute(element, "role", "group");
  setAttribute(element, "aria-label", definition.title || "List");
}

export function update(element, { items = [] }) {
  const { definition: { style, format }, list, empty } = parts.get(element);
  const rows = fit(list, items.length, style === "cards" ? buildCard : buildRow);
  items.forEach((item, index) => showItem(rows[index], asItem(item), format, style));
  empty.hidden = items.length > 0;
}

const asItem = (item) => typeof item === "object" && item !== null ? item : { label: String(item) };

function showItem(row, { label, value, href, level, note, points, format, unit }, common, style) {
  const [link, figure, icon, small, curve] = parts.get(row);
  setText(link, label === undefined || label === null ? "" : String(label));
  setLink(link, href);
  setText(figure, value === undefined ? "" : formatValue(value, format ?? common, unit));
  setAttribute(row, "data-level", level ?? null);
  icon.toggleAttribute("hidden", level === undefined);
  showLevel(icon, level);
  setText(small, note === undefined || note === null ? "" : String(note));
  curve?.toggleAttribute("hidden", !Array.isArray(points) || points.length < 2);
  if (curve) drawSparkline(curve, points ?? []);
}

function buildRow() {
  const [link, figure, icon, small] = [make("a", "list-label"), make("span", "list-value"), makeLevel(),
    make("span", "list-note")];
  const row = make("li", "list-row", icon, make("span", "list-text", link, small), figure);
  parts.set(row, [link, figure, icon, small, null]);
  return row;
}

function buildCard() {
  const [link, figure, icon, small] = [make("a", "list-label"), make("p", "list-value"), makeLevel(),
    make("p", "list-note")];
  const curve = makeSparkline();
  const card = make("li", "list-card", make("div", "list-top", link, icon), figure, small, curve);
  parts.set(card, [link, figure, icon, small, curve]);
  return card;
}
