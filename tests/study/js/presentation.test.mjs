import assert from "node:assert/strict";
import { test } from "node:test";
import { Presentation } from "../../../study/static/study/presentation.js";

// A screen that notes what is drawn in which frame, and frames that come when the test says.
function setUp(period, drops = () => 0, how = {}) {
  let time = 1000;
  let count = 0;
  const shown = [];
  const awake = [];
  const draw = (what) => () => shown.push([what, time]);
  const screen = { fixation: draw("fixation"), photo: draw("photo"), mask: draw("mask"), blank: draw("blank"), again: () => awake.push(time) };
  const nextFrame = async () => {
    count += 1;
    time += period * (1 + drops(count));
    return time;
  };
  return { presentation: new Presentation(screen, nextFrame, how), shown, awake, frames: () => count, now: () => time };
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

const ways = [
  ["two frames after it was drawn where the browser tells nothing", {}, 20],
  ["after the lag that the browser told, from the page's own thread", { lag: 7 }, 7],
  ["a frame later from another thread, whose frames the compositor takes with the next", { lag: 7, ownThread: true }, 17],
];
for (const [when, how, after] of ways) {
  test(`the onset is when the photo is seen: ${when}`, async () => {
    const { presentation, shown } = setUp(10, () => 0, how);
    let onset;
    const result = await presentation.run(plan, (time) => (onset = time));
    const drawn = shown.find(([what]) => what === "photo")[1];
    assert.equal(onset, drawn + after);
    assert.equal(result.onset, onset);
    assert.ok(Math.abs(result.stimulusMs - 200) <= 5);
  });
}

test("every frame of a trial has something to show, so that the compositor stays awake", async () => {
  const { presentation, awake, frames } = setUp(10);
  await presentation.run(plan, () => {});
  assert.equal(awake.length, frames());
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
    assert.ok(Math.abs(now() - result.onset - 2000) <= 30);
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
