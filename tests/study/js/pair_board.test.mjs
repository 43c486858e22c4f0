import assert from "node:assert/strict";
import { test } from "node:test";

import { PlaceKeys } from "../../../study/static/study/keys.js";
import { pairLayout } from "../../../study/static/study/pair_board.js";

const WINDOWS = [
  [374, 540, "stacked"],
  [304, 450, "stacked"],
  [734, 230, "abreast"],
  [960, 650, "abreast"],
];

for (const [width, height, pair] of WINDOWS) {
  test(`two photos stand ${pair} in ${width} x ${height}, as large as they can`, () => {
    const answers = 56;
    const layout = pairLayout({ width, height, answers });
    assert.equal(layout.pair, pair);
    const [across, down] = pair === "abreast" ? [2 * layout.photo + 16, layout.photo] : [layout.photo, 2 * layout.photo + 16];
    assert.ok(across <= width && down + answers <= height);
    const larger = layout.photo + 2;
    assert.ok(2 * larger + 16 > width || larger + answers > height);
    assert.ok(larger > width || 2 * larger + 16 + answers > height);
  });
}

const press = (key) => ({ key, code: key, timeStamp: 5 });

test("arrows answer left and right, and above and below, where photos may stand either way", () => {
  const keys = new PlaceKeys(["ArrowLeft", "ArrowRight"]);
  const choices = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map((key) => keys.read(press(key)).choice);
  assert.deepEqual(choices, [0, 1, 0, 1]);
  assert.equal(keys.read(press("x")), null);
});

test("letters answer as they are", () => {
  const keys = new PlaceKeys(["F", "J"]);
  assert.deepEqual(["f", "j"].map((key) => keys.read(press(key)).choice), [0, 1]);
  assert.equal(keys.read(press("ArrowUp")), null);
});
