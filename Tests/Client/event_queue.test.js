import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EventQueue } from "../../client/event_queue.js";

const socket = { window: 16 };
const ajax = { window: 1, answers: true };
const seqs = (messages) => messages.map(({ seq }) => seq);

function queueOf(count) {
  const queue = new EventQueue();
  for (let index = 0; index < count; index += 1) queue.add("hi", "click", {}, 0);
  return queue;
}

describe("sending", () => {
  test("an event carries its place in the order and the lowest seq still waited for", () => {
    const queue = new EventQueue();
    queue.add("hi", "click", { x: 1 }, 0);

    assert.deepEqual(queue.take(0, socket), [{ type: "event", seq: 1, lo: 1, component: "hi", event: "click",
      data: { x: 1 } }]);
  });

  test("over a socket up to 16 are under way", () => assert.equal(queueOf(20).take(0, socket).length, 16));

  test("none runs more than 16 ahead of the oldest without an answer", () => {
    const queue = queueOf(20);
    queue.take(0, socket);
    for (let seq = 2; seq <= 16; seq += 1) queue.answer({ seq, state: "applied" }, 10);

    assert.deepEqual(seqs(queue.take(1000, socket)), [1]);

    queue.answer({ seq: 1, state: "applied" }, 1001);
    assert.deepEqual(seqs(queue.take(1001, socket)), [17, 18, 19, 20]);
  });

  test("over Ajax one is under way, and the next follows its answer", () => {
    const queue = queueOf(2);
    assert.deepEqual(seqs(queue.take(0, ajax)), [1]);
    assert.deepEqual(queue.take(5000, ajax), []);

    queue.answer({ seq: 1, state: "applied" }, 5000);

    assert.deepEqual(queue.take(5000, ajax), [{ type: "event", seq: 2, lo: 2, component: "hi", event: "click",
      data: {} }]);
  });

  test("what is under way is not sent again before a second has passed", () => {
    const queue = queueOf(2);
    queue.take(0, socket);

    assert.deepEqual(queue.take(999, socket), []);
    assert.deepEqual(seqs(queue.take(1000, socket)), [1, 2]);
  });

  test("an event that was queued is asked about again after ten seconds", () => {
    const queue = queueOf(1);
    queue.take(0, socket);
    queue.answer({ seq: 1, state: "queued" }, 100);

    assert.deepEqual(queue.take(10099, socket), []);
    assert.deepEqual(seqs(queue.take(10100, socket)), [1]);
  });

  test("over Ajax an event that was queued is asked about again after a second", () => {
    const queue = queueOf(1);
    queue.take(0, ajax);
    queue.answer({ seq: 1, state: "queued" }, 10000);

    assert.deepEqual(queue.take(10999, ajax), []);
    assert.deepEqual(seqs(queue.take(11000, ajax)), [1]);
  });

  test("after a reconnect everything unanswered goes again, in order", () => {
    const queue = queueOf(3);
    queue.take(0, socket);
    queue.answer({ seq: 2, state: "applied" }, 10);
    queue.answer({ seq: 3, state: "queued" }, 10);

    queue.reconnected();

    assert.deepEqual(seqs(queue.take(20, socket)), [1, 3]);
  });

  test("more than a hundred waiting events are refused", () => {
    const queue = queueOf(100);

    assert.equal(queue.add("hi", "click", {}, 0), null);
    assert.equal(queue.size, 100);
  });
});

describe("answers", () => {
  test("applied and failed end an event; it is given back", () => {
    const queue = queueOf(2);

    assert.equal(queue.answer({ seq: 2, state: "failed", reason: "handler" }, 0).seq, 2);
    assert.equal(queue.answer({ seq: 1, state: "applied" }, 0).component, "hi");
    assert.equal(queue.size, 0);
  });

  test("an answer that comes twice, or to nobody, is nothing", () => {
    const queue = queueOf(1);
    queue.answer({ seq: 1, state: "applied" }, 0);

    assert.equal(queue.answer({ seq: 1, state: "applied" }, 0), null);
    assert.equal(queue.answer({ seq: 99, state: "failed" }, 0), null);
  });

  test("retry holds everything back for as long as the server says", () => {
    const queue = queueOf(2);
    queue.take(0, socket);

    queue.answer({ seq: 1, state: "retry", after: 1.5 }, 100);

    assert.deepEqual(queue.take(1599, socket), []);
    assert.deepEqual(seqs(queue.take(1600, socket)), [1, 2]);
  });

  test("a gap starts again at the seq the server expects", () => {
    const queue = queueOf(4);
    queue.take(0, socket);
    queue.answer({ seq: 1, state: "queued" }, 10);

    queue.answer({ seq: 4, state: "gap", expected: 2 }, 10);

    assert.deepEqual(seqs(queue.take(10, socket)), [2, 3, 4]);
  });

  test("a gap at a seq that is answered already is asked about again a little later", () => {
    const queue = queueOf(2);
    queue.take(0, socket);
    queue.answer({ seq: 1, state: "failed", reason: "bad_event" }, 5);

    queue.answer({ seq: 2, state: "gap", expected: 1 }, 10);

    assert.deepEqual(queue.take(509, socket), []);
    assert.deepEqual(queue.take(510, socket).map(({ seq, lo }) => [seq, lo]), [[2, 2]]);
  });
});

describe("over a reload", () => {
  test("numbers go on and what waited goes again", () => {
    const before = queueOf(3);
    before.take(0, socket);
    before.answer({ seq: 1, state: "applied" }, 0);

    const after = new EventQueue(JSON.parse(JSON.stringify(before.identity(5000))));

    assert.deepEqual(seqs(after.take(0, socket)), [2, 3]);
    assert.equal(after.add("hi", "click", {}, 0), 4);
    // It has waited five seconds already when the page's clock begins anew.
    assert.equal(after.oldest, -5000);
    assert.deepEqual([...after.components], ["hi"]);
  });
});

test("a component waits as long as any of its events does", () => {
  const queue = queueOf(2);
  queue.answer({ seq: 1, state: "applied" }, 0);
  assert.equal(queue.waitsFor("hi"), true);

  queue.answer({ seq: 2, state: "applied" }, 0);
  assert.equal(queue.waitsFor("hi"), false);
});
