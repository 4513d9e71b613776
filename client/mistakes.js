import { make, setText } from "./elements.js";

/** What is wrong with the page's file, for its editor: a panel over the last good version. */
export function showMistakes(text) {
  let panel = document.querySelector(".mistakes");
  if (!text) return panel?.remove();
  if (!panel) {
    panel = make("aside", "mistakes", make("h2", "mistakes-title", "This file has mistakes"), make("pre", "mistakes-text"));
    panel.setAttribute("role", "alert");
    panel.lastElementChild.tabIndex = 0;
    document.body.append(panel);
  }
  setText(panel.lastElementChild, text);
}
