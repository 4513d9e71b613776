import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rootedLink, safeImage, safeLink } from "../../client/url.js";

describe("links that work", () => {
  for (const address of ["https://example.com/a?b#c", "http://example.com", "mailto:ada@example.com", "machine",
    "./machine", "../x",
    "/machine?region=eu", "#top", "?page=2", "a:b/c".slice(2)]) {
    test(address, () => assert.equal(safeLink(address), address));
  }

  test("spaces and control characters before an address are dropped", () => {
    assert.equal(safeLink(" \u0001\n https://example.com"), "https://example.com");
  });
});

describe("links that do nothing", () => {
  for (const address of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)",
    "\u0001javascript:alert(1)", "java\tscript:alert(1)",
    "java\nscript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "blob:https://x/y",
      "//evil.example", "\\\\evil.example",
    "/\\evil.example", "/\t/evil.example", " //evil.example", "", "   ", "ftp://x", "view-source:https://x",
      "https://", "x-custom:y"]) {
    test(JSON.stringify(address), () => assert.equal(safeLink(address), null));
  }

  for (const value of [null, undefined, 7, {}, ["https://x"]]) {
    test(`no text: ${JSON.stringify(value)}`, () => assert.equal(safeLink(value), null));
  }
});

describe("images", () => {
  for (const type of ["png", "jpeg", "gif", "webp"]) {
    test(`${type} data is shown`, () => assert.ok(safeImage(`data:image/${type};base64,aGVsbG8=`)));
  }

  for (const address of ["data:image/svg+xml;base64,PHN2Zz4=", "data:text/html;base64,aGVsbG8=",
    "https://example.com/a.png", "a.png",
    "data:image/png;base64,a\" onerror=\"x", "data:image/png,raw", "DATA:image/png;base64,aGVsbG8=", null]) {
    test(`${address} is not`, () => assert.equal(safeImage(address), null));
  }
});

test("a link from the root of what is served stays inside it", () => {
  assert.equal(rootedLink("/hello/ada", "/boards/"), "/boards/hello/ada");
  assert.equal(rootedLink("hello", "/boards/"), "hello");
  assert.equal(rootedLink("//evil.example", "/boards/"), null);
});
