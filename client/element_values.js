// What inputs hold: reads it for events, and shows what the page says where it may (viewer_input.js decides).
import { unprefixed } from "./element_rules.js";

const TEXTLESS = new Set(["button", "submit", "reset"]);

/** Shows the page's values in all inputs where they are the page's to set. */
export function fillInputs(elements) {
  for (const element of elements) {
    if (!element.input) continue;
    const state = element.input.take(document.activeElement === element.node)
      ?? (element.tag === "select" ? element.input.settled : null);
    if (state) show(element, state);
  }
}

/** Gives an input back what the page last said. */
export function resetInput(element) { show(element, element.input.reset() ?? {}); }

function show({ node, tag, isChecked }, { value = null, checked }) {
  if (isChecked) {
    if (typeof checked === "boolean" && node.checked !== checked) node.checked = checked;
  } else if (tag === "select" && node.multiple) {
    const wanted = new Set(Array.isArray(value) ? value : []);
    if (value !== null) for (const option of node.options) option.selected = wanted.has(option.value);
  } else if (value !== null && node.value !== String(value)) {
    node.value = String(value);
  }
}

/** The data of an `input` or `change`. */
export function changeOf({ node, tag, isChecked, isRadio }) {
  if (isRadio) return { checked: node.checked, value: node.value };
  if (isChecked) return { checked: node.checked, ...(node.hasAttribute("value") && { value: node.value }) };
  if (tag === "select" && node.multiple) return { values: chosen(node) };
  return { value: node.value };
}

/** The text of an input for events that are not about it; nothing for other elements. */
export function textOf({ input, node, isChecked, type }) {
  return input && !isChecked && !TEXTLESS.has(type) && typeof node.value === "string" ? { value: node.value } : {};
}

const chosen = (select) => [...select.selectedOptions].map((option) => option.value);

/**
 * `{name: value}` of a form's named controls. Prototype methods, because a control may be called as they are; of one
 * name with several checkboxes the checked values, of radios the chosen one or "".
 */
export function formOf(controls, submitter) {
  const form = new Map();
  for (const element of controls) {
    const name = unprefixed(element.node.getAttribute("name") ?? "");
    if (!name || element.node.matches(":disabled")) continue;
    if (element.isRadio) form.set(name, element.node.checked ? element.node.value : form.get(name) ?? "");
    else if (element.type === "checkbox") addCheckbox(form, name, element.node, controls);
    else add(form, name, element.tag === "select" && element.node.multiple ? chosen(element.node) : element.node.value);
  }
  const name = unprefixed(submitter?.getAttribute("name") ?? "");
  if (name) form.set(name, submitter.value);
  return Object.fromEntries(form);
}

function addCheckbox(form, name, node, controls) {
  const same = controls.filter(({ type, node: other }) => type === "checkbox" && other.name === node.name);
  if (same.length === 1) form.set(name, node.checked);
  else form.set(name, [...(form.get(name) ?? []), ...(node.checked ? [node.value] : [])]);
}

function add(form, name, value) {
  if (!form.has(name)) form.set(name, value);
  else form.set(name, [form.get(name), value].flat());
}
