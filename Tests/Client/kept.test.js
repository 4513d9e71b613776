import assert from "node:assert/strict";
import { test } from "node:test";
import { keepIdentity, randomClient, takeIdentity } from "../../client/kept.js";

class Storage {
  #items = new Map();
  getItem(key) { return this.#items.get(key) ?? null; }
  setItem(key, value) { this.#items.set(key, value); }
  removeItem(key) { this.#items.delete(key); }
}

test("a client id is 22 characters of URL-safe Base64, and never the same", () => {
  const ids = Array.from({ length: 100 }, () => randomClient());

  assert.ok(ids.every((id) => /^[A-Za-z0-9_-]{22}$/.test(id)));
  assert.equal(new Set(ids).size, 100);
});

test("a reload of a tab is the same client, page by page", () => {
  const storage = new Storage();
  const identity = { client: randomClient(), seq: 7, pending: [] };

  keepIdentity(storage, "shop", identity);

  assert.notEqual(takeIdentity(storage, "other").client, identity.client);
  assert.deepEqual(takeIdentity(storage, "shop"), identity);
});

test("a duplicate of a loaded tab is someone else", () => {
  const storage = new Storage();
  keepIdentity(storage, "shop", { client: randomClient(), seq: 7, pending: [] });

  const original = takeIdentity(storage, "shop");
  const duplicate = takeIdentity(storage, "shop");

  assert.notEqual(original.client, duplicate.client);
  assert.equal(duplicate.seq, 0);
});

test("nonsense in the storage, or no storage at all, makes a new client", () => {
  const storage = new Storage();
  for (const text of ["{", "null", "7", '{"client":"x","seq":1,"pending":[]}',
    '{"client":"aaaaaaaaaaaaaaaaaaaaaa","seq":-0.5,"pending":[]}']) {
    storage.setItem("splitflap:shop", text);
    assert.deepEqual([takeIdentity(storage, "shop").seq, takeIdentity(null, "shop").pending], [0, []]);
  }
});
