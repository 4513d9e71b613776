import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describe as badge } from "../../client/status.js";

const healthy = {
  wanted: "auto", interval: 2500, channel: "line", phase: "live", closed: null, heardAt: 10000, dataAt: 10000,
    freshness: "ok",
  reason: "",
};
const say = (facts, now = 10500) => badge({ ...healthy, ...facts }, now).slice(0, 2).join(": ");

describe("the badge", () => {
  test("is quiet when all is well", () => {
    assert.equal(say({}), "good: Live");
    assert.equal(say({ wanted: "ajax", channel: "poll" }), "good: Live, every 2.5 s");
  });

  test("says discreetly that it polls because no socket opens", () =>
    assert.equal(say({ channel: "poll" }), "idle: Polling every 2.5 s"));

  test("shows a silence before it is four seconds old, with the age of the data", () => {
    assert.equal(say({}, 13699), "good: Live");
    assert.equal(say({}, 13700), "warn: No answer · data from 3 s ago");
    assert.equal(say({}, 16000), "warn: Reconnecting · data from 6 s ago");
  });

  test("shows the silence of slow polls as soon, for they ask in between", () => {
    assert.equal(say({ wanted: "ajax", channel: "poll", interval: 60000 }, 13699), "good: Live, every 60 s");
    assert.equal(say({ wanted: "ajax", channel: "poll", interval: 60000 }, 13700),
      "warn: No answer · data from 3 s ago");
  });

  test("says what a stale page says", () => {
    assert.equal(say({ freshness: "stale", reason: "data store unreachable", dataAt: 1500 }),
      "warn: Data store unreachable · data from 9 s ago");
    assert.equal(say({ freshness: "behind" }), "warn: Server is catching up · data from 0 s ago");
  });

  test("puts a lost connection before a stale page", () => {
    assert.equal(say({ phase: "lost", freshness: "stale" }, 12000), "warn: Reconnecting · data from 2 s ago");
  });

  test("says that a page is gone", () => assert.equal(say({ closed: 4504, phase: "lost" }), "bad: This page is gone"));

  test("starts without a claim about data", () => {
    assert.equal(say({ phase: "starting", dataAt: -Infinity, heardAt: -Infinity }), "idle: Connecting");
  });
});
