import { make } from "./elements.js";
import { loadStyle } from "./style_loader.js";

let open = null;

/** Asks before something is done; true when the viewer says so. A second question while one is open is not asked. */
export async function confirmed(question, answer) {
  if (open) return false;
  await loadStyle(new URL("./confirm.css", import.meta.url));
  const text = make("p", "confirm-question", question);
  text.id = "confirm-question";
  const dialog = make("dialog", "confirm", make("form", "", text, choices(answer)));
  dialog.firstElementChild.method = "dialog";
  dialog.setAttribute("aria-labelledby", text.id);
  document.body.append(dialog);
  open = dialog;
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.remove();
  open = null;
  return dialog.returnValue === "yes";
}

function choices(answer) {
  const cancel = make("button", "confirm-choice", "Cancel");
  const yes = make("button", "confirm-choice confirm-yes", answer);
  Object.assign(cancel, { value: "no", autofocus: true });
  yes.value = "yes";
  return make("div", "confirm-choices", cancel, yes);
}
