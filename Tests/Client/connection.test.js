import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Connection } from "../../client/connection.js";
import { CloseCode } from "../../client/protocol.js";

/** The sockets that were opened, oldest first; the test says what becomes of them. */
let sockets;

class FakeSocket {
  static OPEN = 1;
  readyState = 0;
  constructor() { sockets.push(this); }
  send() {}
  close() {}
}

function makeConnection() {
  const shown = [];
  const status = {
    closed: (code) => shown.push(code), reached: () => shown.push("reached"), reconnecting() {}, channel() {},
    switchTo: () => false,
  };
  const settings = { page: "board", parameters: "", transport: "websocket" };
  const listener = { received: () => false, channelChanged() {} };
  const connection = new Connection({ settings, client: "c", store: { version: null }, status, listener, delay: () => 0 });
  return { connection, shown };
}

/** Lets imports and what waits for them go on. */
const settled = async () => { for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate); };

async function open(connection) {
  connection.start();
  await settled();
  return sockets.at(-1);
}

beforeEach(async () => {
  sockets = [];
  Object.assign(globalThis, {
    addEventListener() {}, removeEventListener() {}, WebSocket: FakeSocket,
    document: { addEventListener() {}, removeEventListener() {} },
  });
  await import("../../client/socket_line.js");
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

afterEach(() => mock.timers.reset());

describe("a page that is gone", () => {
  test("is asked for again by a socket, and is shown when it is back", async () => {
    const { connection, shown } = makeConnection();
    const first = await open(connection);
    first.onclose({ code: CloseCode.pageGone });
    await settled();
    assert.deepEqual([sockets.length, shown], [1, [CloseCode.pageGone]]);

    mock.timers.tick(30000);
    await settled();
    assert.equal(sockets.length, 2);
    sockets[1].onmessage({ data: '{"type":"status","state":"ok"}' });

    assert.equal(shown.at(-1), "reached");
    connection.stop();
  });

  test("is asked for again and again while it stays away", async () => {
    const { connection } = makeConnection();
    await open(connection);

    for (let times = 1; times <= 3; times += 1) {
      sockets.at(-1).onclose({ code: CloseCode.pageGone });
      mock.timers.tick(30000);
      await settled();
      assert.equal(sockets.length, 1 + times);
    }
    connection.stop();
  });

  test("is not asked for by a tab that was turned to another page", async () => {
    const { connection } = makeConnection();
    (await open(connection)).onclose({ code: CloseCode.pageGone });

    connection.stop();
    mock.timers.tick(60000);
    await settled();

    assert.equal(sockets.length, 1);
  });
});

test("a tab whose protocol is not spoken any more stays as it is", async () => {
  const { connection } = makeConnection();
  (await open(connection)).onclose({ code: CloseCode.version });

  mock.timers.tick(60000);
  await settled();

  assert.equal(sockets.length, 1);
});
