import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describePending } from "../../client/notices.js";
import { safeTarget, showReply } from "../../client/reply.js";
import { safeOwn } from "../../client/url.js";

const BASE = "https://wall.example/boards/shop?x=1";

function browser(root) {
  const icon = { href: "old", removeAttribute: () => {}, getAttribute: () => icon.href,
    setAttribute: (_, address) => { icon.href = address; } };
  const gone = [];
  const document = { baseURI: BASE, title: "Shop", querySelector: () => icon };
  return { document, location: { assign: (to) => gone.push(to) }, root, icon, gone };
}

function show(reply, root = undefined) {
  const shown = [], tab = browser(root);
  showReply(reply, { show: (text, level) => shown.push([text, level]) }, tab);
  return { shown, title: tab.document.title, icon: tab.icon.href, gone: tab.gone };
}

describe("an answer for the one viewer who acted", () => {
  test("shows notices, in order", () => {
    assert.deepEqual(show({ notices: [{ text: "Saved", level: "good" }, { text: "Slow" }] }).shown,
      [["Saved", "good"], ["Slow", undefined]]);
  });

  test("changes the tab's title and icon", () => {
    const { title, icon } = show({ title: "3 open", favicon: "/assets/red.svg" });

    assert.equal(title, "3 open");
    assert.equal(icon, "https://wall.example/assets/red.svg");
  });

  test("takes pictures as icons, but asks no other site for one", () => {
    assert.equal(show({ favicon: "data:image/png;base64,AAAA" }).icon, "data:image/png;base64,AAAA");
    for (const favicon of ["https://evil.example/x.png", "//evil.example/x.png", "javascript:alert(1)", 7, null]) {
      assert.equal(show({ favicon }).icon, "old");
    }
  });

  test("draws a sign as the icon", () => {
    const { icon } = show({ favicon: "🧮" });

    assert.match(decodeURIComponent(icon), /^data:image\/svg\+xml,.*🧮/);
  });

  test("stays below the app's root, wherever a proxy has put that", () => {
    assert.deepEqual(show({ redirect: "/done" }, "/boards/").gone, ["https://wall.example/boards/done"]);
    assert.equal(show({ favicon: "/red.svg" }, "/boards/").icon, "https://wall.example/boards/red.svg");
  });

  test("leads to a page of this site or the web, and to nothing else", () => {
    assert.deepEqual(show({ redirect: "/done" }).gone, ["https://wall.example/done"]);
    assert.deepEqual(show({ redirect: "other?y=2" }).gone, ["https://wall.example/boards/other?y=2"]);
    assert.deepEqual(show({ redirect: "https://docs.example/a" }).gone, ["https://docs.example/a"]);
  });

  test("is nothing where nothing fits", () => {
    assert.deepEqual(show({ notices: "x", title: 7, redirect: {} }), { shown: [], title: "Shop", icon: "old", gone: [] });
  });
});

test("no address that could run or send anything is gone to", () => {
  for (const text of ["javascript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "//evil.example", "\\\\evil.example",
    "mailto:a@b.example", "file:///etc/passwd", "blob:https://wall.example/1", "", undefined]) {
    assert.equal(safeTarget(text, BASE), null, text);
  }
});

test("an address of one's own is of the same scheme, host and port", () => {
  assert.equal(safeOwn("/a.svg", BASE), "https://wall.example/a.svg");
  for (const text of ["http://wall.example/a.svg", "https://wall.example:8443/a.svg", "mailto:a@b.example"]) {
    assert.equal(safeOwn(text, BASE), null);
  }
});

test("waiting actions are told with their number and the age of the oldest", () => {
  assert.equal(describePending(0, 0), "");
  assert.equal(describePending(1, 1000), "");
  assert.equal(describePending(1, 1400), "1 action waits · 1 s");
  assert.equal(describePending(3, 12000), "3 actions wait · 12 s");
});
