import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { Store } from "../../client/store.js";

const wire = new URL("../Wire/", import.meta.url);
const copy = (value) => JSON.parse(JSON.stringify(value));

function storeShowing({ version, components }) {
  const store = new Store();
  if (version !== null) assert.equal(store.apply({ type: "full", to: version, components: copy(components) }).applied,
    true);
  return store;
}

const shownBy = (store) => Object.fromEntries(store.ids.map((id) => [id, store.value(id)]));

for (const file of readdirSync(wire).filter((name) => name.endsWith(".json"))) {
  describe(`wire fixtures: ${file}`, () => {
    for (const { name, given, message, then } of JSON.parse(readFileSync(new URL(file, wire), "utf8"))) {
      test(name, () => {
        const store = storeShowing(given);

        const { applied, sync } = store.apply(copy(message));

        assert.deepEqual({ applied, sync, version: store.version, components: shownBy(store) }, then);
      });
    }
  });
}

describe("what a store says has changed", () => {
  test("a full page names only what differs, and what is gone", () => {
    const store = storeShowing({ version: "5-aa:1",
      components: { a: { value: 1 }, b: { value: 2 }, c: { value: 3 } } });

    const { changed } = store.apply({ type: "full", to: "5-aa:2", components: { a: { value: 1 }, b: { value: 9 } } });

    assert.deepEqual(changed, ["b", "c"]);
  });

  test("a delta does not name a component set to what it was", () => {
    const store = storeShowing({ version: "5-aa:1", components: { a: { value: 1 } } });

    const { changed } = store.apply({ type: "delta", from: "5-aa:1", to: "5-aa:2", set: { a: { value: 1 } } });

    assert.deepEqual(changed, []);
  });

  test("a message that is not applied names nothing", () => {
    const store = storeShowing({ version: "5-aa:1", components: {} });

    assert.deepEqual(store.apply({ type: "delta", from: "5-aa:0", to: "5-aa:1", set: { a: {} } }).changed, []);
  });
});

describe("input that no honest server sends", () => {
  for (const message of [null, 7, "full", [], {}, { type: "full", to: "6-aa:1" },
    { type: "full", to: "6-aa:1", components: [] },
    { type: "delta", from: "5-aa:1", to: "5-aa:2", set: 3 },
      { type: "delta", from: "5-aa:1", to: "5-aa:2", remove: "a" },
    { type: "delta", from: "5-aa:1", to: "5-aa:2", append: { a: null } },
    { type: "delta", from: "5-aa:1", to: "5-aa:2", append: { a: { head: {}, points: [[1, 2]], keep: -1 } } }]) {
    test(`${JSON.stringify(message)} changes nothing`, () => {
      const store = storeShowing({ version: "5-aa:1", components: { a: { value: 1 } } });

      assert.equal(store.apply(message).applied, false);

      assert.deepEqual([store.version, shownBy(store)], ["5-aa:1", { a: { value: 1 } }]);
    });
  }

  test("an id like __proto__ is an id like any other", () => {
    const store = new Store();

    const components = '{"__proto__":{"value":1},"constructor":{"value":2}}';
    store.apply(JSON.parse(`{"type":"full","to":"5-aa:1","components":${components}}`));

    assert.deepEqual(store.ids, ["__proto__", "constructor"]);
    assert.equal({}.value, undefined);
    assert.equal(store.value("toString"), undefined);
  });
});

test("after forgetting its version a store takes any full page, but keeps its values until then", () => {
  const store = storeShowing({ version: "9-aa:50", components: { a: { value: 1 } } });

  store.forgetVersion();
  assert.deepEqual(store.value("a"), { value: 1 });

  assert.equal(store.apply({ type: "full", to: "5-aa:1", components: {} }).applied, true);
  assert.equal(store.version, "5-aa:1");
});

test("an append keeps the same array, so that a tick costs its new rows", () => {
  const store = storeShowing({ version: "5-aa:1", components: { c: { points: [[1, 2]] } } });
  const rows = store.value("c").points;

  store.apply({ type: "delta", from: "5-aa:1", to: "5-aa:2", append: { c: { head: {}, points: [[2, 3]], keep: 9 } } });

  assert.equal(store.value("c").points, rows);
});
