// Where components stand: a picture of names becomes rectangles, and narrow screens get rows in reading order.

const HALF = new Set(["number", "status", "gauge", "progress", "clock", "hello", "button", "text"]);
const ROOMY = new Set(["large", "huge"]);

/**
 * `{columns, rows, places, sequence}`. `places` maps an id to its rectangle `{row, column, rows, columns}`, counted
 * from 1; `sequence` is the reading order. Without a picture `places` is empty and `columns` 0. Components that the
 * picture leaves out follow below it, each over the whole width.
 *
 * `[["a","a"],["b",null]]` puts `a` at row 1 over columns 1–2 and `b` at row 2, column 1.
 */
export function arrange(layout, order) {
  if (!Array.isArray(layout) || !layout.length) return { columns: 0, rows: 0, places: new Map(), sequence: [...order] };
  const places = new Map();
  layout.forEach((cells, row) => cells.forEach((id, column) => {
    if (order.includes(id)) grow(places, id, row + 1, column + 1);
  }));
  const columns = Math.max(...layout.map((cells) => cells.length));
  let rows = layout.length;
  for (const id of order) if (!places.has(id)) places.set(id, { row: ++rows, column: 1, rows: 1, columns });
  return { columns, rows, places, sequence: [...places.keys()] };
}

function grow(places, id, row, column) {
  const place = places.get(id);
  if (!place) return places.set(id, { row, column, rows: 1, columns: 1 });
  const left = Math.min(place.column, column);
  place.columns = Math.max(place.column + place.columns, column + 1) - left;
  place.column = left;
  place.rows = Math.max(place.rows, row - place.row + 1);
}

/** True for what still reads well at half a phone's width. */
export function isHalf({ type, size }) {
  return HALF.has(type) && !ROOMY.has(size);
}

/** In reading order `half` or `full` for each definition; a half without a neighbour becomes full. */
export function pairUp(definitions) {
  const spans = definitions.map((definition) => isHalf(definition) ? "half" : "full");
  let open = false;
  spans.forEach((span, index) => {
    if (span === "half") open = !open;
    else if (open) { spans[index - 1] = "full"; open = false; }
  });
  if (open) spans[spans.length - 1] = "full";
  return spans;
}
