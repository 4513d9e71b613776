import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { extent, milliseconds, nearestRow, niceTicks, timeTicks, valueRange } from "../../client/chart_scale.js";
import { sparklinePaths } from "../../client/sparkline.js";

describe("the value axis", () => {
  test("has round numbers that enclose the data", () => {
    assert.deepEqual(niceTicks(3, 97), [0, 25, 50, 75, 100]);
    assert.deepEqual(niceTicks(-0.3, 0.4), [-0.4, -0.2, 0, 0.2, 0.4]);
  });

  test("has some height even for one value", () => {
    assert.deepEqual([niceTicks(0, 0).at(0), niceTicks(0, 0).at(-1)], [0, 1]);
    assert.ok(niceTicks(5, 5).at(-1) >= 5);
    assert.ok(niceTicks(-5, -5)[0] <= -5);
  });

  test("reaches over all curves; stacked ones add up; gaps do not count", () => {
    const points = [[1, 10, 100], [2, null, 130]];

    assert.deepEqual(valueRange(points, { floor: true }), [0, 130]);
    assert.deepEqual(valueRange(points, { stacked: true }), [0, 130]);
    assert.deepEqual(valueRange([[1, 500], [2, 510]]), [500, 510]);
    assert.equal(valueRange([[1, null]]), null);
  });

  test("leaves out the rows before the window", () => {
    const points = [[1, 900, 1], [2, 5, null], [3, 7, 2]];

    assert.deepEqual(valueRange(points, { from: 2 }), [0, 7]);
    assert.deepEqual(valueRange(points, { from: 2, stacked: true }), [0, 9]);
    assert.equal(valueRange(points, { from: 4 }), null);
  });

  test("is told with the last number of a curve, over its gaps", () => {
    const points = [[1, 10, null], [2, 30, null], [3, 20, null], [4, null, null]];

    assert.deepEqual(extent(points, 1), { last: 20, low: 10, high: 30 });
    assert.equal(extent(points, 2), null);
  });
});

describe("the time axis", () => {
  test("has round moments within its ends", () => {
    const { ticks, step } = timeTicks(1_000_000, 1_600_000, 5);

    assert.equal(step, 120_000);
    assert.ok(ticks.every((time) => time % step === 0 && time >= 1_000_000 && time <= 1_600_000));
    assert.equal(ticks.length, 5);
  });

  test("finds the row next to a moment", () => {
    const points = [[10], [20], [40]];

    assert.deepEqual([0, 14, 16, 29, 31, 99].map((time) => nearestRow(points, time)), [0, 0, 1, 1, 2, 2]);
  });
});

test("windows are seconds or written durations", () => {
  assert.deepEqual([600, "10m", "1h", "2.5s", "x", undefined].map((text) => milliseconds(text, 7)),
    [600000, 600000, 3600000, 2500, 7, 7]);
});

describe("a sparkline", () => {
  test("needs two points", () => assert.equal(sparklinePaths([[1, 1]]).line, ""));
  test("goes from edge to edge", () => assert.equal(sparklinePaths([[0, 0], [5, 10]]).line, "M0.0 30.0L100.0 2.0"));
  test("is level for equal values", () => assert.equal(sparklinePaths([[0, 3], [5, 3]]).line, "M0.0 16.0L100.0 16.0"));
});
