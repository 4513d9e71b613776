import { EventQueue } from "./event_queue.js";
import { Answer, Reason } from "./protocol.js";
import { loadStyle } from "./style_loader.js";

const TICK = 250;
const REASONS = new Map([
  ["not_allowed", "Not allowed here"], [Reason.unknownComponent, "No longer there"], ["page_gone", "This page is gone"],
  ["bad_event", "Not understood"], ["handler", "It did not work"], ["poison", "It did not work, several times"],
  ["timeout", "It took too long"], ["busy", "Too busy just now; please try again"],
  ["uncertain", "Nobody knows whether it worked; please check"],
]);

/** Turns what the viewer does into events: one listener for the whole document, which reads `data-action`. */
export class Events {
  #page; #connection; #queue; #notices; #timer = null;

  /** `identity` is who this tab is and what it still waits for, from `kept.js`. */
  constructor({ identity, page, connection, notices }) {
    this.#page = page;
    this.#connection = connection;
    this.#notices = notices;
    this.#queue = new EventQueue(identity);
  }

  /** True while an event has no final answer. */
  get isWaiting() { return this.#queue.size > 0; }

  /** What to keep over a reload. */
  get waiting() { return this.#queue.identity(performance.now()); }

  start() {
    loadStyle(new URL("./events.css", import.meta.url));
    for (const type of ["click", "change"]) document.addEventListener(type, this.#act);
    for (const component of this.#queue.components) this.#page.busy(component, true);
    this.#timer = setInterval(() => this.flush(), TICK);
  }

  stop() {
    for (const type of ["click", "change"]) document.removeEventListener(type, this.#act);
    clearInterval(this.#timer);
  }

  /** After another channel opened: everything unanswered goes over it, in order. */
  reconnected() {
    this.#queue.reconnected();
    this.flush();
  }

  /** Takes an `ack` in. */
  answer(message) {
    const done = this.#queue.answer(message, performance.now());
    if (done) this.#finish(done, message);
    this.flush();
  }

  /** Puts an event in line; false if too many wait. */
  send(component, name, data) {
    if (this.#queue.add(component, name, data, performance.now()) === null) {
      this.#tell(component, "Too many actions wait for an answer");
      return false;
    }
    this.#page.busy(component, true);
    this.flush();
    return true;
  }

  flush() {
    const now = performance.now();
    const { oldest } = this.#queue;
    this.#notices.pending(this.#queue.size, oldest === null ? 0 : now - oldest);
    if (!this.#queue.size || !this.#connection.isOpen) return;
    const window = this.#connection.window;
    for (const message of this.#queue.take(now, { window, answers: window === 1 })) this.#connection.send(message);
  }

  #act = (happened) => {
    const element = happened.target.closest?.("[data-action]");
    if (!element || element.dataset.action !== happened.type) return;
    const component = element.closest("[data-component]")?.dataset.component;
    if (!component || element.ariaDisabled === "true") return;
    const data = "value" in element && element.value !== "" ? { value: element.value } : {};
    if (element.dataset.confirm) this.#ask(element, () => this.send(component, happened.type, data));
    else this.send(component, happened.type, data);
  };

  // Few actions ask first. One that cannot be asked about is not done, nor one whose page has gone meanwhile.
  async #ask(element, act) {
    const module = await import("./confirm.js").catch(() => null);
    const isMeant = await module?.confirmed(element.dataset.confirm, element.textContent);
    if (isMeant && element.isConnected && element.ariaDisabled !== "true" && !element.closest("[inert]")) act();
  }

  #finish(entry, message) {
    const { component } = entry;
    const { state, reason, detail, reply } = message;
    const isBusy = this.#queue.waitsFor(component);
    this.#page.busy(component, isBusy);
    this.#page.answered(entry, message, isBusy);
    if (reply) this.#show(reply);
    // A handler's own words are enough.
    const isFailed = state === Answer.failed && !reply?.notices?.length;
    this.#tell(component, isFailed ? detail ?? REASONS.get(reason) ?? "It did not work" : "");
  }

  // In its frame if it has one, otherwise where all else is told.
  #tell(component, text) {
    if (!this.#page.notice(component, text)) this.#notices.show(text, "bad");
  }

  // Few answers have something for the one viewer who acted.
  async #show(reply) {
    const module = await import("./reply.js").catch(() => null);
    module?.showReply(reply, this.#notices);
  }
}
