// Which styles an element may have: properties by name, values without any address.

/** By name; Tests/Wire/styles/styles.json has the same for Swift. */
export const PROPERTIES = new Set(`
  accent-color align-content align-items align-self animation-play-state appearance aspect-ratio backdrop-filter
  backface-visibility background background-blend-mode background-clip background-color background-image background-origin
  background-position background-repeat background-size block-size border border-collapse border-color border-image-slice
  border-radius border-spacing border-style border-width bottom box-shadow box-sizing break-after break-before
  break-inside caption-side caret-color clear clip-path color color-scheme column-count column-fill column-gap
  column-rule column-span column-width columns contain container-type content-visibility cursor direction display
  empty-cells field-sizing filter flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font
  font-family font-feature-settings font-kerning font-size font-stretch font-style font-variant font-variant-numeric
  font-weight gap grid grid-area grid-auto-columns grid-auto-flow grid-auto-rows grid-column grid-column-end
  grid-column-start grid-row grid-row-end grid-row-start grid-template grid-template-areas grid-template-columns
  grid-template-rows height hyphens inline-size inset inset-block inset-inline isolation justify-content justify-items
  justify-self left letter-spacing line-break line-height list-style list-style-position list-style-type margin
  margin-block margin-block-end margin-block-start margin-inline margin-inline-end margin-inline-start max-block-size
  max-height max-inline-size max-width min-block-size min-height min-inline-size min-width mix-blend-mode object-fit
  object-position opacity order outline outline-color outline-offset outline-style outline-width overflow
  overflow-anchor overflow-wrap overflow-x overflow-y overscroll-behavior padding padding-block padding-block-end
  padding-block-start padding-inline padding-inline-end padding-inline-start perspective place-content place-items
  place-self pointer-events position resize right rotate row-gap scale scroll-behavior scroll-margin scroll-padding
  scroll-snap-align scroll-snap-type scrollbar-color scrollbar-gutter scrollbar-width tab-size table-layout text-align
  text-align-last text-decoration text-decoration-color text-decoration-line text-decoration-style
  text-decoration-thickness text-emphasis text-indent text-overflow text-shadow text-transform text-underline-offset
  text-wrap top touch-action transform transform-origin transform-style transition transition-delay
  transition-duration transition-property transition-timing-function translate unicode-bidi user-select vertical-align
  visibility white-space width will-change word-break word-spacing writing-mode z-index zoom
`.split(/\s+/).filter(Boolean));

const SIDES = /^(?:border|margin|padding)-(?:top|right|bottom|left)(?:-(?:color|style|width))?$|^border-(?:top|bottom)-(?:left|right)-radius$/;
const OWN = /^--[a-z][a-z0-9-]{0,62}$/;

const FUNCTIONS = new Set(`
  calc min max clamp var env rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark
  linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
  repeating-conic-gradient translate translatex translatey translatez translate3d scale scalex scaley scalez scale3d
  rotate rotatex rotatey rotatez rotate3d skew skewx skewy matrix matrix3d perspective cubic-bezier steps linear repeat
  minmax fit-content blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia inset
  circle ellipse polygon round mod rem sin cos tan
`.split(/\s+/).filter(Boolean));

const LONGEST = 500;

/** True for a property an element may set. */
export const isAllowedProperty = (name) => PROPERTIES.has(name) || SIDES.test(name) || OWN.test(name);

/** True for a value that can ask nobody for anything: known functions only, nothing escaped, nothing after it. */
export function isHarmlessValue(value) {
  if (typeof value !== "string" || value.length > LONGEST || /[\\;{}@<>!]|\/\*/.test(value)) return false;
  for (const [, name] of value.matchAll(/([^\s,()/*+]*)\(/g)) {
    if (name !== "" && !FUNCTIONS.has(name.replace(/^-/, "").toLowerCase())) return false;
  }
  return true;
}
