// Measures what the device can do, shows the results, and lets only a suitable device continue.

import { framePeriod, grainOf } from "./clock.js";
import { element, surround } from "./page.js";
import { boardFor } from "./pair_board.js";
import { presentationLag } from "./presentation_lag.js";
import { SearchBoard } from "./search_board.js";
import { storageWorks } from "./storage.js";

const FRAMES = 60;
const CLOCK_SLACK_MS = 0.05; // as the server allows
const form = element("device");
const needs = form.dataset;
const field = (name) => form.elements.namedItem(name);

async function measure() {
  form.setAttribute("aria-busy", "true");
  reveal("measuring");
  field("viewport_w").value = document.documentElement.clientWidth;
  field("viewport_h").value = innerHeight;
  field("dpr").value = devicePixelRatio;
  field("input_device").value = matchMedia("(pointer: coarse)").matches ? "touch" : "pointer";
  field("forced_colours").value = matchMedia("(forced-colors: active)").matches ? "on" : "";
  field("surround").value = surround();
  field("clock_grain_ms").value = grainOf(() => performance.now());
  const [answers, searched] = [answersFit(), searchFits()];
  field("answers_fit").value = answers ? "on" : "";
  field("search_fits").value = searched ? "on" : "";
  const searches = needs.search === "always" || (needs.search === "crowded" && !answers);
  tellHowToAnswer(searches);
  const [hz, photo, storage] = await Promise.all([refreshRate(), photoLoads(), storageWorks()]);
  const lag = await presentationLag(needs.probe);
  field("presentation_lag_ms").value = lag ?? "";
  field("onset_known_by").value = lag === null ? "two_frames" : "presentation";
  field("refresh_hz").value = hz.toFixed(2);
  field("photo_loaded").value = photo ? "on" : "";
  field("storage_works").value = storage ? "on" : "";
  report({
    viewport: Math.min(field("viewport_w").value, field("viewport_h").value) >= needs.minimumViewport,
    ...(element("board") && { answers: searches ? searched : answers }),
    refresh: hz >= needs.slowestHz,
    ...(element("check-clock") && { clock: field("clock_grain_ms").value <= Number(needs.coarsestClock) + CLOCK_SLACK_MS }),
    photos: photo,
    storage,
  });
  form.removeAttribute("aria-busy");
}

function report(results) {
  for (const [name, passed] of Object.entries(results)) {
    element(`check-${name}`).dataset.state = passed ? "passed" : "failed";
  }
  const fit = Object.values(results).every(Boolean);
  reveal(fit ? "fit" : "unfit");
  (fit ? element("go-on") : element("again")).focus();
}

// One of the three is in view: that the measuring is under way, or how it ended.
function reveal(state) {
  for (const name of ["measuring", "fit", "unfit"]) element(name).hidden = name !== state;
}

// Lays out a trial as the player will, out of sight: nothing is painted before this page is back.
function answersFit() {
  if (!element("board")) return true;
  const board = boardFor(element("board"), Number(needs.leastPhoto));
  rehearse(true);
  const fits = board.fit();
  board.clear();
  rehearse(false);
  return fits;
}

// The same for a field in which the answer is searched, where the study has one.
function searchFits() {
  if (!element("searched")) return true;
  const board = new SearchBoard(element("board"), element("searched"), Number(needs.leastPhoto));
  rehearse(true);
  element("board").classList.add("search");
  const fits = board.fit();
  element("board").classList.remove("search");
  board.clear();
  rehearse(false);
  return fits;
}

function tellHowToAnswer(searches) {
  for (const words of document.querySelectorAll("[data-way]")) words.hidden = words.dataset.way !== (searches ? "search" : "buttons");
}

function rehearse(playing) {
  element("check").hidden = playing;
  element("trial").hidden = !playing;
  element("content").className = playing ? "playing" : "reading";
}

function refreshRate() {
  return new Promise((resolve) => {
    const times = [];
    const step = (time) => {
      times.push(time);
      if (times.length <= FRAMES) requestAnimationFrame(step);
      else resolve(1000 / framePeriod(times));
    };
    requestAnimationFrame(step);
  });
}

async function photoLoads() {
  const photo = new Image();
  photo.src = needs.probe;
  return photo.decode().then(() => true, () => false);
}

element("again").addEventListener("click", measure);
measure();
