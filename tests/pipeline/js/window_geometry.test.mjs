import assert from "node:assert/strict";
import { test } from "node:test";
import {
  between,
  cornerAt,
  keyed,
  moved,
  resized,
} from "../../../pipeline/static/pipeline/window_geometry.js";

const SQUARE = { aspect: 1.5, least: 0.1, most: 0.6 }; // a square in a photo of 3 x 2
const ANY = { aspect: null };
const BOX = { left: 0.2, top: 0.1, width: 0.4, height: 0.6 };

const close = (box, expected) => {
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs(box[name] - value) < 1e-9, `${name}: ${box[name]} is not ${value}`);
  }
};

test("a window stays inside the photo", () => {
  close(moved(BOX, 1, 1), { left: 0.6, top: 0.4, width: 0.4, height: 0.6 });
  close(moved(BOX, -1, -1), { left: 0, top: 0 });
});

test("resizing keeps the middle and the shape", () => {
  close(resized(BOX, 0.2, SQUARE), { left: 0.3, top: 0.25, width: 0.2, height: 0.3 });
});

test("a window is neither smaller nor larger than the study allows", () => {
  close(resized(BOX, 0.01, SQUARE), { width: 0.1, height: 0.15 });
  close(resized(BOX, 0.99, SQUARE), { width: 0.6, height: 0.9 });
});

test("a study whose levels have one size lets windows move only", () => {
  const fixed = { aspect: 1, least: 0.4, most: 0.4 };
  const box = { left: 0.1, top: 0.1, width: 0.4, height: 0.4 };
  close(keyed(box, { key: "+" }, fixed), box);
  close(keyed(box, { key: "ArrowRight" }, fixed), { left: 0.12, width: 0.4 });
});

test("arrows move, with Shift or as plus and minus they resize, Alt makes steps small", () => {
  close(keyed(BOX, { key: "ArrowDown" }, SQUARE), { left: 0.2, top: 0.12 });
  close(keyed(BOX, { key: "ArrowRight", altKey: true }, SQUARE), { left: 0.204 });
  close(keyed(BOX, { key: "ArrowRight", shiftKey: true }, SQUARE), { width: 0.42, height: 0.63 });
  close(keyed(BOX, { key: "ArrowLeft", shiftKey: true }, SQUARE), { width: 0.38 });
  close(keyed(BOX, { key: "-" }, SQUARE), { width: 0.38 });
  assert.equal(keyed(BOX, { key: "a" }, SQUARE), null);
});

test("a box of any shape is stretched side by side", () => {
  close(keyed(BOX, { key: "ArrowRight", shiftKey: true }, ANY), { left: 0.2, top: 0.1, width: 0.42, height: 0.6 });
  close(keyed(BOX, { key: "ArrowDown", shiftKey: true }, ANY), { width: 0.4, height: 0.62 });
});

test("a corner follows the pointer in whatever direction, the opposite one stays", () => {
  close(between({ x: 0.5, y: 0.5 }, { x: 0.7, y: 0.5 }, SQUARE), { left: 0.5, top: 0.5, width: 0.2, height: 0.3 });
  close(between({ x: 0.5, y: 0.5 }, { x: 0.3, y: 0.45 }, SQUARE), { left: 0.3, top: 0.2, width: 0.2, height: 0.3 });
  close(between({ x: 0.5, y: 0.5 }, { x: 2, y: 2 }, SQUARE), { left: 0.5, top: 0.5, width: 1 / 3, height: 0.5 });
  close(between({ x: 0.2, y: 0.9 }, { x: 0.1, y: 0.4 }, ANY), { left: 0.1, top: 0.4, width: 0.1, height: 0.5 });
});

test("a corner is taken within reach only", () => {
  assert.deepEqual(cornerAt(BOX, { x: 0.21, y: 0.11 }, { x: 0.02, y: 0.02 }), { x: 0.6000000000000001, y: 0.7 });
  assert.equal(cornerAt(BOX, { x: 0.4, y: 0.4 }, { x: 0.02, y: 0.02 }), null);
});
