import assert from "node:assert/strict";
import { test } from "node:test";
import { droppedFrames, FrameLog, framePeriod, grainOf, isDue, median } from "../../../study/static/study/clock.js";

const frames = (count, period, start = 1000) => Array.from({ length: count }, (_, k) => start + k * period);

test("the period is the median gap, whatever frames were dropped", () => {
  const times = frames(60, 1000 / 60).filter((_, index) => index % 7 !== 3);
  assert.ok(Math.abs(framePeriod(times) - 1000 / 60) < 1e-9);
});

for (const hz of [60, 75, 90, 120, 144, 240]) {
  test(`at ${hz} Hz the period is found from jittered times`, () => {
    const jittered = frames(60, 1000 / hz).map((time, index) => time + (index % 2 ? 0.1 : -0.1));
    assert.ok(Math.abs(framePeriod(jittered) - 1000 / hz) < 0.25);
  });

  test(`at ${hz} Hz a photo of 200 ms stays within half a frame of it`, () => {
    const period = 1000 / hz;
    const painted = 5000;
    let frame = painted;
    while (!isDue(frame, painted, 200, period)) frame += period;
    const seenAsGone = frame + period;
    assert.ok(Math.abs(seenAsGone - painted - 200) <= period / 2 + 1e-9);
  });
}

test("a photo shorter than a frame is shown for one frame", () => {
  assert.equal(isDue(100, 100, 5, 16.7), true);
});

test("frames that did not come are counted", () => {
  assert.equal(droppedFrames(frames(10, 16.7), 16.7), 0);
  assert.equal(droppedFrames([0, 16.7, 50.1, 66.8], 16.7), 1);
  assert.equal(droppedFrames([0, 83.5], 16.7), 4);
  assert.equal(droppedFrames([], 16.7), 0);
});

test("without frames the usual period is assumed, and pauses of a hidden page are ignored", () => {
  assert.equal(framePeriod([]), 1000 / 60);
  assert.ok(Math.abs(framePeriod([0, 10, 20, 9000, 9010, 9020]) - 10) < 1e-9);
});

test("a log forgets old frames: a window moved to a faster screen is noticed", () => {
  const log = new FrameLog();
  frames(200, 1000 / 60).forEach((time) => log.add(time));
  frames(200, 1000 / 144, 9000).forEach((time) => log.add(time));
  assert.ok(Math.abs(log.period - 1000 / 144) < 1e-9);
});

test("the median of an even number lies between the middle two", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

test("the grain of a clock is its smallest step, however often it is asked", () => {
  for (const grain of [0.1, 1, 16.667, 100]) {
    let asked = 0;
    const now = () => Math.floor((asked += 0.02) / grain) * grain;
    assert.equal(grainOf(now), grain);
  }
});
