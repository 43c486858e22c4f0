import assert from "node:assert/strict";
import { test } from "node:test";
import { Presentation } from "../../../study/static/study/presentation.js";

// A screen that notes what is drawn in which frame, and frames that come when the test says.
function setUp(period, drops = () => 0) {
  let time = 1000;
  let count = 0;
  const shown = [];
  const draw = (what) => () => shown.push([what, time]);
  const screen = { fixation: draw("fixation"), photo: draw("photo"), mask: draw("mask"), blank: draw("blank") };
  const nextFrame = async () => {
    count += 1;
    time += period * (1 + drops(count));
    return time;
  };
  return { presentation: new Presentation(screen, nextFrame), shown, now: () => time };
}

const plan = { photo: {}, fixationMs: 500, stimulusMs: 200, maskMs: 100, deadlineMs: 2000 };

for (const hz of [60, 120, 144]) {
  test(`at ${hz} Hz photo and mask last as planned, within half a frame`, async () => {
    const { presentation } = setUp(1000 / hz);
    for (let trial = 0; trial < 20; trial += 1) {
      const result = await presentation.run(plan, () => {});
      assert.ok(Math.abs(result.stimulusMs - 200) <= 500 / hz + 1e-6);
      assert.ok(Math.abs(result.maskMs - 100) <= 500 / hz + 1e-6);
      assert.equal(result.droppedFrames, 0);
    }
  });
}

test("every change is drawn in a frame, in its order", async () => {
  const { presentation, shown } = setUp(10);
  await presentation.run(plan, () => {});
  assert.deepEqual(shown.map(([what]) => what), ["fixation", "photo", "mask", "blank"]);
});

test("the onset is reported once the photo is on the screen: a frame after it was drawn", async () => {
  const { presentation, shown } = setUp(10);
  let onset;
  const result = await presentation.run(plan, (time) => (onset = time));
  const drawn = shown.find(([what]) => what === "photo")[1];
  assert.equal(onset, drawn + 10);
  assert.equal(result.onset, onset);
});

test("an answer takes an untimed photo away in the next frame", async () => {
  const { presentation, shown, now } = setUp(10);
  const running = presentation.run({ ...plan, stimulusMs: null, maskMs: 0 }, () => presentation.stop());
  const result = await running;
  assert.equal(result.ended, "stopped");
  assert.ok(result.stimulusMs <= 20);
  assert.equal(shown.at(-1)[0], "blank");
  assert.ok(now() > 0);
});

test("without an answer the trial ends at its deadline, timed or not", async () => {
  for (const stimulusMs of [null, 200]) {
    const { presentation, now } = setUp(10);
    const result = await presentation.run({ ...plan, stimulusMs }, () => {});
    assert.equal(result.ended, "deadline");
    assert.ok(Math.abs(now() - result.onset - 2000) <= 20);
  }
});

test("a dropped frame near the end costs what it must, and is reported", async () => {
  const { presentation } = setUp(1000 / 60, (count) => (count === 43 ? 2 : 0));
  const result = await presentation.run(plan, () => {});
  assert.equal(result.droppedFrames, 2);
  assert.ok(result.stimulusMs > 200 && result.stimulusMs < 240, `${result.stimulusMs}`);
});

test("an early answer changes neither the time of a timed photo nor that of its mask", async () => {
  const { presentation, shown } = setUp(10);
  const result = await presentation.run(plan, () => presentation.stop());
  assert.ok(Math.abs(result.stimulusMs - 200) <= 5);
  assert.ok(Math.abs(result.maskMs - 100) <= 5);
  assert.equal(result.ended, "stopped");
  assert.equal(shown.at(-1)[0], "blank");
});
