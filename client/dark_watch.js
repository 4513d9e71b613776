/** Marks an element `data-dark` while the page's colours are dark, whoever chose them: theme, viewer or system. */
export class DarkWatch {
  #host; #system = matchMedia("(prefers-color-scheme: dark)"); #observer = new MutationObserver(() => this.#mark());

  constructor(host) { this.#host = host; }

  start() {
    this.#system.addEventListener("change", this.#mark);
    this.#observer.observe(document.documentElement, { attributeFilter: ["data-theme", "data-scheme"] });
    // A theme's own style sheet comes later than its name.
    document.head.addEventListener("load", this.#mark, true);
    this.#mark();
  }

  stop() {
    this.#system.removeEventListener("change", this.#mark);
    this.#observer.disconnect();
    document.head.removeEventListener("load", this.#mark, true);
    delete this.#host.dataset.dark;
  }

  #mark = () => {
    const schemes = getComputedStyle(document.documentElement).colorScheme.split(" ");
    const isDark = schemes.includes("dark") && (!schemes.includes("light") || this.#system.matches);
    this.#host.toggleAttribute("data-dark", isDark);
  };
}
