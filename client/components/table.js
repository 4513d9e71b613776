import { fit, make, setText } from "../elements.js";
import { formatValue } from "../format.js";

const parts = new WeakMap();

/** Rows under headings; numbers stand at the end of their column. */
export function create(element, definition) {
  const head = make("tr");
  const body = make("tbody");
  const caption = make("caption", "hidden-text", definition.title || "Table");
  const table = make("table", "table-grid", caption, make("thead", "", head), body);
  const empty = make("p", "table-empty", definition.empty ?? "Nothing here.");
  element.append(table, empty);
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", definition.title || "Table");
  parts.set(element, { definition, table, head, body, empty });
}

export function update(element, { columns = [], rows = [] }) {
  const { definition, table, head, body, empty } = parts.get(element);
  const headings = new Map(Object.entries(definition.columns ?? {}));
  const formats = new Map(Object.entries(definition.formats ?? {}));
  const numeric = columns.map((_, index) => rows.length > 0
    && rows.every((row) => row[index] === null || typeof row[index] === "number"));
  const cells = fit(head, columns.length, buildHeading);
  columns.forEach((column, index) => showCell(cells[index], headings.get(column) ?? column, numeric[index]));
  const lines = fit(body, rows.length, () => make("tr"));
  rows.forEach((row, index) => {
    const line = fit(lines[index], columns.length, () => make("td"));
    columns.forEach((column, at) => showCell(line[at], formatValue(row[at], formats.get(column)), numeric[at]));
  });
  table.hidden = rows.length === 0;
  empty.hidden = rows.length > 0;
}

function buildHeading() {
  const cell = make("th");
  cell.scope = "col";
  return cell;
}

function showCell(cell, text, isNumeric) {
  setText(cell, text);
  cell.classList.toggle("table-number", isNumeric);
}
