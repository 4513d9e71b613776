// What was typed into a page's inputs and never sent, over a reload of its tab.

const LARGEST = 64 * 1024;

/** Puts unsent text away; passwords are not kept. */
export function keepTyped(storage, page, tree) {
  const typed = [...tree.elements].filter(({ input, type }) => input?.isOwned && type !== "password")
    .map(({ id, node, input, isChecked }) => [id, isChecked ? node.checked : node.value, input.offered]);
  const text = JSON.stringify(typed);
  try {
    if (typed.length && text.length <= LARGEST) storage.setItem(keyOf(page), text);
    else storage.removeItem(keyOf(page));
  } catch { /* No storage: then it is gone. */ }
}

/** Puts it back where the page still says what it said then. */
export function takeTyped(storage, page, tree) {
  for (const [id, value, offered] of read(storage, keyOf(page))) {
    const element = tree.element(id);
    if (!element?.input || element.input.offered !== offered) continue;
    if (element.isChecked) element.node.checked = value === true;
    else element.node.value = String(value);
    element.input.edited();
  }
}

function read(storage, key) {
  try {
    const kept = JSON.parse(storage.getItem(key));
    storage.removeItem(key);
    return Array.isArray(kept) ? kept.filter(Array.isArray) : [];
  } catch { return []; }
}

const keyOf = (page) => `splitflap:typed:${page}`;
