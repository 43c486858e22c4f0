// 1/f noise as pure functions: random phases under an amplitude spectrum that falls with spatial frequency, as in
// photos.

const MEAN = 128;
const CONTRAST = 52; // standard deviation in grey levels; about 1.5 % of pixels are clipped

// Grey noise as RGBA bytes; `side` is a power of two.
export function noiseImage(side, random) {
  const values = oneOverF(side, random);
  const bytes = new Uint8ClampedArray(4 * side * side);
  values.forEach((value, index) => {
    const grey = MEAN + CONTRAST * value;
    bytes.set([grey, grey, grey, 255], 4 * index);
  });
  return bytes;
}

// Noise with mean 0 and standard deviation 1 whose amplitude is proportional to 1/f.
export function oneOverF(side, random) {
  const real = new Float64Array(side * side);
  const imaginary = new Float64Array(side * side);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const frequency = Math.hypot(wrapped(row, side), wrapped(column, side));
      if (frequency === 0) continue;
      const phase = 2 * Math.PI * random();
      real[row * side + column] = Math.cos(phase) / frequency;
      imaginary[row * side + column] = Math.sin(phase) / frequency;
    }
  }
  transform2d(real, imaginary, side);
  return standardised(real);
}

function wrapped(index, side) {
  return index <= side / 2 ? index : index - side;
}

function standardised(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance));
}

// Discrete Fourier transform of a square in place; rows, then columns.
export function transform2d(real, imaginary, side) {
  for (let row = 0; row < side; row += 1) transform(real, imaginary, side, row * side, 1);
  for (let column = 0; column < side; column += 1) transform(real, imaginary, side, column, side);
}

// Radix-2 transform (Cooley and Tukey) of `length` values that lie `step` apart.
function transform(real, imaginary, length, start, step) {
  reverseBits(real, imaginary, length, start, step);
  for (let size = 2; size <= length; size *= 2) {
    for (let group = 0; group < length; group += size) {
      for (let k = 0; k < size / 2; k += 1) {
        butterfly(real, imaginary, start + (group + k) * step, (size / 2) * step, (-2 * Math.PI * k) / size);
      }
    }
  }
}

function butterfly(real, imaginary, low, distance, angle) {
  const high = low + distance;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const turnedReal = real[high] * cos - imaginary[high] * sin;
  const turnedImaginary = real[high] * sin + imaginary[high] * cos;
  real[high] = real[low] - turnedReal;
  imaginary[high] = imaginary[low] - turnedImaginary;
  real[low] += turnedReal;
  imaginary[low] += turnedImaginary;
}

function reverseBits(real, imaginary, length, start, step) {
  for (let index = 1, reversed = 0; index < length; index += 1) {
    let bit = length >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index < reversed) swap(real, imaginary, start + index * step, start + reversed * step);
  }
}

function swap(real, imaginary, a, b) {
  [real[a], real[b]] = [real[b], real[a]];
  [imaginary[a], imaginary[b]] = [imaginary[b], imaginary[a]];
}
