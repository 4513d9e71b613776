import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { PollTransport } from "../../client/poll_transport.js";

/** What the server answers next: status, headers and, of a 200 to a GET, the message. */
let answer;
let asked;
let clock;

function serve(status, headers = {}) {
  answer = () => ({ status, ok: status === 200, headers: new Headers(headers), text: async () => '{"type":"full"}' });
}

const settled = async () => { for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate); };

/** Lets time pass in small steps, with what waits for it. */
async function pass(milliseconds) {
  for (let step = 0; step < milliseconds; step += 50) {
    clock += 50;
    mock.timers.tick(50);
    await settled();
  }
}

async function poll(interval) {
  const heard = { news: [], states: [], messages: 0 };
  const listener = {
    reached: (_, isNewest) => heard.news.push(isNewest), missed() {}, ended() {},
    received: ({ type, state }) => { if (type === "status") heard.states.push(state); else heard.messages += 1; },
  };
  const addresses = { polls: "http://a/api/pages/p", events: "http://a/e", leave: "http://a/l" };
  const transport = new PollTransport(addresses, { csrf: "", client: "c", interval, since: () => "5-aa:1" }, listener);
  transport.start();
  await settled();
  return { transport, heard };
}

const methods = () => asked.map(({ method }) => method).join(" ");

beforeEach(() => {
  [asked, clock] = [[], 1000000];
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(performance, "now", () => clock);
  globalThis.document = { addEventListener() {}, removeEventListener() {}, hidden: false };
  globalThis.fetch = async (address, { method = "GET" }) => {
    asked.push({ method, at: clock });
    return answer();
  };
  serve(304);
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

describe("a page that is polled seldom", () => {
  test("is asked in between whether what it shows is confirmed", async () => {
    const { transport } = await poll(10000);
    await pass(20000);

    assert.equal(methods(), "GET HEAD HEAD HEAD GET HEAD HEAD HEAD GET");
    assert.deepEqual(asked.filter(({ method }) => method === "GET").map(({ at }) => at - 1000000), [0, 10000, 20000]);
    transport.stop();
  });

  test("is polled as soon as that says that there is trouble, until it is over", async () => {
    const { transport, heard } = await poll(10000);
    serve(304, { "Page-State": "stale" });
    await pass(3600);

    assert.equal(methods(), "GET HEAD GET");
    assert.equal(heard.states.at(-1), "stale");
    serve(304);
    await pass(1000);
    await pass(9000);
    assert.equal(heard.states.at(-1), "ok");
    assert.ok(asked.length < 9, methods());
    transport.stop();
  });

  test("keeps its pace, and lets its data grow old, while there is something newer", async () => {
    const { transport, heard } = await poll(10000);
    serve(200);
    await pass(9000);

    assert.deepEqual([heard.messages, heard.news.join(" "), heard.states.length], [0, "true false false false", 1]);
    await pass(1000);
    assert.equal(heard.messages, 1);
    transport.stop();
  });
});

test("a page with the usual interval is only polled", async () => {
  const { transport } = await poll(2500);
  await pass(10000);

  assert.equal(methods(), "GET GET GET GET GET");
  transport.stop();
});

test("the server sets the time of the next poll", async () => {
  serve(304, { "Poll-After": "1.2" });
  const { transport } = await poll(10000);
  serve(304);
  await pass(1300);

  assert.deepEqual(asked.map(({ method, at }) => [method, at - 1000000]), [["GET", 0], ["GET", 1200]]);
  transport.stop();
});

test("a page that is gone is not asked in between", async () => {
  serve(404);
  const { transport } = await poll(2500);
  await pass(17000);

  assert.equal(methods(), "GET");
  transport.stop();
});
