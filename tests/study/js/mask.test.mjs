import assert from "node:assert/strict";
import { test } from "node:test";
import { noiseImage, oneOverF, transform2d } from "../../../study/static/study/mask.js";

// A small generator, so that a failing seed can be repeated (mulberry32).
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const SIDE = 64;

function spectrumSlope(values) {
  const real = Float64Array.from(values);
  const imaginary = new Float64Array(values.length);
  transform2d(real, imaginary, SIDE);
  const points = [];
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      const [y, x] = [row, column].map((index) => (index <= SIDE / 2 ? index : index - SIDE));
      const frequency = Math.hypot(x, y);
      if (frequency < 2 || frequency > SIDE / 2 - 1) continue;
      const index = row * SIDE + column;
      points.push([Math.log(frequency), Math.log(Math.hypot(real[index], imaginary[index]))]);
    }
  }
  return slope(points);
}

function slope(points) {
  const [meanX, meanY] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

test("the amplitude falls as 1/f", () => {
  const slope = spectrumSlope(oneOverF(SIDE, seeded(1)));
  assert.ok(slope > -1.15 && slope < -0.85, `slope ${slope}`);
});

test("values have mean 0 and standard deviation 1", () => {
  const values = oneOverF(SIDE, seeded(2));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length - mean ** 2;
  assert.ok(Math.abs(mean) < 1e-9);
  assert.ok(Math.abs(variance - 1) < 1e-9);
});

test("a transform of a wave is that wave's frequency alone", () => {
  const real = new Float64Array(SIDE * SIDE);
  for (let k = 0; k < SIDE * SIDE; k += 1) real[k] = Math.cos((2 * Math.PI * 5 * (k % SIDE)) / SIDE);
  const imaginary = new Float64Array(SIDE * SIDE);
  transform2d(real, imaginary, SIDE);
  const peaks = [...real.keys()].filter((k) => Math.hypot(real[k], imaginary[k]) > 1);
  assert.deepEqual(peaks, [5, SIDE - 5]);
});

test("an image is grey, opaque, and rarely clipped", () => {
  const bytes = noiseImage(SIDE, seeded(3));
  let clipped = 0;
  for (let k = 0; k < bytes.length; k += 4) {
    assert.ok(bytes[k] === bytes[k + 1] && bytes[k] === bytes[k + 2] && bytes[k + 3] === 255);
    clipped += bytes[k] === 0 || bytes[k] === 255;
  }
  assert.ok(clipped / (SIDE * SIDE) < 0.05);
});
