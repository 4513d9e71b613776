import { Connection } from "./connection.js";
import { keepIdentity, keptScheme, takeIdentity } from "./kept.js";
import { Page } from "./page.js";
import { EDITOR, Message, PAGE_ITEM, Reason } from "./protocol.js";
import { Status } from "./status.js";
import { Store } from "./store.js";

const TRANSPORTS = ["websocket", "ajax", "auto"];
const PREPARE_AFTER = 5000;
const MOVE_AGAIN = 50;
const TROUBLE = ["poll_transport", "event_post", "behind_counter", "levels", "reply"];

/** The start values the front wrote into `<meta>` elements. */
function readSettings() {
  const meta = (name) => document.querySelector(`meta[name="splitflap-${name}"]`)?.content ?? "";
  const transport = meta("transport");
  return {
    page: meta("page"),
    parameters: meta("parameters"),
    csrf: meta("csrf"),
    roles: meta("roles").split(" ").filter(Boolean),
    transport: TRANSPORTS.includes(transport) ? transport : "auto",
    interval: Math.max(0.25, Number(meta("reload-interval")) || 2.5) * 1000,
  };
}

const settings = readSettings();
// Each instance of a page has events of its own.
const instance = () => `${settings.page}?${settings.parameters}`;
const identity = takeIdentity(sessionStorage, instance());
const store = new Store();
const status = new Status(document.getElementById("status"), settings);
const page = new Page({
  name: instance(), roles: settings.roles, store, grid: document.getElementById("grid"),
  heading: document.getElementById("heading"), actorsCame: startEvents, choose,
});
const connection = new Connection({
  settings, store, status, client: identity.client,
  listener: { received: receive, channelChanged: () => events?.reconnected() },
});
let events = null;
let wanted = settings.parameters;
let moving = null;

/** Hands a message on; says whether a `sync` is needed. */
function receive(message) {
  if (message?.type === Message.ack) events?.answer(message);
  if (message?.type === Message.status) status.freshness(message);
  const { sync, changed, applied } = store.apply(message);
  if (applied) page.rest(moving !== null);
  if (changed.length) page.invalidate(changed);
  // What the viewer acted on is gone: this tab shows an old page.
  return sync || message?.reason === Reason.unknownComponent;
}

/** Pages on which nobody can act do without. */
async function startEvents() {
  const [{ Events }, { Notices }] = await Promise.all([import("./events.js"), import("./notices.js")]);
  if (events) return events;
  events = new Events({ identity, page, connection, notices: new Notices() });
  events.start();
  return events;
}

/** Has the page show another of its instances. */
function choose(parameters) {
  wanted = parameters;
  if (moving === null) move();
}

// What was done here is meant for this instance: it is answered before the tab turns to another.
function move() {
  moving = null;
  page.rest(wanted !== settings.parameters);
  if (wanted === settings.parameters) return;
  if (events?.isWaiting) return void (moving = setTimeout(move, MOVE_AGAIN));
  settings.parameters = wanted;
  store.forgetVersion();
  connection.restart();
}

/** What is needed when a server cannot be reached is fetched while it can. */
function prepareForTrouble() {
  for (const name of TROUBLE) import(`./${name}.js`).catch(() => {});
}

/** Only a signed-in editor is told what is wrong with a file. */
async function watchMistakes() {
  const { MistakesWatch } = await import("./mistakes_watch.js");
  new MistakesWatch(new URL(`../../api/pages/${encodeURIComponent(settings.page)}/mistakes`, import.meta.url)).start();
}

async function turnScheme() {
  const { turnScheme } = await import("./scheme.js");
  turnScheme();
}

document.documentElement.dataset.scheme = keptScheme();
document.getElementById("scheme").addEventListener("click", turnScheme);
for (const part of [status, page, connection]) part.start();
if (settings.roles.includes(EDITOR)) watchMistakes().catch(() => {});
if (identity.pending.length) startEvents().catch(() => {});
setTimeout(prepareForTrouble, PREPARE_AFTER);
addEventListener("pagehide", ({ persisted }) => {
  keepIdentity(sessionStorage, instance(), { ...identity, ...events?.waiting });
  // A page that the browser keeps may come back as it was.
  if (!persisted && store.value(PAGE_ITEM)?.scope === "viewer") connection.leave();
});
