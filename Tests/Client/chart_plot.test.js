import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Plot } from "../../client/chart_plot.js";

const SIZE = { width: 400, height: 200, ratio: 2 };
const options = { style: "line", window: 60000, label: String };
const plotOf = (points, more = {}, size = SIZE) => new Plot(points, { ...options, ...more }, size, (text) => 7 * text.length);
const rowsOf = (count, every = 500) => Array.from({ length: count }, (_, index) => [1e12 + index * every, (index * 7) % 50]);

/** A minute of rows, drawn; then what a tick needs after `change(rows)`. */
function tick(change, more, after = more, size = SIZE) {
  const rows = rowsOf(121);
  const before = plotOf(rows, more);
  const changed = change(rows) ?? rows;
  const now = plotOf(changed, after, size);
  return { before, now, rest: now.after(before) };
}

const add = (rows) => { rows.push([rows.at(-1)[0] + 500, 12]); };

describe("a tick", () => {
  test("moves what stands by whole pixels of the screen, and draws from the last row on", () => {
    const { before, now, rest } = tick(add);
    const time = before.last[0];

    assert.ok(Number.isInteger(rest.shift) && rest.shift > 0);
    assert.ok(Math.abs((before.x(time) - now.x(time)) * 2 - rest.shift) < 1e-3);
    assert.ok(rest.from < now.x(time) && rest.from > now.x(time) - 12);
    assert.ok(Number.isInteger(rest.from * 2));
  });

  test("of the rows draws those that reach into what is drawn anew", () => {
    const { now, rest } = tick(add);
    const first = now.firstAt(rest.from);

    assert.ok(now.x(now.points[first][0]) < rest.from);
    assert.ok(now.points.length - first < 10);
  });

  test("without a new row moves nothing", () => {
    assert.equal(tick(() => {}).rest.shift, 0);
  });

  test("may lose its oldest rows", () => {
    assert.ok(tick((rows) => { add(rows); rows.splice(0, 1); }).rest);
  });

  test("draws all if anything else than new rows differs", () => {
    const differences = {
      "other rows": tick((rows) => [...rows]),
      "a higher value": tick((rows) => { rows.push([rows.at(-1)[0] + 500, 900]); }),
      "a row from before": tick((rows) => { rows.push([rows.at(-1)[0] - 1000, 12]); }),
      "one more curve": tick((rows) => { rows.push([rows.at(-1)[0] + 500, 12, 13]); }),
      "all rows gone": tick((rows) => { rows.splice(0, rows.length, [1e12 + 1e6, 3]); }),
      "another axis": tick(add, { max: 60 }, { max: 80 }),
      "another width": tick(add, {}, {}, { ...SIZE, width: 500 }),
      "a sharper screen": tick(add, {}, {}, { ...SIZE, ratio: 3 }),
    };

    for (const [name, { rest }] of Object.entries(differences)) assert.equal(rest, null, name);
  });

  test("draws all of a series that does not fill its window yet", () => {
    assert.equal(tick(add, { window: 600000 }).rest, null);
  });
});

test("rows that nearly fill the window are laid out as if they filled it", () => {
  const rows = rowsOf(121);
  const full = plotOf(rows, { window: 60000 }), nearly = plotOf(rows.slice(1), { window: 60000 });

  assert.equal(nearly.scale, full.scale);
  assert.ok(plotOf(rows.slice(40)).scale > full.scale);
});

test("a place stands for the time that stands there", () => {
  const plot = plotOf(rowsOf(121));

  for (const time of [1e12 + 100, 1e12 + 30000]) assert.ok(Math.abs(plot.timeAt(plot.x(time)) - time) < 1);
});

test("without rows there is an axis all the same", () => {
  const plot = plotOf([]);

  assert.deepEqual([plot.ticks.at(0), plot.ticks.at(-1), plot.last], [0, 1, null]);
});
