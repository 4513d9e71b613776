import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PROPERTIES, isAllowedProperty, isHarmlessValue } from "../../client/element_styles.js";

const wire = JSON.parse(readFileSync(new URL("../Wire/styles/styles.json", import.meta.url)));

test("every property of the list is taken, and the list has every property", () => {
  assert.deepEqual(wire.properties.filter((name) => !isAllowedProperty(name)), []);
  assert.deepEqual([...PROPERTIES].filter((name) => !wire.properties.includes(name)), []);
});

test("own properties are taken, others are not", () => {
  assert.deepEqual(wire.own.filter((name) => !isAllowedProperty(name)), []);
  assert.deepEqual(wire.refused.filter(isAllowedProperty), []);
});

test("a value may have known functions, and nothing that fetches or ends the declaration", () => {
  assert.deepEqual(wire.harmless.filter((value) => !isHarmlessValue(value)), []);
  assert.deepEqual(wire.void.filter(isHarmlessValue), []);
});
