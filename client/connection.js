import { goneDelay, reconnectDelay } from "./delays.js";
import { CloseCode, Freshness, Message, hello, sync } from "./protocol.js";

const SYNC_PAUSE = 1000;
const BEHIND_PAUSE = 2500;

// This file stands in assets/<hash>/, wherever a proxy may have put that.
const ROOT = new URL("../../", import.meta.url);

/** How many events may be under way at once. */
const WINDOW = { line: 16, poll: 1 };

/**
 * Keeps this tab in touch with a front. It alone chooses the transport: a socket if the page wants one, polls if it
 * does not, and polls as well while no socket speaks. Polls end when a socket speaks.
 */
export class Connection {
  #settings; #client; #store; #listener; #status; #delay;
  #line = null; #poll = null; #behind = null; #syncedAt = -Infinity; #later = null; #again = null;
  #ended = false; #failed = false;

  /**
   * The listener has `received(message)`, which says whether a sync is needed, and `channelChanged()`; `status` is told
   * what to show; `delay(attempt)` is the pause before a reconnect.
   */
  constructor({ settings, client, store, listener, status, delay = reconnectDelay }) {
    this.#settings = settings;
    this.#client = client;
    this.#store = store;
    this.#listener = listener;
    this.#status = status;
    this.#delay = delay;
  }

  get window() { return this.#poll ? WINDOW.poll : WINDOW.line; }

  /** False while nobody could take a message. */
  get isOpen() { return this.#poll !== null || this.#line?.isOpen === true; }

  start() {
    addEventListener("online", this.#hurry);
    if (this.#settings.transport === "ajax") this.#startPolls();
    else this.#startLine();
  }

  stop() {
    removeEventListener("online", this.#hurry);
    clearTimeout(this.#later);
    clearTimeout(this.#again);
    this.#line?.stop();
    this.#poll?.stop();
    this.#line = this.#poll = null;
  }

  /** Begins anew, for another instance of the page. */
  restart() {
    const wasPolling = this.#poll !== null;
    this.stop();
    this.#ended = this.#failed = false;
    this.#behind?.clear();
    this.#status.restarted();
    this.start();
    // Where sockets are blocked nobody waits for that to show again.
    if (wasPolling) this.#startPolls();
  }

  send(message) { (this.#poll ?? this.#line)?.send(message); }

  /** The page is being unloaded. Browsers close sockets themselves, with a code that says so. */
  leave() { this.#poll?.leave(); }

  // What transports tell.

  received(message, transport) {
    if (transport !== this.#poll && transport !== this.#line) return;
    if (transport === this.#line) this.#hearLine();
    if (message?.type === Message.status) this.#noteFreshness(message);
    if (this.#listener.received(message)) this.#sync();
  }

  reached(transport, isNewest = true) {
    this.#status.reached(performance.now(), isNewest);
    if (this.#failed) this.#line?.hurry();
    this.#failed = false;
  }

  missed(failures) {
    this.#failed = true;
    if (failures > 1) this.#status.reconnecting();
  }

  missing() { this.#startPolls(); }

  lost() {
    if (this.#poll) return;
    this.#status.reconnecting();
    this.#status.channel(null);
  }

  ended(code, transport) {
    if (transport === this.#line) {
      this.#ended = true;
      this.stop();
      // Its definition may come back; polls ask again by themselves.
      if (code === CloseCode.pageGone) this.#again = setTimeout(() => this.#comeBack(), goneDelay());
    }
    // Its HTML starts a new session, or leads to the sign-in.
    if (code === CloseCode.sessionEnded) location.reload();
    this.#status.closed(code);
  }

  #comeBack() {
    this.#ended = false;
    this.start();
  }

  async #startLine() {
    const module = await import("./socket_line.js").catch(() => null);
    if (!module) return this.#startPolls();
    if (this.#line) return;
    const address = this.#address("/socket");
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const greet = () => hello(this.#client, this.#store.version);
    this.#line = new module.SocketLine({ address, hello: greet, listener: this, delay: this.#delay });
    this.#line.start();
  }

  #hearLine() {
    this.reached();
    if (!this.#status.switchTo("line")) return;
    this.#poll?.stop();
    this.#poll = null;
    this.#behind?.clear();
    this.#listener.channelChanged();
  }

  async #startPolls() {
    const module = await import("./poll_transport.js").catch(() => null);
    if (!module) return void setTimeout(() => this.#startPolls(), SYNC_PAUSE);
    if (this.#poll || this.#ended || this.#line?.isSilent === false) return;
    const { csrf, interval } = this.#settings;
    const since = () => this.#store.version;
    this.#poll = new module.PollTransport(
      { polls: this.#address(""), events: this.#address("/events"), leave: this.#address("/leave") },
      { csrf, interval, client: this.#client, since }, this);
    this.#poll.start();
    this.#status.switchTo("poll");
    this.#listener.channelChanged();
  }

  #hurry = () => {
    this.#poll?.send(sync(this.#store.version));
    this.#line?.hurry();
  };

  // One a second at most, however many messages do not fit.
  #sync() {
    clearTimeout(this.#later);
    const wait = this.#syncedAt + SYNC_PAUSE - performance.now();
    if (wait > 0) return void (this.#later = setTimeout(() => this.#sync(), wait));
    this.#syncedAt = performance.now();
    this.send(sync(this.#store.version));
  }

  async #noteFreshness({ state }) {
    if (state !== Freshness.behind) return this.#behind?.clear();
    const module = await import("./behind_counter.js").catch(() => null);
    if (!module) return;
    this.#behind ??= new module.BehindCounter();
    if (this.#behind.note(performance.now())) {
      this.#store.forgetVersion();
      this.#behind.clear();
    }
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#sync(), BEHIND_PAUSE);
  }

  #address(tail) {
    const { page, parameters } = this.#settings;
    return new URL(`api/pages/${encodeURIComponent(page)}${tail}${parameters && `?${parameters}`}`, ROOT);
  }
}
