import { CloseCode, Message, pong } from "./protocol.js";

/** One WebSocket from its opening to its end. Reconnecting is a new object, chosen by `connection.js`. */
export class SocketTransport {
  #address; #hello; #listener; #socket = null;

  /** `hello` makes the first frame; the listener has `received(message, transport)` and `ended(code, transport)`. */
  constructor(address, hello, listener) {
    this.#address = address;
    this.#hello = hello;
    this.#listener = listener;
  }

  start() {
    const socket = this.#socket = new WebSocket(this.#address);
    socket.onopen = () => this.send(this.#hello());
    socket.onmessage = ({ data }) => { if (socket === this.#socket) this.#receive(data); };
    socket.onclose = ({ code }) => { if (socket === this.#socket) this.#end(code); };
  }

  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  stop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(CloseCode.normal);
  }

  #receive(data) {
    let message;
    try { message = JSON.parse(data); } catch { return; }
    if (message?.type === Message.ping) this.send(pong());
    this.#listener.received(message, this);
  }

  #end(code) {
    this.#socket = null;
    this.#listener.ended(code, this);
  }
}
