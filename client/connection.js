import { BehindCounter, SILENCE_CLOSE, SILENCE_RECONNECT, SOCKET_PATIENCE, reconnectDelay } from "./delays.js";
import { CloseCode, Freshness, Message, hello, isFinal, sync } from "./protocol.js";

const CHECK = 500;
const SYNC_PAUSE = 1000;
const BEHIND_PAUSE = 2500;

/** How many events may be under way at once. */
const WINDOW = { socket: 16, poll: 1 };

/**
 * Keeps this tab in touch with a front. It alone chooses the transport and reconnects: a socket if the page wants one,
 * polls if it does not, and polls as well whenever no socket has spoken for a while. Polls end when a socket speaks.
 */
export class Connection {
  #settings; #client; #store; #listener; #status; #delay;
  #socket = null; #attempt = null; #poll = null;
  #attempts = 0; #heardAt = 0; #syncedAt = -Infinity; #behind = new BehindCounter();
  #checking = null; #retry = null; #patience = null; #later = null; #ended = false;

  /**
   * The listener has `received(message)` → whether a sync is needed, and `channelChanged()`; `status` is told what to
   * show. `delay(attempt)` is the pause before a reconnect.
   */
  constructor({ settings, client, store, listener, status, delay = reconnectDelay }) {
    this.#settings = settings;
    this.#client = client;
    this.#store = store;
    this.#listener = listener;
    this.#status = status;
    this.#delay = delay;
  }

  get window() { return this.#poll ? WINDOW.poll : WINDOW.socket; }

  /** False while nobody could take a message. */
  get isOpen() { return Boolean(this.#poll ?? this.#socket); }

  async start() {
    window.addEventListener("online", this.#hurry);
    if (this.#settings.transport === "ajax") return this.#startPolls();
    document.addEventListener("visibilitychange", this.#check);
    this.#checking = setInterval(this.#check, CHECK);
    this.#open();
  }

  stop() {
    window.removeEventListener("online", this.#hurry);
    document.removeEventListener("visibilitychange", this.#check);
    clearInterval(this.#checking);
    for (const timer of [this.#retry, this.#patience, this.#later]) clearTimeout(timer);
    for (const transport of [this.#socket, this.#attempt, this.#poll]) transport?.stop();
    this.#socket = this.#attempt = this.#poll = null;
  }

  send(message) { (this.#poll ?? this.#socket)?.send(message); }

  // MARK: What transports tell

  received(message, transport) {
    if (transport === this.#attempt || (transport === this.#socket && this.#poll)) this.#promote(transport);
    if (transport !== this.#poll && transport !== this.#socket) return;
    if (transport === this.#socket) this.reached();
    if (message?.type === Message.status) this.#noteFreshness(message);
    if (this.#listener.received(message)) this.#sync();
  }

  reached() {
    this.#heardAt = performance.now();
    this.#status.reached(this.#heardAt);
  }

  missed(failures) { if (failures > 1) this.#status.reconnecting(); }

  ended(code, transport) {
    if (transport === this.#poll) return this.#status.closed(code);
    if (transport !== this.#socket && transport !== this.#attempt) return;
    const spoke = transport === this.#socket;
    if (spoke) this.#socket = null;
    if (transport === this.#attempt) this.#attempt = null;
    if (isFinal(code)) return this.#finish(code);
    if (spoke) this.#lose();
    else this.#startPolls();
    if (!this.#attempt) this.#openLater(code === CloseCode.later ? SYNC_PAUSE : 0);
  }

  // MARK: The socket

  async #open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    if (this.#attempt || this.#ended) return;
    this.#waitForSocket();
    try {
      const { SocketTransport } = await import("./socket_transport.js");
      const greet = () => hello(this.#client, this.#store.version);
      this.#attempt = new SocketTransport(this.#address("/socket", true), greet, this);
      this.#attempt.start();
    } catch {
      this.#attempt = null;
      this.#startPolls();
      this.#openLater(0);
    }
  }

  #openLater(atLeast) {
    clearTimeout(this.#retry);
    const delay = Math.max(atLeast, this.#delay(this.#attempts));
    this.#attempts += 1;
    this.#retry = setTimeout(() => this.#open(), delay);
  }

  // A socket counts from its first frame: some proxies open one and then carry nothing.
  #promote(transport) {
    if (this.#socket !== transport) this.#socket?.stop();
    if (this.#attempt !== transport) this.#attempt?.stop();
    this.#poll?.stop();
    this.#poll = this.#attempt = null;
    this.#socket = transport;
    this.#attempts = 0;
    clearTimeout(this.#patience);
    this.#patience = null;
    this.#behind.clear();
    this.#status.channel("socket");
    this.#listener.channelChanged();
  }

  #lose() {
    this.#status.reconnecting();
    this.#listener.channelChanged();
    this.#waitForSocket();
  }

  #waitForSocket() {
    this.#patience ??= setTimeout(() => {
      this.#patience = null;
      this.#startPolls();
      if (this.#attempt) this.#replaceAttempt();
    }, SOCKET_PATIENCE);
  }

  // An attempt that has not spoken by now hangs; another one may reach another front.
  #replaceAttempt() {
    this.#attempt.stop();
    this.#attempt = null;
    this.#openLater(0);
  }

  get #silence() { return this.#socket ? performance.now() - this.#heardAt : Infinity; }

  #check = () => {
    if (!this.#socket) return;
    const silence = this.#silence;
    if (silence > SILENCE_RECONNECT && !this.#attempt && !this.#retry) this.#openLater(0);
    if (silence > SILENCE_CLOSE) {
      this.#socket.stop();
      this.#socket = null;
      this.#lose();
    }
  };

  #hurry = () => {
    this.#attempts = 0;
    this.#poll?.send(sync(this.#store.version));
    if (!this.#socket && this.#settings.transport !== "ajax") this.#open();
  };

  #finish(code) {
    this.#ended = true;
    this.stop();
    this.#status.closed(code);
  }

  // MARK: Polls

  async #startPolls() {
    if (this.#poll || this.#ended || this.#silence < SILENCE_RECONNECT) return;
    const { PollTransport } = await import("./poll_transport.js");
    if (this.#poll || this.#ended || this.#silence < SILENCE_RECONNECT) return;
    const { csrf, interval } = this.#settings;
    const since = () => this.#store.version;
    this.#poll = new PollTransport(this.#address(""), { csrf, interval, client: this.#client, since }, this);
    this.#status.channel("poll");
    this.#poll.start();
    this.#listener.channelChanged();
  }

  // MARK: Versions that do not fit

  #sync() {
    clearTimeout(this.#later);
    const wait = this.#syncedAt + SYNC_PAUSE - performance.now();
    if (wait > 0) return void (this.#later = setTimeout(() => this.#sync(), wait));
    this.#syncedAt = performance.now();
    this.send(sync(this.#store.version));
  }

  #noteFreshness({ state }) {
    if (state !== Freshness.behind) return this.#behind.clear();
    if (this.#behind.note(performance.now())) {
      this.#store.forgetVersion();
      this.#behind.clear();
    }
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#sync(), BEHIND_PAUSE);
  }

  #address(tail, socket = false) {
    const path = `api/pages/${encodeURIComponent(this.#settings.page)}${tail}`;
    const address = new URL(path, document.baseURI);
    if (socket) address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    return address;
  }
}
