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

/** The `create` and `update` of a type, with its style in place. */
export async function loadComponent(type) {
  const load = modules.get(type);
  if (!load) return loadBrought(type);
  const [module] = await Promise.all([load(), loadStyle(new URL(`./${type}.css`, import.meta.url))]);
  return module;
}

/** Takes in the types that a page's author brings, `{"my-dial":{"path","integrity"}}`. */
export function bring(types = {}) { brought = new Map(Object.entries(types)); }

async function loadBrought(type) {
  const module = brought.get(type);
  if (!module) throw new Error(`no component type ${type}`);
  return (await import("../own_components.js")).loadOwn(module);
}
