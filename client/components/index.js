import { once } from "../once.js";
import { loadStyle } from "../style_loader.js";

// One line per type; a page loads only the types it shows. When adding a type, add `<type>.js` and `<type>.css`.
const modules = new Map([
  ["number", () => import("./number.js")],
  ["text", () => import("./text.js")],
  ["markdown", () => import("./markdown.js")],
  ["status", () => import("./status.js")],
  ["list", () => import("./list.js")],
  ["table", () => import("./table.js")],
  ["gauge", () => import("./gauge.js")],
  ["progress", () => import("./progress.js")],
  ["line", () => import("./line.js")],
  ["clock", () => import("./clock.js")],
  ["image", () => import("./image.js")],
  ["hello", () => import("./hello.js")],
  ["button", () => import("./button.js")],
]);

let brought = new Map();

const acting = new Set(["hello", "button"]);

/** True for types that a viewer can act on. */
export const acts = (type) => acting.has(type) || brought.has(type);

const ready = new Map();

const load = once(async (type) => {
  const [module] = await Promise.all([modules.get(type)(), loadStyle(new URL(`./${type}.css`, import.meta.url))]);
  ready.set(type, module);
  return module;
});

/** The `create` and `update` of a type, with its style in place. */
export const loadComponent = (type) => modules.has(type) ? load(type) : loadBrought(type);

/** The same without waiting, or undefined while it is not here. */
export const loadedComponent = (type) => ready.get(type);

/** Begins to fetch what frames of these types will ask for; resolves in any case. */
export const loadComponents = (types) => Promise.allSettled(types.filter((type) => modules.has(type)).map(load));

/** Takes in the types that a page's author brings, `{"my-dial":{"path","integrity"}}`. */
export function bring(types = {}) { brought = new Map(Object.entries(types)); }

async function loadBrought(type) {
  const module = brought.get(type);
  if (!module) throw new Error(`no component type ${type}`);
  return (await import("../own_components.js")).loadOwn(module);
}
