import { make } from "./elements.js";
import { loadStyle } from "./style_loader.js";

/** What an address says of each variable: its value if the variable can be that, else the default. */
export function valuesIn(search, variables) {
  const asked = new URLSearchParams(search);
  return Object.fromEntries(Object.entries(variables).map(([name, variable]) =>
    [name, accepted(asked.get(name), variable) ?? variable.default]));
}

/** `region=us&size=20`: what is not the default, sorted by name, as a page's address and its key have it. */
export function parametersOf(values, variables) {
  return Object.keys(variables).sort().filter((name) => values[name] !== variables[name].default)
    .map((name) => `${name}=${encoded(values[name])}`).join("&");
}

// Like the fronts: `encodeURIComponent` leaves some signs alone.
const encoded = (text) => encodeURIComponent(text).replace(/[!'()*~]/g, (sign) =>
  `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The search of an address with these values in it; what else it says, such as `transport`, stays. */
export function searchWith(search, values, variables) {
  const rest = new URLSearchParams(search);
  for (const name of Object.keys(variables)) rest.delete(name);
  const text = [rest.toString(), parametersOf(values, variables)].filter(Boolean).join("&");
  return text && `?${text}`;
}

// The producer and the fronts judge by the same rules and have the last word.
function accepted(text, { type, options = [], min, max }) {
  if (text === null) return null;
  if (type === "select") return options.includes(text) ? text : null;
  if (type !== "number") return text;
  const number = Number(text);
  return text.trim() !== "" && number >= min && number <= max ? String(number) : null;
}

/**
 * The controls of a page that has variables, at its head or in a cell of its picture: native ones, each with its label. A choice makes a new entry in
 * the browser's history and has the page show another of its instances; so does the way back.
 */
export class Variables {
  #row = make("section", "variables"); #controls = new Map(); #declared = {}; #values = {}; #path = []; #written = ""; #choose; #head;

  /** `choose(parameters)` has the page show that instance; the controls stand behind `head` until told otherwise. */
  constructor({ head, choose }) {
    this.#choose = choose;
    this.#head = head;
    this.#row.setAttribute("aria-label", "Choices for this page");
    loadStyle(new URL("./variables.css", import.meta.url));
    head.after(this.#row);
    addEventListener("popstate", this.#returned);
  }

  /** Moves the controls into that element, or back to the head. */
  stand(cell) {
    if (this.#row.parentElement === (cell ?? this.#head.parentElement)) return;
    if (cell) cell.append(this.#row);
    else this.#head.after(this.#row);
  }

  stop() {
    removeEventListener("popstate", this.#returned);
    this.#row.remove();
  }

  /** Takes in what the page declares, and what its variables are. */
  show({ variables = {}, values = {}, path = [] }) {
    this.#declared = variables;
    this.#path = path;
    this.#values = { ...values };
    if (this.#written !== JSON.stringify(variables)) this.#build();
    this.#showValues();
  }

  #build() {
    this.#written = JSON.stringify(this.#declared);
    this.#controls = new Map(Object.entries(this.#declared).filter(([name]) => !this.#path.includes(name))
      .map(([name, variable]) => [name, controlOf(variable)]));
    for (const [name, control] of this.#controls) control.addEventListener("change", () => this.#changed(name, control));
    this.#row.replaceChildren(...[...this.#controls].map(([name, control]) => {
      const label = make("label", "variable-title", this.#declared[name].title ?? name);
      label.htmlFor = control.id = `variable-${name}`;
      return make("div", "variable", label, control);
    }));
    this.#row.hidden = !this.#controls.size;
  }

  // What somebody is typing is his, until he goes back.
  #showValues(isForced = false) {
    for (const [name, control] of this.#controls) {
      if (!isForced && control === document.activeElement && control.tagName === "INPUT") continue;
      control.value = this.#values[name];
    }
  }

  #changed(name, control) {
    if (!control.reportValidity()) return;
    const { type, default: usual } = this.#declared[name];
    const value = type !== "number" ? control.value : control.value === "" ? usual : String(Number(control.value));
    if (value === this.#values[name]) return;
    this.#values = { ...this.#values, [name]: value };
    const { pathname, search, hash } = location;
    const asked = Object.fromEntries(Object.entries(this.#values).filter(([one]) => !this.#path.includes(one)));
    const own = Object.fromEntries(Object.keys(asked).map((one) => [one, this.#declared[one]]));
    history.pushState(null, "", `${pathname}${searchWith(search, asked, own)}${hash}`);
    this.#choose(parametersOf(this.#values, this.#declared));
  }

  // The segments of the path stay: another path is another load.
  #returned = () => {
    const asked = valuesIn(location.search, this.#declared);
    for (const name of this.#path) asked[name] = this.#values[name];
    this.#values = asked;
    this.#showValues(true);
    this.#choose(parametersOf(asked, this.#declared));
  };
}

function controlOf({ type, options = [], labels = {}, longest, min, max }) {
  if (type === "select") {
    const control = make("select", "variable-control");
    control.append(...options.map((value) => new Option(labels[value] ?? value, value)));
    return control;
  }
  const control = make("input", "variable-control");
  Object.assign(control, type === "number" ? { type: "number", min, max, step: "any" }
    : { type: "search", maxLength: longest, spellcheck: false, autocomplete: "off" });
  return control;
}
