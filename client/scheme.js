const KEY = "splitflap:scheme";
const NEXT = new Map([["", "dark"], ["dark", "light"], ["light", ""]]);
const NAMES = new Map([["", "as the page says"], ["dark", "dark"], ["light", "light"]]);

/** The button that lets a viewer choose light or dark over what the page says. */
export class Scheme {
  #button;

  constructor(button) { this.#button = button; }

  start() {
    this.#show(this.#kept());
    this.#button.addEventListener("click", this.#turn);
  }

  stop() { this.#button.removeEventListener("click", this.#turn); }

  #turn = () => {
    const scheme = NEXT.get(document.documentElement.dataset.scheme ?? "");
    this.#show(scheme);
    try { localStorage.setItem(KEY, scheme); } catch { /* Then it lasts until the next load. */ }
  };

  #kept() {
    try {
      const kept = localStorage.getItem(KEY);
      return NAMES.has(kept) ? kept : "";
    } catch { return ""; }
  }

  #show(scheme) {
    if (scheme) document.documentElement.dataset.scheme = scheme;
    else delete document.documentElement.dataset.scheme;
    this.#button.ariaLabel = `Colours: ${NAMES.get(scheme)}`;
    this.#button.title = this.#button.ariaLabel;
  }
}
