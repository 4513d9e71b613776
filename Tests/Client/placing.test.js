import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { staying } from "../../client/placing.js";

describe("what stays where it is", () => {
  for (const [positions, expected] of [
    [[], []], [[0, 1, 2], [0, 1, 2]], [[0, 3, 1, 2], [0, 2, 3]], [[2, 1, 0], [2]], [[-1, 0, -1, 1], [1, 3]],
    [[4, 0, 1, 2, 3], [1, 2, 3, 4]], [[-1, -1], []],
  ]) {
    test(JSON.stringify(positions), () => assert.deepEqual([...staying(positions)].sort(), expected));
  }

  test("what has the focus stays, even if more must move", () => {
    assert.deepEqual([...staying([4, 0, 1, 2, 3], 0)], [0]);
    assert.deepEqual([...staying([0, 3, 1, 2], 1)], [0, 1]);
  });

  test("a pinned child that stands elsewhere pins nothing", () => {
    assert.deepEqual([...staying([0, -1, 1], 1)], [0, 2]);
  });

  test("a long list in another order keeps a rising run", () => {
    const positions = Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1000);
    const stay = [...staying(positions)];

    assert.ok(stay.length > 10);
    assert.ok(stay.every((index, at) => at === 0 || positions[index] > positions[stay[at - 1]]));
  });
});
