import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { arrange, pairUp } from "../../client/layout.js";

describe("a picture", () => {
  test("a repeated name spans a rectangle, and null is a gap", () => {
    const { columns, rows, places, sequence } = arrange([["a", "a", "b"], ["a", "a", null]], ["b", "a"]);

    assert.deepEqual([columns, rows, sequence], [3, 2, ["a", "b"]]);
    assert.deepEqual(places.get("a"), { row: 1, column: 1, rows: 2, columns: 2 });
    assert.deepEqual(places.get("b"), { row: 1, column: 3, rows: 1, columns: 1 });
  });

  test("what it leaves out follows below, over the whole width", () => {
    const { rows, places } = arrange([["a", "b"]], ["a", "b", "c"]);

    assert.equal(rows, 2);
    assert.deepEqual(places.get("c"), { row: 2, column: 1, rows: 1, columns: 2 });
  });

  test("a name that is no component is a gap", () => {
    assert.deepEqual(arrange([["a", "ghost"]], ["a"]).sequence, ["a"]);
  });

  test("without one, components stand in written order", () => {
    for (const layout of [undefined, null, []]) {
      assert.deepEqual(arrange(layout, ["b", "a"]), { columns: 0, rows: 0, places: new Map(), sequence: ["b", "a"] });
    }
  });
});

describe("narrow screens", () => {
  const number = { type: "number" };
  const line = { type: "line" };

  test("two small ones share a row", () => assert.deepEqual(pairUp([number, number]), ["half", "half"]));

  test("a small one without a neighbour has the row for itself", () => {
    assert.deepEqual(pairUp([number, line, number, number, number]), ["full", "full", "half", "half", "full"]);
  });

  test("a huge number needs the whole width", () =>
    assert.deepEqual(pairUp([{ type: "number", size: "huge" }, number]), ["full", "full"]));
});
