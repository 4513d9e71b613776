import assert from "node:assert/strict";
import { test } from "node:test";
import { parametersOf, searchWith, valuesIn } from "../../client/variables.js";

const VARIABLES = {
  region: { type: "select", options: ["eu", "us", "north west"], default: "eu" },
  size: { type: "number", min: 1, max: 50, default: "10" },
  name: { type: "text", longest: 40, default: "" },
};

test("an address says what each variable is, and what it cannot be counts as the default", () => {
  assert.deepEqual(valuesIn("?region=us&size=20&name=ada", VARIABLES), { region: "us", size: "20", name: "ada" });
  assert.deepEqual(valuesIn("?region=mars&size=51&other=1", VARIABLES), { region: "eu", size: "10", name: "" });
  assert.deepEqual(valuesIn("?size=", VARIABLES), { region: "eu", size: "10", name: "" });
  assert.deepEqual(valuesIn("?size=020", VARIABLES).size, "20");
});

test("parameters are what differs from the defaults, sorted, and written as a page's key has them", () => {
  assert.equal(parametersOf({ region: "eu", size: "10", name: "" }, VARIABLES), "");
  assert.equal(parametersOf({ region: "north west", size: "20", name: "" }, VARIABLES), "region=north%20west&size=20");
  assert.equal(parametersOf({ region: "eu", size: "10", name: "a~b!*'()&=é" }, VARIABLES), "name=a%7Eb%21%2A%27%28%29%26%3D%C3%A9");
});

test("a choice keeps what else an address says", () => {
  const values = { region: "us", size: "10", name: "" };

  assert.equal(searchWith("?transport=ajax&region=eu", values, VARIABLES), "?transport=ajax&region=us");
  assert.equal(searchWith("?region=us", { ...values, region: "eu" }, VARIABLES), "");
});
