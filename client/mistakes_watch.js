import { showMistakes } from "./mistakes.js";
import { loadStyle } from "./style_loader.js";

/** Milliseconds: with the time in which a saved file is noticed, mistakes are shown within two seconds. */
const INTERVAL = 1000;

/** Shows a signed-in editor what is wrong with the page's file. Asks apart from the page, so that no viewer is ever told. */
export class MistakesWatch {
  #address; #timer = null; #running = false;

  constructor(address) { this.#address = address; }

  async start() {
    this.#running = true;
    await loadStyle(new URL("./mistakes.css", import.meta.url));
    this.#ask();
  }

  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  async #ask() {
    if (!document.hidden) await this.#show().catch(() => {});
    if (this.#running) this.#timer = setTimeout(() => this.#ask(), INTERVAL);
  }

  async #show() {
    const response = await fetch(this.#address, { cache: "no-store" });
    if (response.status === 403) return this.stop();
    if (response.ok) showMistakes((await response.json()).mistakes);
  }
}
