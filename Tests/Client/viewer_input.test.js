import assert from "node:assert/strict";
import { test } from "node:test";
import { ViewerInput } from "../../client/viewer_input.js";

const says = (value, stamp = 0) => ({ value, checked: null, stamp });

function shown(value) {
  const input = new ViewerInput();
  input.offer(says(value));
  input.take(false);
  return input;
}

test("the page's value is taken once, and again when it changes", () => {
  const input = shown("a");

  assert.equal(input.take(false), null);
  input.offer(says("b"));

  assert.equal(input.take(false).value, "b");
});

test("the same word again changes nothing that was typed", () => {
  const input = shown("a");
  input.edited();
  input.offer(says("a"));

  assert.equal(input.take(false), null);
});

test("what has the focus is never overwritten, and gives way when it is left", () => {
  const input = shown("a");
  input.offer(says("b"));

  assert.equal(input.take(true), null);
  assert.equal(input.take(false).value, "b");
});

test("an edit nobody has answered wins, then the page's newest is taken", () => {
  const input = shown("");
  input.edited();
  input.sent(false);
  input.offer(says("stale"));

  assert.equal(input.take(false), null);
  input.offer(says("mine"));
  input.answered();

  assert.equal(input.take(false).value, "mine");
});

test("an edit makes what the page offered before obsolete", () => {
  const input = shown("a");
  input.offer(says("b", 1));
  input.edited();

  assert.equal(input.take(false), null);
});

test("typed text that was never sent gives way only to a value set on purpose", () => {
  const input = shown("a");
  input.edited();
  input.offer(says("b"));
  assert.equal(input.take(false), null);

  input.offer(says("b", 1));

  assert.equal(input.take(false).value, "b");
});

test("what was handed over may be cleared although it has the focus", () => {
  const input = shown("");
  input.edited();
  input.sent(true);
  input.offer(says("", 1));
  assert.equal(input.take(true), null);

  input.answered();

  assert.deepEqual(input.take(true), says("", 1));
});

test("typing on after Enter keeps what is typed", () => {
  const input = shown("");
  input.edited();
  input.sent(true);
  input.edited();
  input.offer(says("", 1));
  input.answered();

  assert.equal(input.take(true), null);
});
