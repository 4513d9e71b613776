import { CONFIRM_INTERVAL, POLL_TIMEOUT, goneDelay, parseAfter, pollDelay } from "./delays.js";
import { SharedPolls } from "./shared_polls.js";
import { Answer, CloseCode, Freshness, Message, ack, status } from "./protocol.js";

const ASKS = 10;
// Timers may come a little early.
const EARLY = 10;
const ENDINGS = new Map([[404, CloseCode.pageGone], [403, CloseCode.forbidden], [401, CloseCode.sessionEnded]]);

/**
 * Asks for changes in a steady rhythm and sends each event as one POST whose answer carries the change. One poll at a
 * time; none while the page is hidden; slower after errors, but never none for ever. Between the polls of a slow page it
 * asks, by HEAD, whether what is shown is still confirmed, so that a viewer hears of trouble as soon as on any page.
 */
export class PollTransport {
  #addresses; #options; #listener;
  #shared = new SharedPolls(); #timer = null; #request = null; #followed = null; #running = false; #failures = 0; #startedAt = 0;
  #dueAt = 0; #confirms = false;

  /** `addresses`: polls, events, leave; `options`: csrf, client, interval (ms), since(); the listener has `received`, `ended`, `reached`, `missed`. */
  constructor(addresses, options, listener) {
    this.#addresses = addresses;
    this.#options = options;
    this.#listener = listener;
  }

  start() {
    this.#running = true;
    document.addEventListener("visibilitychange", this.#show);
    this.#poll();
  }

  stop() {
    this.#running = false;
    document.removeEventListener("visibilitychange", this.#show);
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  /** The page is being unloaded; `keepalive` lets the request outlive it. */
  leave() {
    const { csrf, client } = this.#options;
    const address = new URL(this.#addresses.leave);
    address.searchParams.set("client", client);
    fetch(address, { method: "POST", keepalive: true, headers: { "Splitflap-CSRF": csrf } }).catch(() => {});
  }

  send(message) {
    if (message.type === Message.event) this.#post(message);
    if (message.type === Message.sync && !this.#request) this.#plan(Math.min(1000, this.#options.interval));
  }

  #show = () => {
    if (document.hidden || this.#request) return;
    this.#dueAt = 0;
    this.#poll();
  };

  #plan(delay) {
    clearTimeout(this.#timer);
    this.#dueAt = performance.now() + delay;
    if (!this.#running) return;
    this.#timer = setTimeout(() => this.#poll(), this.#confirms ? Math.min(delay, CONFIRM_INTERVAL) : delay);
  }

  async #poll() {
    clearTimeout(this.#timer);
    if (!this.#running || this.#request || document.hidden) return;
    const request = this.#request = new AbortController();
    this.#startedAt = performance.now();
    const delay = await this.#ask(request).catch(() => this.#miss(null));
    this.#request = null;
    if (this.#running) this.#plan(delay);
  }

  // Resolves to the pause before the next poll.
  async #ask(request) {
    const timeout = setTimeout(() => request.abort(), POLL_TIMEOUT);
    const isDue = !this.#options.since() || performance.now() >= this.#dueAt - EARLY;
    try {
      const since = this.#options.since();
      if (!isDue) return this.#confirm(await fetch(this.#pollAddress(`since=${since}&client=${this.#options.client}`),
        { method: "HEAD", signal: request.signal, cache: "no-store" }));
      const { query, cache } = this.#shared.next(since, this.#options.client);
      const response = await fetch(this.#pollAddress(query), { signal: request.signal, cache });
      const message = await this.#shared.read(response, since);
      if (!this.#running) return 0;
      return response.ok || response.status === 304 ? this.#take(response, message) : this.#refuse(response);
    } finally {
      clearTimeout(timeout);
    }
  }

  #pollAddress(query) {
    const address = new URL(this.#addresses.polls);
    // Written plainly, which searchParams would not: the server knows such requests again by their bytes.
    address.search = address.search ? `${address.search}&${query}` : query;
    return address;
  }

  #take(response, message) {
    this.#failures = 0;
    this.#reach(response);
    if (message) this.#listener.received(message, this);
    return this.#pause(response, this.#options.interval);
  }

  // With status 200 there is something newer, which is shown when its time comes; until then what is shown grows old.
  #confirm(response) {
    if (!this.#running) return 0;
    if (!response.ok && response.status !== 304) return this.#refuse(response);
    this.#reach(response, response.status === 304);
    return this.#pause(response, this.#dueAt - this.#startedAt);
  }

  #pause(response, usual) {
    const interval = parseAfter(response.headers.get("Poll-After")) ?? usual;
    const isOld = stateOf(response) !== Freshness.ok;
    this.#confirms = !isOld;
    return pollDelay({ interval, elapsed: performance.now() - this.#startedAt, isOld });
  }

  #reach(response, isNewest = true) {
    const state = stateOf(response);
    const age = response.headers.get("Page-Age");
    this.#listener.reached(this, isNewest);
    if (!isNewest && state === Freshness.ok) return;
    this.#listener.received(status(state, null, age === null ? null : Number(age)), this);
  }

  #refuse({ status: code, headers }) {
    this.#confirms = false;
    if (code !== 404 && code !== 403 && code !== 401) return this.#miss(parseAfter(headers.get("Retry-After")));
    this.#listener.ended(ENDINGS.get(code), this);
    return goneDelay();
  }

  #miss(retryAfter) {
    this.#confirms = false;
    this.#failures += 1;
    if (this.#running) this.#listener.missed(this.#failures, this);
    return pollDelay({ interval: this.#options.interval, failures: this.#failures, retryAfter });
  }

  // An event that takes long is followed at an address of its own. Now and then it is sent again all the same: a store
  // that lost the event answers as if it still waited.
  async #deliver(module, message) {
    const followed = this.#followed?.seq === message.seq && this.#followed.asks > 0 ? this.#followed : null;
    if (followed) followed.asks -= 1;
    const result = followed ? await module.askEvent(followed.place, this.#options, message)
      : await module.postEvent(this.#addresses.events, this.#options, message);
    const place = result.response?.headers.get("Location");
    if (place) this.#followed = { seq: message.seq, place: new URL(place, this.#addresses.events), asks: ASKS };
    else if (result.ack.state !== Answer.queued) this.#followed = null;
    return result;
  }

  async #post(message) {
    const module = await import("./event_post.js").catch(() => null);
    if (!module) return this.#listener.received(ack(message.seq, Answer.retry, { after: 1 }), this);
    const { ack: answer, update, response } = await this.#deliver(module, message);
    if (response) this.#reach(response);
    if (update) this.#listener.received(update, this);
    this.#listener.received(answer, this);
  }
}

const stateOf = (response) => response.headers.get("Page-State") ?? Freshness.ok;
