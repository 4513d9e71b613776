import { Connection } from "./connection.js";
import { Events } from "./events.js";
import { takeIdentity } from "./identity.js";
import { Page } from "./page.js";
import { Message } from "./protocol.js";
import { Scheme } from "./scheme.js";
import { Status } from "./status.js";
import { Store } from "./store.js";

const TRANSPORTS = ["websocket", "ajax", "auto"];

/** The start values the front wrote into `<meta>` elements. */
function readSettings() {
  const meta = (name) => document.querySelector(`meta[name="splitflap-${name}"]`)?.content ?? "";
  const transport = meta("transport");
  return {
    page: meta("page"),
    csrf: meta("csrf"),
    transport: TRANSPORTS.includes(transport) ? transport : "auto",
    interval: Math.max(0.25, Number(meta("reload-interval")) || 2.5) * 1000,
  };
}

const settings = readSettings();
const identity = takeIdentity(sessionStorage, settings.page);
const store = new Store();
const status = new Status(document.getElementById("status"), settings);
const page = new Page({ store, grid: document.getElementById("grid"), heading: document.getElementById("heading") });
const events = new Events({ identity, name: settings.page, page, status });
const connection = new Connection({
  settings, store, status, client: identity.client,
  listener: { received: receive, channelChanged: () => events.reconnected() },
});

/** Hands a message on; says whether a `sync` is needed. */
function receive(message) {
  if (message?.type === Message.ack) events.answer(message);
  if (message?.type === Message.status) status.freshness(message);
  const { sync, changed } = store.apply(message);
  if (changed.length) page.invalidate(changed);
  return sync;
}

events.connection = connection;
for (const part of [new Scheme(document.getElementById("scheme")), status, page, events, connection]) part.start();
