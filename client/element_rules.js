// What an element on a page may be: pure lists and checks. docs/elements.md says the same in words.
import { rootedLink, safeImage } from "./url.js";

const words = (text) => text.split(/\s+/).filter(Boolean);

/** Everything that neither runs, nor loads, nor sends by itself. */
const TAGS = new Set(words(`
  address article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section search
  blockquote dd div dl dt figcaption figure hr li menu ol p pre ul
  a abbr b bdi bdo br cite code data dfn em i kbd mark q rp rt ruby s samp small span strong sub sup time u var wbr
  img del ins caption col colgroup table tbody td tfoot th thead tr
  button datalist fieldset form input label legend meter optgroup option output progress select textarea
  details dialog summary`));

const INPUTS = new Set(words(`text password email search tel url number range date time datetime-local month week color
  checkbox radio hidden button submit reset`));
const BUTTONS = new Set(["button", "submit", "reset"]);

const GLOBAL = new Set(words("title lang dir role tabindex spellcheck translate inert autofocus accesskey enterkeyhint"));
const OF_TAG = new Map(Object.entries({
  a: "href target download hreflang",
  img: "src alt width height loading decoding",
  button: "type disabled name value",
  input: `type name placeholder min max step pattern minlength maxlength required readonly disabled multiple size
    autocomplete inputmode list`,
  textarea: "name rows cols placeholder required readonly disabled minlength maxlength autocomplete wrap inputmode",
  select: "name multiple size required disabled autocomplete",
  option: "value label disabled", optgroup: "label disabled", label: "for", form: "autocomplete novalidate",
  fieldset: "disabled", output: "for", progress: "value max", meter: "value min max low high optimum",
  td: "colspan rowspan headers", th: "colspan rowspan headers scope abbr", col: "span", colgroup: "span",
  ol: "start reversed type", li: "value", data: "value", time: "datetime", del: "datetime", ins: "datetime",
  details: "open name", dialog: "open",
}).map(([tag, names]) => [tag, new Set(words(names))]));

// These name other elements, or are names by which a document could be confused: they get a prefix of their own.
const NAMES = new Set(words(`id for name list headers aria-labelledby aria-describedby aria-controls aria-owns
  aria-details aria-activedescendant aria-flowto aria-errormessage`));
const RESERVED = new Set(["data-action", "data-component"]);
const PREFIX = "u-";

/** True for a tag that is drawn; of `input` only types that send no file and load no picture. */
export function isAllowedTag(tag, attributes) {
  return TAGS.has(tag) && (tag !== "input" || INPUTS.has(inputType(attributes)));
}

/** An input's type in lower case; `text` if none is said. */
export const inputType = (attributes) => String(attributes?.type ?? "text").toLowerCase();

/** A name as it stands in the document: `u-` before each word. */
export const prefixed = (text) => words(String(text)).map((word) => PREFIX + word).join(" ");

/** The name as the page said it. */
export const unprefixed = (text) => text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;

/**
 * `[name, value]` as they are set, or null for what is left out. A value is text; null means that the attribute is to
 * be absent. `onclick`, `class` and `style` are no attributes here.
 */
export function checkedAttribute(tag, name, value) {
  if (typeof name !== "string" || !isKnown(tag, name)) return null;
  if (value === null || value === undefined || value === false) return [name, null];
  const text = value === true ? "" : String(value);
  if (typeof value === "object") return null;
  if (NAMES.has(name)) return [name, prefixed(text) || null];
  if (name === "href") return [name, linkOf(text)];
  if (name === "src") return [name, safeImage(text)];
  if (name === "target") return [name, text === "_blank" ? text : null];
  if (name === "type" && tag === "button") return [name, BUTTONS.has(text) ? text : "button"];
  return [name, text];
}

// A place on the page itself is a name, too.
function linkOf(text) {
  const address = rootedLink(text);
  return address?.startsWith("#") && address.length > 1 ? `#${PREFIX}${address.slice(1)}` : address;
}

function isKnown(tag, name) {
  if (RESERVED.has(name)) return false;
  if (/^(?:aria|data)-[a-z0-9_-]{1,64}$/.test(name)) return true;
  return name === "id" || GLOBAL.has(name) || OF_TAG.get(tag)?.has(name) === true;
}
