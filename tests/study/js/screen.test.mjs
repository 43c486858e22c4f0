import assert from "node:assert/strict";
import { test } from "node:test";
import { fitsUpright, millimetresPerPixel, SIDES } from "../../../study/static/study/card.js";
import { sideOf } from "../../../study/static/study/screen.js";

const canvas = { width: 400, height: 420 };

test("a photo fills the canvas unless it is to be smaller", () => {
  assert.equal(sideOf(canvas, { extent: 1, area: 0 }), 400);
  assert.equal(sideOf(canvas, { extent: 0.3, area: 0 }), 120);
  assert.equal(sideOf(canvas), 400);
});

test("an area in degrees is kept where it fits, and no larger than fits elsewhere", () => {
  assert.equal(sideOf(canvas, { extent: 1, area: 250 }), 250);
  assert.equal(sideOf(canvas, { extent: 0.5, area: 250 }), 125);
  assert.equal(sideOf(canvas, { extent: 0.5, area: 900 }), 200);
});

test("a card tells the size of a pixel of the screen, however the page is zoomed", () => {
  const plain = millimetresPerPixel(SIDES.across, 323.5, 1);
  assert.ok(Math.abs(plain - 25.4 / 96) < 1e-4);
  assert.equal(millimetresPerPixel(SIDES.across, 161.75, 2), plain);
});

test("on a phone the card stands upright, where its shorter side fits", () => {
  assert.deepEqual([320, 390, 599, 600, 1366].map(fitsUpright), [true, true, true, false, false]);
});
