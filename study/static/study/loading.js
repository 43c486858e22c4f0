// Photos of a block on their way: how many are there, and about how long the others will take.

import { element } from "./page.js";
import { groupsOf } from "./photo_groups.js";
import { fetchBitmaps, preload } from "./preload.js";

const TELLING_MS = 2000; // an estimate from less time than this would jump about

// How many seconds the photos that are missing will take, as those that are there did; null while unknown.
export function secondsLeft(done, all, elapsedMs) {
  if (done === 0 || elapsedMs < TELLING_MS) return null;
  return Math.ceil(((all - done) * elapsedMs) / done / 1000);
}

// Each photo comes as `bytes` bytes; where that is not known, each comes by itself.
export function loadPhotos(urls, { pause, onWaiting, bytes = 0 }) {
  const began = performance.now();
  const onProgress = (done, all) => tell(done, all, secondsLeft(done, all, performance.now() - began));
  tell(0, urls.length, null);
  return preload(groupsOf(urls, bytes), { load: fetchBitmaps, pause, onProgress, onWaiting });
}

function tell(done, all, seconds) {
  for (const bar of document.querySelectorAll("[data-loading-bar]")) bar.value = all ? done / all : 1;
  for (const text of document.querySelectorAll("[data-loaded]")) text.textContent = done;
  for (const text of document.querySelectorAll("[data-to-load]")) text.textContent = all;
  for (const text of document.querySelectorAll("[data-seconds]")) text.textContent = seconds ?? "";
  for (const line of document.querySelectorAll("[data-time-left]")) line.hidden = !seconds;
  element("next-loading").hidden = done === all;
}
