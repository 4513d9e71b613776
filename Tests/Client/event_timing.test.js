import assert from "node:assert/strict";
import { test } from "node:test";
import { EventTiming } from "../../client/event_timing.js";

function timing(answer = true) {
  const sent = [];
  const subject = new EventTiming((event) => {
    sent.push(`${event.component} ${event.name} ${event.data ?? ""}`.trim());
    return answer;
  });
  return { subject, sent };
}

const typed = (data, component = "a") => ({ component, name: "input", data });
const click = { component: "b", name: "click" };

test("ten quick inputs with a debounce are one event, the last", () => {
  const { subject, sent } = timing();
  for (let index = 0; index < 10; index += 1) {
    subject.tick(index * 100);
    subject.happened(typed(index), { debounce: 500 }, index * 100);
  }

  subject.tick(1399);
  assert.deepEqual(sent, []);
  subject.tick(subject.nextAt);

  assert.deepEqual(sent, ["a input 9"]);
});

test("a click lets the held input go first", () => {
  const { subject, sent } = timing();
  subject.happened(typed("x"), { debounce: 500 }, 0);
  subject.happened(click, {}, 10);

  assert.deepEqual(sent, ["a input x", "b click"]);
  assert.equal(subject.nextAt, Infinity);
});

test("a throttle lets the first through at once and the last when its time has come", () => {
  const { subject, sent } = timing();
  const scroll = (data) => ({ component: "a", name: "scroll", data });
  for (const now of [0, 50, 100, 150]) subject.happened(scroll(now), { throttle: 200 }, now);
  assert.deepEqual(sent, ["a scroll 0"]);

  subject.answered(scroll(), 160);
  subject.tick(200);

  assert.deepEqual(sent, ["a scroll 0", "a scroll 150"]);
});

test("typing on a slow line waits for the answer, and only the latest follows", () => {
  const { subject, sent } = timing();
  for (const text of ["h", "he", "hel"]) subject.happened(typed(text), {}, 0);
  assert.deepEqual(sent, ["a input h"]);

  subject.answered(typed(), 50);

  assert.deepEqual(sent, ["a input h", "a input hel"]);
});

test("clicks are never put together", () => {
  const { subject, sent } = timing();
  for (let index = 0; index < 3; index += 1) subject.happened(click, {}, 0);

  assert.deepEqual(sent, ["b click", "b click", "b click"]);
});

test("typing in another field lets the first field's text go before", () => {
  const { subject, sent } = timing();
  subject.happened(typed("one"), { debounce: 500 }, 0);
  subject.happened(typed("two", "c"), { debounce: 500 }, 10);

  subject.flush(20);

  assert.deepEqual(sent, ["a input one", "c input two"]);
});

test("leaving a field lets its text go", () => {
  const { subject, sent } = timing();
  subject.happened(typed("x"), { debounce: 500 }, 0);
  subject.flush(10, "a");

  assert.deepEqual(sent, ["a input x"]);
});

test("an event that the queue refuses is not waited for", () => {
  const { subject, sent } = timing(false);
  subject.happened(typed("x"), {}, 0);
  subject.happened(typed("y"), {}, 1);

  assert.deepEqual(sent, ["a input x", "a input y"]);
});

test("what is gone is forgotten", () => {
  const { subject, sent } = timing();
  subject.happened(typed("x"), { debounce: 500 }, 0);
  subject.forget("a");
  subject.tick(1000);

  assert.deepEqual(sent, []);
});
