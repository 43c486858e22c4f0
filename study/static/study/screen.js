// What is drawn on the canvas, without any timing.

import { noiseImage } from "./mask.js";

const FIXATION_SHARE = 0.06;
const MASKS = 4;
const MASK_SIDE = 256;

export class Screen {
  // `surround` is the colour of the page around the canvas: the ground must not differ from it.
  constructor(canvas, surround) {
    Object.assign(this, { canvas, surround });
    this.context = canvas.getContext("2d", { alpha: false });
    this.masks = [];
    this.shown = 0;
    this.photos = 1;
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
    this.#put(() => this.#ground());
  }

  fixation() {
    this.#put(() => this.#cross());
  }

  // One photo, or two that appear within the same frame; `size` says how large: see `sideOf`.
  photo(bitmaps, size) {
    this.photos = bitmaps.length;
    this.shownPx = sideOf(this.#places(bitmaps.length)[0], size);
    this.#put(() => this.#pictures(bitmaps, size));
  }

  mask() {
    const noise = this.masks[this.shown % this.masks.length];
    this.shown += 1;
    this.#put(() => {
      this.#ground();
      for (const { x, y, width, height } of this.#places(this.photos)) this.context.drawImage(noise, x, y, width, height);
    });
  }

  // What is there, once more and within one pixel: nothing changes to the eye. Without new frames Firefox's
  // compositor falls asleep after ten; it then shows the next one up to a frame sooner than those that follow,
  // so that a photo after a quiet fixation would stand a frame longer than planned.
  again() {
    this.context.save();
    this.context.beginPath();
    this.context.rect(0, 0, 1, 1);
    this.context.clip();
    this.drawing();
    this.context.restore();
  }

  // Photos that are shown without timing, and used up; without any the blank ground.
  draw(bitmaps, size) {
    this.blank();
    if (bitmaps.length > 0) this.#pictures(bitmaps, size);
    for (const bitmap of bitmaps) bitmap.close();
  }

  #put(drawing) {
    this.drawing = drawing;
    drawing();
  }

  #ground() {
    this.context.fillStyle = this.surround;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #cross() {
    this.#ground();
    const { width, height } = this.canvas;
    const arm = Math.round(Math.min(width, height) * FIXATION_SHARE);
    const stroke = Math.max(2, Math.round(arm / 6));
    this.context.fillStyle = "#1a1a1a";
    this.context.fillRect((width - stroke) / 2, (height - arm) / 2, stroke, arm);
    this.context.fillRect((width - arm) / 2, (height - stroke) / 2, arm, stroke);
  }

  #pictures(bitmaps, size) {
    this.#ground();
    const places = this.#places(bitmaps.length);
    for (const [index, bitmap] of bitmaps.entries()) this.#picture(bitmap, places[index], size);
  }

  // One photo has the whole canvas; two stand at the ends of its longer side.
  #places(photos) {
    const { width, height } = this.canvas;
    if (photos < 2) return [{ x: 0, y: 0, width, height }];
    const side = Math.min(width, height, Math.floor(Math.max(width, height) / 2));
    const square = { width: side, height: side };
    const [x, y] = width > height ? [width - side, 0] : [0, height - side];
    return [{ x: 0, y: 0, ...square }, { x, y, ...square }];
  }

  // The whole photo in the middle of its place.
  #picture(bitmap, { x, y, width, height }, wanted) {
    const scale = sideOf({ width, height }, wanted) / Math.max(bitmap.width, bitmap.height);
    const size = [bitmap.width * scale, bitmap.height * scale];
    this.context.imageSmoothingEnabled = true;
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(bitmap, x + (width - size[0]) / 2, y + (height - size[1]) / 2, ...size);
  }
}

// The longer side of a photo in pixels of the screen: a share (`extent`) of the area that photos may take, which is
// its place, or as many pixels as `area` says where so many fit. Without either it is as large as fits.
export function sideOf(place, { extent = 1, area = 0 } = {}) {
  const fits = Math.min(place.width, place.height);
  return extent * (area > 0 ? Math.min(area, fits) : fits);
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
