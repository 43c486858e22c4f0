import assert from "node:assert/strict";
import { test } from "node:test";
import { Attention } from "../../../study/static/study/attention.js";

// A page as Attention knows it; without `fullscreenElement`, as on an iPhone.
function newPage(fields) {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false, hasFocus: () => true }, fields);
  globalThis.addEventListener = () => {};
  return new Attention();
}

test("a browser without full screen does not fill the screen", () => {
  const attention = newPage({});
  attention.start();
  attention.atOnset();
  assert.deepEqual(attention.report, { focus_lost: false, fullscreen: false });
});

test("what counts is full screen at the onset", () => {
  const attention = newPage({ fullscreenElement: {} });
  attention.start();
  attention.atOnset();
  document.fullscreenElement = null;
  document.dispatchEvent(new Event("fullscreenchange"));
  assert.deepEqual(attention.report, { focus_lost: true, fullscreen: true });
});

test("a page that has no focus as a trial begins has lost it", () => {
  const attention = newPage({ hasFocus: () => false });
  attention.start();
  assert.equal(attention.report.focus_lost, true);
});
