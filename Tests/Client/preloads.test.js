import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import test from "node:test";

const read = (name) => readFile(new URL(`../../client/${name}`, import.meta.url), "utf8");

/** What a module imports before it runs, and what those import. */
async function graphOf(name, found = new Set()) {
  for (const [, path] of (await read(name)).matchAll(/^import [^"]*"([^"]+)"/gm)) {
    const imported = posix.join(posix.dirname(name), path);
    if (found.has(imported)) continue;
    found.add(imported);
    await graphOf(imported, found);
  }
  return found;
}

async function preloads() {
  return [...(await read("index.html")).matchAll(/rel="modulepreload" href="{{assets}}([^"]+)"/g)].map(([, name]) => name);
}

test("the first page names every module that main.js imports, once", async () => {
  const named = await preloads();

  assert.equal(new Set(named).size, named.length);
  for (const name of await graphOf("main.js")) assert.ok(named.includes(name), `${name} is fetched late`);
});

test("what else it names is there, with all that it imports", async () => {
  const named = await preloads();

  for (const name of named) {
    for (const imported of await graphOf(name)) assert.ok(named.includes(imported), `${imported} of ${name} is fetched late`);
  }
});
