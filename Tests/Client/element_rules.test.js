import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { checkedAttribute, isAllowedTag, prefixed, unprefixed } from "../../client/element_rules.js";
import { isAllowedProperty, isHarmlessValue } from "../../client/element_styles.js";

const payloads = JSON.parse(readFileSync(new URL("../Fixtures/elements/payloads.json", import.meta.url)));

describe("tags", () => {
  for (const tag of ["div", "button", "table", "h1", "dialog", "select"]) {
    test(`${tag} is drawn`, () => assert.ok(isAllowedTag(tag, {})));
  }
  for (const tag of ["script", "style", "iframe", "svg", "math", "base", "object", "SCRIPT", "x-y", "__proto__",
    "constructor", "", "template", "body"]) {
    test(`${tag || "nothing"} is not`, () => assert.ok(!isAllowedTag(tag, {})));
  }

  test("an input may be of any type that sends no file and loads no picture", () => {
    assert.ok(isAllowedTag("input", { type: "date" }) && isAllowedTag("input", undefined));
    assert.ok(!isAllowedTag("input", { type: "file" }) && !isAllowedTag("input", { type: "IMAGE" }));
  });
});

describe("attributes", () => {
  for (const [tag, name, value, expected] of [
    ["div", "title", "x", ["title", "x"]], ["div", "tabindex", 0, ["tabindex", "0"]],
    ["button", "disabled", true, ["disabled", ""]], ["button", "disabled", false, ["disabled", null]],
    ["div", "aria-label", "x", ["aria-label", "x"]], ["div", "data-row", 7, ["data-row", "7"]],
    ["label", "for", "name", ["for", "u-name"]], ["td", "headers", "a b", ["headers", "u-a u-b"]],
    ["form", "id", "status", ["id", "u-status"]], ["input", "name", "parentNode", ["name", "u-parentNode"]],
    ["a", "href", "https://example.com", ["href", "https://example.com"]], ["a", "href", "#top", ["href", "#u-top"]],
    ["a", "href", "javascript:x", ["href", null]], ["img", "src", "https://example.com/a.png", ["src", null]],
    ["button", "type", "image", ["type", "button"]], ["a", "target", "_top", ["target", null]],
  ]) {
    test(`${tag} ${name}=${value}`, () => assert.deepEqual(checkedAttribute(tag, name, value), expected));
  }

  for (const [tag, name] of [["div", "onclick"], ["div", "ONCLICK"], ["div", "style"], ["div", "class"],
    ["form", "action"], ["button", "formaction"], ["a", "ping"], ["div", "srcdoc"], ["img", "srcset"], ["div", "is"],
    ["form", "name"], ["img", "name"], ["div", "contenteditable"], ["div", "data-action"], ["div", "data-component"],
    ["div", "data-"], ["div", "aria-x y"], ["div", "__proto__"], ["input", "form"], ["a", "rel"], ["div", "slot"]]) {
    test(`${name} of ${tag} is left out`, () => assert.equal(checkedAttribute(tag, name, "x"), null));
  }

  test("a name comes back as it was", () => assert.equal(unprefixed(prefixed("name")), "name"));
});

describe("styles", () => {
  for (const name of ["font-size", "color", "margin-top", "border-left-color", "--ink", "grid-template-areas"]) {
    test(`${name} may be set`, () => assert.ok(isAllowedProperty(name)));
  }
  for (const name of ["behavior", "-moz-binding", "background-image2", "src", "content", "cssText", "__proto__",
    "mask-image", "list-style-image", "border-image-source", "filter:x", "--"]) {
    test(`${name} may not`, () => assert.ok(!isAllowedProperty(name)));
  }
  for (const value of ["200px", "calc(100% - 2rem)", "rgb(0 0 0 / 50%)", "linear-gradient(90deg, red, blue 50%)",
    "var(--ink)", "1px solid #fff", "\"Inter\", sans-serif", "translate(-50%, 0)"]) {
    test(`${value} is a value`, () => assert.ok(isHarmlessValue(value)));
  }
  for (const value of ["url(x)", "URL('x')", "u\\72l(x)", "red;color:blue", "red}", "expression(1)", "image-set('x' 1x)",
    "src(x)", "@import 'x'", "/* */url(x)", "red !important", "attr(title)", "x".repeat(501), 7, null]) {
    test(`${String(value).slice(0, 30)} is none`, () => assert.ok(!isHarmlessValue(value)));
  }

  test("no attack is a value with an address", () => {
    const kept = payloads.filter((text) => isHarmlessValue(text));

    assert.ok(kept.every((text) => !/url|image|src\(|element\(|paint\(/i.test(text)), kept.join("\n"));
  });
});
