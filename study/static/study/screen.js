// What is drawn on the canvas, without any timing.

import { noiseImage } from "./mask.js";

const BACKGROUND = "#dcdcdc"; // as the page's
const FIXATION_SHARE = 0.06;
const MASKS = 4;
const MASK_SIDE = 256;

export class Screen {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.masks = [];
    this.shown = 0;
    this.blank();
  }

  // Noise is made ahead of time: it takes longer than a frame.
  prepareMasks() {
    for (let index = 0; index < MASKS; index += 1) this.masks.push(noiseCanvas(MASK_SIDE));
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.blank();
  }

  blank() {
    this.context.fillStyle = BACKGROUND;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  fixation() {
    this.blank();
    const { width, height } = this.canvas;
    const arm = Math.round(Math.min(width, height) * FIXATION_SHARE);
    const stroke = Math.max(2, Math.round(arm / 6));
    this.context.fillStyle = "#1a1a1a";
    this.context.fillRect((width - stroke) / 2, (height - arm) / 2, stroke, arm);
    this.context.fillRect((width - arm) / 2, (height - stroke) / 2, arm, stroke);
  }

  // The whole photo, as large as fits, in the middle.
  photo(bitmap) {
    this.blank();
    const { width, height } = this.canvas;
    const scale = Math.min(width / bitmap.width, height / bitmap.height);
    const size = [bitmap.width * scale, bitmap.height * scale];
    this.context.imageSmoothingEnabled = true;
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(bitmap, (width - size[0]) / 2, (height - size[1]) / 2, ...size);
  }

  // A photo that is shown without timing, and used up; without one the blank ground.
  draw(bitmap) {
    if (!bitmap) return this.blank();
    this.photo(bitmap);
    bitmap.close();
  }

  mask() {
    const noise = this.masks[this.shown % this.masks.length];
    this.shown += 1;
    this.context.drawImage(noise, 0, 0, this.canvas.width, this.canvas.height);
  }
}

function noiseCanvas(side) {
  const canvas = newCanvas(side);
  const image = new ImageData(noiseImage(side, Math.random), side, side);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

// A worker has no document, and the page of an old browser no OffscreenCanvas.
function newCanvas(side) {
  if (typeof document === "undefined") return new OffscreenCanvas(side, side);
  return Object.assign(document.createElement("canvas"), { width: side, height: side });
}
