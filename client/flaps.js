const calm = matchMedia("(prefers-reduced-motion: reduce)");
const TURN = 320;
const STAGGER = 35;

/**
 * Writes text as one cell per character, and turns over only the cells that changed, like a split-flap board. Cells
 * are counted from the right, so that digits keep their cell when a number grows. `--letters` on the `scope` says how
 * many there are, for sizes that fit.
 */
export function setFlaps(element, text, scope = element) {
  const letters = [...text];
  if (element.ariaLabel === text) return;
  element.ariaLabel = text;
  const isFirst = element.childElementCount === 0;
  while (element.childElementCount > letters.length) element.firstElementChild.remove();
  const more = Array.from({ length: letters.length - element.childElementCount }, () => document.createElement("span"));
  element.prepend(...more);
  scope.style.setProperty("--letters", widthOf(letters));
  let turned = 0;
  for (let index = letters.length - 1; index >= 0; index -= 1) {
    if (setCell(element.children[index], letters[index], isFirst, turned)) turned += 1;
  }
}

// Separators take about half the room of a digit.
const isNarrow = (letter) => /[.,:'\u2019\s|]/.test(letter);
const widthOf = (letters) => letters.reduce((sum, letter) => sum + (isNarrow(letter) ? 0.5 : 1), 0).toFixed(1);

function setCell(cell, letter, isFirst, turned) {
  const old = cell.textContent;
  if (old === letter) return false;
  cell.textContent = letter;
  cell.className = isNarrow(letter) ? "flap flap-narrow" : "flap";
  if (isFirst || calm.matches || document.hidden) return false;
  cell.dataset.old = old;
  turn(cell, "::before", [
    { transform: "rotateX(0)", opacity: 1, easing: "ease-in" },
    { transform: "rotateX(-90deg)", opacity: 1, offset: 0.55 },
    { transform: "rotateX(-90deg)", opacity: 0, offset: 0.56 }, { transform: "rotateX(-90deg)", opacity: 0 },
  ], turned);
  turn(cell, "::after", [
    { clipPath: "inset(50% 0 0 0)", opacity: 1 },
    { clipPath: "inset(50% 0 0 0)", opacity: 1, offset: 0.5, easing: "ease-out" },
    { clipPath: "inset(100% 0 0 0)", opacity: 1 },
  ], turned);
  return true;
}

const turn = (cell, pseudoElement, frames, turned) =>
  cell.animate(frames, { pseudoElement, duration: TURN, delay: turned * STAGGER, fill: "backwards" });
