// Runs one trial from fixation to answer and returns its record; `photo` are its bitmaps: one, two, or those of a grid;
// `size` says how large they are drawn.

import { digitOf, isShortcut } from "./keys.js";
import { element, showScreen } from "./page.js";

export async function runTrial(photo, size, { stage, responses, attention, settings }) {
  attention.start();
  responses.listen();
  const showing = stage.present({
    photo,
    size,
    fixationMs: settings.fixationMs,
    stimulusMs: settings.stimulusMs,
    maskMs: settings.maskMs,
    deadlineMs: settings.deadlineMs,
  });
  const onset = await showing.onset;
  attention.atOnset();
  element("trial").dataset.phase = "answering";
  const onsetUtc = new Date(performance.timeOrigin + onset).toISOString();
  const response = await Promise.race([responses.first(onset), showing.done.then(() => null)]);
  showing.stop();
  responses.close();
  element("trial").dataset.phase = "answered";
  const timing = await showing.done;
  const given = outcome(response, onset, settings.deadlineMs, responses);
  const answer = { ...given, ...timingFields(timing), onset_utc: onsetUtc };
  if (settings.askConfidence && answer.status === "answered") answer.confidence = await askConfidence();
  return { ...answer, ...attention.report };
}

// A choice after the deadline is a timeout, no matter when the page learns of either.
function outcome(response, onset, deadlineMs, responses) {
  const rt = response === null ? Infinity : response.time - onset;
  if (rt > deadlineMs) return { status: "timeout", ...responses.unfinished?.(onset) };
  return { status: "answered", ...responses.record(response, onset), rt_ms: rt };
}

function timingFields(timing) {
  return {
    stimulus_ms_achieved: timing.stimulusMs,
    mask_ms_achieved: timing.maskMs,
    shown_px: timing.shownPx,
    frame_ms: timing.frameMs,
    dropped_frames: timing.droppedFrames,
  };
}

function askConfidence() {
  showScreen("confidence");
  return new Promise((resolve) => {
    const buttons = [...document.querySelectorAll("[data-confidence]")];
    const choose = (value) => {
      document.removeEventListener("keydown", onKey);
      for (const button of buttons) button.onclick = null;
      showScreen("trial");
      resolve(value);
    };
    const onKey = (event) => {
      if (event.repeat || isShortcut(event)) return;
      const button = buttons.find((candidate) => Number(candidate.dataset.confidence) === digitOf(event));
      if (button) choose(Number(button.dataset.confidence));
    };
    document.addEventListener("keydown", onKey);
    for (const button of buttons) button.onclick = () => choose(Number(button.dataset.confidence));
  });
}
