// The producer writes these rules (Sources/Splitflap/Styles); nothing in them ever needs an address.
const ADDRESS = /url\(|@import|image-set|src\(/i;
let sheet = null;

/** Makes the page's utility classes mean something, through a style sheet that the content policy allows. */
export function showRules(css) {
  if (!sheet && !css) return;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  if (ADDRESS.test(css)) return console.warn("Splitflap: the page's style rules hold an address and are not used");
  sheet.replaceSync(css);
}
