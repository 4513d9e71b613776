import { make } from "../elements.js";
import { safeImage } from "../url.js";

/** A picture that came inside the value: nobody else is asked for it. */
export function create(element, { alt, title, fit }) {
  const picture = make("img", "image-picture");
  picture.alt = alt ?? title ?? "";
  picture.hidden = true;
  if (fit === "cover") element.dataset.fit = fit;
  element.append(picture);
}

export function update(element, { value }) {
  const picture = element.firstElementChild;
  const address = safeImage(value);
  picture.hidden = address === null;
  if (address !== null && picture.src !== address) picture.src = address;
}
