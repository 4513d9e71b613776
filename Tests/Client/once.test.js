import assert from "node:assert/strict";
import test from "node:test";

import { once } from "../../client/once.js";

test("what was asked for once is not loaded again", async () => {
  const asked = [];
  const load = once(async (key) => { asked.push(key); return key.toUpperCase(); });

  assert.equal(load("a"), load("a"));
  assert.deepEqual(await Promise.all([load("a"), load("b"), load("a")]), ["A", "B", "A"]);
  assert.deepEqual(asked, ["a", "b"]);
});

test("what failed is loaded again when it is asked for again", async () => {
  let attempts = 0;
  const load = once(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error("offline");
    return attempts;
  });

  await assert.rejects(load("a"), /offline/);
  assert.equal(await load("a"), 2);
  assert.equal(await load("a"), 2);
});
