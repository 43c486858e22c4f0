// After a practice photo: which answer was right, with the photo in view again, for as long as the person wants.

import { element, write } from "./page.js";

const LEAST_MS = 600; // a second press for the photo does not take its lesson away

// A copy of the photo, or of each of a grid's, made before the trial uses them up.
export const copied = (bitmaps) => Promise.all(bitmaps.map((bitmap) => createImageBitmap(bitmap)));

// `taught` says what was right; resolves when the person goes on, by the button or a key that answers.
export async function teach(taught, status, { names, keys, tiles }) {
  const words = status === "timeout" ? "timeout" : taught.right ? "right" : "wrong";
  const shown = [words, ...(taught.too_fast ? ["too-fast"] : [])];
  for (const word of document.querySelectorAll("[data-lesson]")) word.hidden = !shown.includes(word.dataset.lesson);
  for (const name of document.querySelectorAll("[data-right-answer]")) write(name, names[taught.places[0]]);
  tiles.forEach((tile, place) => tile.toggleAttribute("data-right", taught.places.includes(place)));
  element("lesson").hidden = false;
  element("trial").dataset.phase = "lesson";
  await gone(keys);
  element("lesson").hidden = true;
  element("trial").dataset.phase = "answered";
  for (const tile of tiles) tile.removeAttribute("data-right");
}

async function gone(keys) {
  const opened = performance.now();
  const next = element("next-photo");
  const isMeant = (event) => event.timeStamp - opened >= LEAST_MS;
  const onKey = (event) => {
    if (!event.repeat && isMeant(event) && keys.read(event) !== null) next.click();
  };
  document.addEventListener("keydown", onKey);
  next.focus();
  await new Promise((resolve) => (next.onclick = (event) => isMeant(event) && resolve()));
  document.removeEventListener("keydown", onKey);
}
