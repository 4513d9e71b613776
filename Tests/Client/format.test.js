import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { age } from "../../client/durations.js";
import { formatChange } from "../../client/components/number_trend.js";
import { formatParts, formatValue } from "../../client/format.js";
import "../../client/format_words.js";

const table = (rows) => rows.forEach(([value, format, expected, unit]) =>
  test(`${JSON.stringify(value)} as ${format ?? "nothing"} is ${expected}`, () =>
    assert.equal(formatValue(value, format, unit).replaceAll("\u00a0", " "), expected)));

describe("numbers", () => table([
  [503, undefined, "503"], [1503, undefined, "1503"], [12503, undefined, "12,503"], [0, undefined, "0"],
    [-4, undefined, "-4"], [3.14159, undefined, "3.14"],
  [42.26, undefined, "42.3"], [1234.56, undefined, "1235"], [0.00123, undefined, "0.00123"], [1.5, "number 2", "1.50"],
  [7, "number", "7"], [21.4, undefined, "21.4 °C", "°C"],
]));

describe("percent, currency, bytes, durations", () => table([
  [42, "percent", "42 %"], [41.6, "percent", "42 %"], [3.4, "percent", "3.4 %"], [48210.5, "currency EUR", "€48,211"],
  [12.5, "currency EUR", "€12.50"], [12, "currency USD", "$12"], [12, "currency ???", "12"], [0, "bytes", "0 B"],
    [999, "bytes", "999 B"],
  [1500, "bytes", "1.5 kB"], [5.12e11, "bytes", "512 GB"], [1e21, "bytes", "1,000,000 PB"],
    [2.5e6, "bytes/s", "2.5 MB/s"],
  [0, "duration", "0 s"], [0.25, "duration", "250 ms"], [2.5, "duration", "2.5 s"], [59, "duration", "59 s"],
    [250, "duration", "4 min 10 s"],
  [3600, "duration", "1 h"], [3725, "duration", "1 h 2 min"], [912345, "duration", "10 d 13 h"],
    [-90, "duration", "-1 min 30 s"],
]));

describe("what is no number", () => table([
  [null, undefined, "–"], [undefined, "bytes", "–"], ["", undefined, "–"], ["passed", "percent", "passed"],
    [true, undefined, "yes"],
  ["<b>", undefined, "<b>"], [{ a: 1 }, undefined, '{"a":1}'], ["not a date", "date", "not a date"],
]));

test("seconds, milliseconds and text make the same date", () => {
  const texts = [1732400000, 1732400000000, "2024-11-23T22:13:20Z"].map((value) => formatValue(value, "date"));

  assert.equal(new Set(texts).size, 1);
  assert.match(texts[0], /2024/);
});

test("an unknown word counts as number", () => assert.equal(formatParts(5, "constructor").text, "5"));

test("a change always shows its sign", () => {
  const changes = [2, -1.5, 0].map((change) => formatChange(change));

  assert.deepEqual(changes, ["+2", "−1.5", "±0"]);
});

test("an age has one unit", () => {
  assert.deepEqual([0, 999, 12345, 185000, 7.3e6, 2e8].map(age), ["0 s", "0 s", "12 s", "3 min", "2 h", "2 d"]);
});
