import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SharedPolls } from "../../client/shared_polls.js";

const CLIENT = "tttttttttttttttttttttt";

const answer = (message, { status = 200, sharing = "public, max-age=0, s-maxage=1", tag = `"${message?.to}/all"` } = {}) =>
  new Response(status === 304 ? null : JSON.stringify(message), { status, headers: { "Cache-Control": sharing, ETag: tag } });
const whole = (to, text = "") => ({ type: "full", to, components: { a: { value: text } } });

async function polls(steps) {
  const shared = new SharedPolls();
  const seen = [];
  for (const [since, response] of steps) {
    const { query, cache } = shared.next(since, CLIENT);
    seen.push([query, cache, (await shared.read(response, since))?.to ?? null]);
  }
  return seen;
}

describe("polls that a cache may answer", () => {
  test("a page for all has one address, and an answer that is known is no news", async () => {
    assert.deepEqual(await polls([[null, answer(whole("5-aa:1"))], ["5-aa:1", answer(whole("5-aa:1"))],
      ["5-aa:1", answer(whole("5-aa:1"))], ["5-aa:1", answer(whole("5-aa:2"))]]), [
      [`client=${CLIENT}`, "no-store", "5-aa:1"], ["whole=1", "default", null],
      ["whole=1", "default", null], ["whole=1", "default", "5-aa:2"]]);
  });

  test("a page for some is asked for by each tab itself", async () => {
    const sharing = "private, no-cache";
    assert.deepEqual(await polls([[null, answer(whole("5-aa:1"), { sharing })], ["5-aa:1", answer(null, { status: 304, sharing })],
      ["5-aa:1", answer(whole("5-aa:2"), { sharing })]]), [
      [`client=${CLIENT}`, "no-store", "5-aa:1"], [`since=5-aa:1&client=${CLIENT}`, "no-store", null],
      [`since=5-aa:1&client=${CLIENT}`, "no-store", "5-aa:2"]]);
  });

  test("a long page is asked for by its version", async () => {
    assert.deepEqual((await polls([[null, answer(whole("5-aa:1", "x".repeat(5000)))], ["5-aa:1", answer(null, { status: 304 })],
      ["5-aa:1", answer({ type: "delta", from: "5-aa:1", to: "5-aa:2" })]])).slice(1), [
      ["since=5-aa:1", "default", null], ["since=5-aa:1", "default", "5-aa:2"]]);
  });

  test("a tab that shows more than a cache has asks past it", async () => {
    assert.deepEqual((await polls([[null, answer(whole("5-aa:2"))], ["5-aa:3", answer(whole("5-aa:2"))],
      ["5-aa:3", answer(null, { status: 304 })], ["5-aa:3", answer(whole("5-aa:4"))]])).slice(1), [
      ["whole=1", "default", null], [`since=5-aa:3&client=${CLIENT}`, "no-store", null], ["whole=1", "default", "5-aa:4"]]);
  });

  test("a stale copy has another tag, so it is read", async () => {
    const steps = await polls([[null, answer(whole("5-aa:1"))], ["5-aa:1", answer(whole("5-aa:1"))],
      ["5-aa:1", answer(whole("5-aa:1"), { tag: '"5-aa:1/all-stale"' })]]);
    assert.deepEqual(steps.at(-1), ["whole=1", "default", null]);
  });

  test("a tab that forgot its version takes no copy of a cache", async () => {
    assert.deepEqual((await polls([[null, answer(whole("5-aa:1"))], [null, answer(whole("4-aa:1"))]])).at(-1),
      [`client=${CLIENT}`, "no-store", "4-aa:1"]);
  });
});
