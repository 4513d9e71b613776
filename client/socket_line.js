import { SILENCE_CLOSE, SILENCE_RECONNECT, SOCKET_PATIENCE } from "./delays.js";
import { CloseCode, isFinal } from "./protocol.js";
import { SocketTransport } from "./socket_transport.js";

const CHECK = 500;
const LATER = 1000;

/**
 * A socket that is opened again whenever it ends, fails or falls silent. It counts as open from its first frame:
 * some proxies open one and then carry nothing.
 */
export class SocketLine {
  #address; #hello; #listener; #delay;
  #socket = null; #attempt = null; #attempts = 0; #heardAt = 0;
  #checking = null; #retry = null; #patience = null;

  /** The listener has `received(message, line)`, `missing(line)`, `lost(line)` and `ended(code, line)`. */
  constructor({ address, hello, listener, delay }) {
    this.#address = address;
    this.#hello = hello;
    this.#listener = listener;
    this.#delay = delay;
  }

  get isOpen() { return this.#socket !== null; }
  get isSilent() { return this.#socket === null || performance.now() - this.#heardAt > SILENCE_RECONNECT; }

  start() {
    document.addEventListener("visibilitychange", this.#check);
    this.#checking = setInterval(this.#check, CHECK);
    this.#open();
  }

  stop() {
    document.removeEventListener("visibilitychange", this.#check);
    clearInterval(this.#checking);
    clearTimeout(this.#retry);
    clearTimeout(this.#patience);
    this.#socket?.stop();
    this.#attempt?.stop();
    this.#socket = this.#attempt = null;
  }

  send(message) { this.#socket?.send(message); }

  /** Tries at once: the network has just come back. */
  hurry() {
    this.#attempts = 0;
    if (this.isSilent && !this.#attempt) this.#open();
  }

  // From the transport.

  received(message, transport) {
    if (transport === this.#attempt) this.#promote();
    if (transport !== this.#socket) return;
    this.#heardAt = performance.now();
    this.#listener.received(message, this);
  }

  ended(code, transport) {
    const spoke = transport === this.#socket;
    if (spoke) this.#socket = null;
    else if (transport === this.#attempt) this.#attempt = null;
    else return;
    if (isFinal(code)) return this.#listener.ended(code, this);
    if (spoke) this.#lose();
    else this.#listener.missing(this);
    if (!this.#attempt) this.#openLater(code === CloseCode.later ? LATER : 0);
  }

  #open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    this.#wait();
    this.#attempt = new SocketTransport(this.#address, this.#hello, this);
    try { this.#attempt.start(); } catch { this.ended(CloseCode.normal, this.#attempt); }
  }

  #openLater(atLeast) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), Math.max(atLeast, this.#delay(this.#attempts)));
    this.#attempts += 1;
  }

  #promote() {
    if (this.#socket) this.#listener.lost(this);
    this.#socket?.stop();
    this.#socket = this.#attempt;
    this.#attempt = null;
    this.#attempts = 0;
    clearTimeout(this.#patience);
    this.#patience = null;
  }

  #lose() {
    this.#wait();
    this.#listener.lost(this);
  }

  // An attempt that has not spoken by then hangs; another one may reach another front.
  #wait() {
    this.#patience ??= setTimeout(() => {
      this.#patience = null;
      this.#listener.missing(this);
      if (!this.#attempt) return;
      this.#attempt.stop();
      this.#attempt = null;
      this.#openLater(0);
    }, SOCKET_PATIENCE);
  }

  #check = () => {
    if (!this.#socket) return;
    const silence = performance.now() - this.#heardAt;
    if (silence > SILENCE_RECONNECT && !this.#attempt && !this.#retry) this.#openLater(0);
    if (silence <= SILENCE_CLOSE) return;
    this.#socket.stop();
    this.#socket = null;
    this.#lose();
  };
}
