// The page's side of the presentation. All times are on the page's own clock (performance.now).

import { surround } from "./page.js";
import { Presentation } from "./presentation.js";
import { Screen } from "./screen.js";

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const pageTime = (epoch) => epoch - performance.timeOrigin;

// Whether a thread of its own can draw, which the page's tasks cannot delay.
export const drawsInWorker = (canvas) =>
  typeof Worker === "function" && typeof canvas.transferControlToOffscreen === "function";

// `lag` is what the browser told of a frame's way to the screen, in ms or null.
export function openStage(canvas, { masks, workerUrl, lag }) {
  const stage = drawsInWorker(canvas) ? new WorkerStage(canvas, workerUrl, masks, lag) : new PageStage(canvas, masks, lag);
  new ResizeObserver(() => stage.fit()).observe(canvas);
  return stage;
}

// The canvas has one pixel for each pixel of the screen.
function pixelsOf(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  return [width, height].map((side) => Math.max(1, Math.round(side * devicePixelRatio)));
}

// The size changes only between trials: resizing clears the canvas.
class Stage {
  constructor(canvas) {
    this.canvas = canvas;
    this.busy = false;
    this.size = "";
  }

  fit() {
    const [width, height] = pixelsOf(this.canvas);
    const size = `${width}x${height}`;
    if (this.busy || size === this.size || width === 1) return;
    this.size = size;
    this.resize(width, height);
  }

  // Returns promises of the onset and of the achieved timing; `stop` removes the photo in the next frame.
  present(plan) {
    this.fit();
    this.busy = true;
    const showing = this.start(plan);
    showing.done = showing.done.finally(() => (this.busy = false));
    return showing;
  }

  // Shows photos without any timing, until `clear`.
  show(photos, size) {
    this.busy = true;
    this.draw(photos, size);
  }

  clear() {
    this.busy = false;
    this.draw([]);
  }
}

class WorkerStage extends Stage {
  constructor(canvas, workerUrl, masks, lag) {
    super(canvas);
    this.worker = new Worker(workerUrl, { type: "module" });
    const offscreen = canvas.transferControlToOffscreen();
    this.worker.postMessage({ kind: "open", canvas: offscreen, masks, lag, surround: surround() }, [offscreen]);
    this.ready = this.#next("ready");
    this.fit();
  }

  resize(width, height) {
    this.worker.postMessage({ kind: "resize", width, height });
  }

  start(plan) {
    const onset = this.#next("onset").then((message) => pageTime(message.onset));
    const done = this.#next("done").then(({ result }) => ({ ...result, onset: pageTime(result.onset) }));
    this.worker.postMessage({ kind: "present", plan }, plan.photo);
    return { onset, done, stop: () => this.worker.postMessage({ kind: "stop" }) };
  }

  draw(photos, size) {
    this.worker.postMessage({ kind: "draw", photos, size }, photos);
  }

  #next(kind) {
    return new Promise((resolve, reject) => {
      const onMessage = ({ data }) => {
        if (data.kind !== kind) return;
        this.worker.removeEventListener("message", onMessage);
        resolve(data);
      };
      this.worker.addEventListener("message", onMessage);
      this.worker.addEventListener("error", (event) => reject(new Error(event.message)), { once: true });
    });
  }
}

class PageStage extends Stage {
  constructor(canvas, masks, lag) {
    super(canvas);
    this.screen = new Screen(canvas, surround());
    if (masks) this.screen.prepareMasks();
    this.presentation = new Presentation(this.screen, nextFrame, { lag });
    this.ready = Promise.resolve();
    this.fit();
  }

  resize(width, height) {
    this.screen.resize(width, height);
  }

  draw(photos, size) {
    this.screen.draw(photos, size);
  }

  start(plan) {
    let onOnset;
    const onset = new Promise((resolve) => (onOnset = resolve));
    const done = this.presentation.run(plan, onOnset).finally(() => plan.photo.forEach((bitmap) => bitmap.close()));
    return { onset, done, stop: () => this.presentation.stop() };
  }
}
