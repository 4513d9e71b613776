import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { EventQueue } from "../../client/event_queue.js";

// The fixtures that Tests/PageSyncTests/ViewerEventsTests.swift reads as well.
const fixtures = JSON.parse(readFileSync(new URL("../Wire/events/event_queue.json", import.meta.url)));
const transports = { socket: { window: 16 }, ajax: { window: 1, answers: true } };

for (const { name, steps } of fixtures) {
  test(name, () => {
    const queue = new EventQueue();
    for (const step of steps) {
      for (let count = 0; count < (step.add ?? 0); count += 1) queue.add("hi", "click", {}, 0);
      if (step.reconnect) queue.reconnected();
      if (step.answer) queue.answer({ ...step, state: step.answer }, step.now);
      if (step.take === undefined) continue;
      assert.deepEqual(queue.take(step.take, transports[step.over]).map(({ seq, lo }) => [seq, lo]), step.then);
    }
  });
}
