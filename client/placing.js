// Puts children into their order with as few moves as possible, because what moves may lose its focus and its scrolling.

/**
 * Which of `positions` may stay where they are: a longest rising run, as a set of indexes. `positions[i]` is where the
 * i-th wanted child stands now, -1 for one that stands elsewhere. The run holds the index `pinned` if that is not -1.
 *
 * `[0, 3, 1, 2]` gives the indexes 0, 2 and 3: only the second child moves. With 1 pinned it gives 0 and 1.
 */
export function staying(positions, pinned = -1) {
  if (pinned < 0 || positions[pinned] < 0) return new Set(risingRun(positions, () => true));
  const at = positions[pinned];
  const fits = (position, index) => index === pinned || (index < pinned ? position < at : position > at);
  return new Set(risingRun(positions, fits));
}

// Patience sorting: `ends[n]` is the index of the smallest end of a run of n + 1.
function risingRun(positions, fits) {
  const ends = [], before = [];
  positions.forEach((position, index) => {
    if (position < 0 || !fits(position, index)) return;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (positions[ends[middle]] < position) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? ends[low - 1] : -1;
    ends[low] = index;
  });
  const run = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]) run.push(index);
  return run.reverse();
}

/** Puts `wanted` into `parent` in this order; other children stay between them. */
export function order(parent, wanted) {
  // From the front: of a list of choices the browser picks the first that comes.
  if (!parent.hasChildNodes() && !wanted.some((node) => node.isConnected)) return parent.append(...wanted);
  const places = new Map([...parent.childNodes].map((node, index) => [node, index]));
  const positions = wanted.map((node) => places.get(node) ?? -1);
  if (positions.every((position, index) => position >= 0 && (index === 0 || position > positions[index - 1]))) return;
  const active = document.activeElement;
  const stay = staying(positions, wanted.findIndex((node) => node.contains(active)));
  let next = null;
  for (let index = wanted.length - 1; index >= 0; index -= 1) {
    if (!stay.has(index)) move(parent, wanted[index], next);
    next = wanted[index];
  }
}

function move(parent, node, next) {
  const isConnected = node.isConnected && parent.isConnected;
  if (isConnected && parent.moveBefore) return parent.moveBefore(node, next);
  const scrolled = isConnected ? scrolledIn(node) : [];
  parent.insertBefore(node, next);
  for (const [element, top, left] of scrolled) element.scrollTo(left, top);
}

function scrolledIn(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  return [node, ...node.querySelectorAll("*")].filter((element) => element.scrollTop || element.scrollLeft)
    .map((element) => [element, element.scrollTop, element.scrollLeft]);
}
