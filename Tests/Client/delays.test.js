import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BehindCounter } from "../../client/behind_counter.js";
import { goneDelay, parseAfter, pollDelay, reconnectDelay } from "../../client/delays.js";

const most = () => 0.999999;
const none = () => 0;

describe("reconnecting", () => {
  test("the first try comes within half a second", () => {
    assert.equal(reconnectDelay(0, none), 0);
    assert.ok(reconnectDelay(0, most) <= 500);
  });

  test("later tries spread over a doubling time, ten seconds at most", () => {
    const limits = [1, 2, 3, 4, 5, 6, 20, 2000].map((attempt) => Math.round(reconnectDelay(attempt, most)));

    assert.deepEqual(limits, [500, 1000, 2000, 4000, 8000, 10000, 10000, 10000]);
    assert.equal(reconnectDelay(6, none), 0);
  });
});

test("a page that is gone is asked for again within 30 seconds, at random", () => {
  assert.deepEqual([goneDelay(none), Math.round(goneDelay(most))], [18000, 30000]);
});

describe("polling", () => {
  test("the rhythm counts from the start of a poll", () => {
    assert.equal(pollDelay({ interval: 2500, elapsed: 400 }), 2100);
    assert.equal(pollDelay({ interval: 2500, elapsed: 4000 }), 0);
  });

  test("while the data is old it is asked for at least once a second, at random", () => {
    assert.equal(Math.round(pollDelay({ interval: 2500, elapsed: 0, isOld: true }, most)), 900);
    assert.equal(Math.round(pollDelay({ interval: 2500, elapsed: 0, isOld: true }, none)), 630);
    assert.equal(pollDelay({ interval: 300, elapsed: 100, isOld: true }, most), 200);
  });

  test("errors make the pause longer, at random, and never endless", () => {
    const pauses = [1, 2, 5, 50].map((failures) => Math.round(pollDelay({ interval: 2500, failures }, most)));

    assert.deepEqual(pauses, [500, 500, 900, 900]);
  });

  test("errors never make a busy loop", () => assert.equal(pollDelay({ interval: 2500, failures: 1 }, none), 100));

  test("a server that names a time is obeyed", () => {
    assert.equal(pollDelay({ interval: 2500, failures: 1, retryAfter: 5000 }, none), 5000);
    assert.ok(pollDelay({ interval: 2500, failures: 9, retryAfter: 5000 }, most) < 5500);
  });
});

describe("Retry-After", () => {
  test("seconds", () => assert.equal(parseAfter("2.5"), 2500));
  test("a date", () => assert.equal(parseAfter("Thu, 01 Jan 1970 00:00:10 GMT", 4000), 6000));
  test("a date that has passed", () => assert.equal(parseAfter("Thu, 01 Jan 1970 00:00:10 GMT", 20000), 0));
  test("no more than a minute", () => assert.equal(parseAfter("86400"), 60000));
  test("nonsense and nothing", () => assert.deepEqual([parseAfter("soon"), parseAfter(null), parseAfter("")],
    [null, null, null]));
});

describe("a server that is behind", () => {
  test("is believed after ten seconds and three answers", () => {
    const counter = new BehindCounter();

    assert.deepEqual([0, 5000, 9999, 10000].map((now) => counter.note(now)), [false, false, false, true]);
  });

  test("is not believed for two answers, however far apart", () => {
    const counter = new BehindCounter();

    assert.deepEqual([0, 60000].map((now) => counter.note(now)), [false, false]);
  });

  test("starts anew after one good answer", () => {
    const counter = new BehindCounter();
    for (const now of [0, 4000, 8000]) counter.note(now);

    counter.clear();

    assert.equal(counter.note(12000), false);
  });
});
