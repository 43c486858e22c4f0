// One trial as a design stands, before anybody takes part: the photo stays in view until the trial is played,
// as often as its researcher likes. Nothing is sent or stored.

import { Attention } from "./attention.js";
import { loadPhotos } from "./loading.js";
import { element, pause } from "./page.js";
import { nameTarget, openTask } from "./task.js";
import { runTrial } from "./trial.js";

const settings = JSON.parse(element("player").dataset.settings);
const trial = JSON.parse(element("design-trial").textContent);
const parts = { settings, ...openTask(settings), attention: new Attention() };
const size = { extent: trial.extent ?? 1, area: settings.areaPx };

// Unlike the player's own, this takes no focus away from the form around it.
function reveal(id) {
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.id !== id;
}

async function photos() {
  const loaded = await loadPhotos([...new Set(trial.photos)], { pause, onWaiting: () => {} });
  return Promise.all(trial.photos.map((url) => createImageBitmap(loaded.get(url))));
}

async function main() {
  await parts.stage.ready;
  const shown = await photos();
  reveal("trial");
  if (trial.target) nameTarget(trial.target);
  if (!parts.board.fit() && settings.leastPhoto > 0) return reveal("cramped");
  await new Promise(requestAnimationFrame); // the stage takes its new size
  parts.stage.fit?.();
  parts.stage.show(shown, size);
  document.documentElement.dataset.state = "still";
}

// Plays the trial in its times, to the answer; then the photo is back.
async function play() {
  if (document.documentElement.dataset.state !== "still") return;
  document.documentElement.dataset.state = "playing";
  parts.stage.clear();
  await runTrial(await photos(), size, parts);
  await main();
}

addEventListener("play-trial", play);
main();
