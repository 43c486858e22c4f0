// The grid of photos: draws them, collects the selection, and reports when it was submitted.

import { InputKind } from "./input_kind.js";
import { Presentation } from "./presentation.js";

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

// The presentation's screen: all tiles change within one frame.
export class TileScreen {
  constructor(canvases) {
    this.contexts = canvases.map((canvas) => canvas.getContext("2d"));
  }

  blank() {
    for (const context of this.contexts) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  }

  fixation() {
    this.blank();
  }

  again() {} // frames of the page itself keep the compositor awake

  photo(bitmaps) {
    this.contexts.forEach((context, place) => {
      const { width, height } = bitmaps[place];
      Object.assign(context.canvas, { width, height });
      context.drawImage(bitmaps[place], 0, 0);
    });
  }
}

// Like the stage of single photos: `present` returns promises of the onset and of the achieved timing.
export class TileStage {
  constructor(canvases, lag) {
    this.screen = new TileScreen(canvases);
    this.presentation = new Presentation(this.screen, nextFrame, { lag });
    this.ready = Promise.resolve();
  }

  present(plan) {
    let onOnset;
    const onset = new Promise((resolve) => (onOnset = resolve));
    const done = this.presentation.run(plan, onOnset).finally(() => plan.photo.forEach((bitmap) => bitmap.close()));
    return { onset, done, stop: () => this.presentation.stop() };
  }

  show(bitmaps) {
    this.screen.photo(bitmaps);
    bitmaps.forEach((bitmap) => bitmap.close());
  }

  clear() {
    this.screen.blank();
  }
}

// A selection of tiles, which are check boxes: number keys toggle them, if there are not more than nine; arrow
// keys move from tile to tile, Enter or the button submits. Nothing counts before the painted onset.
export class Selection {
  constructor(boxes, button, columns, keys, target = document) {
    Object.assign(this, { boxes, columns, keys });
    this.kind = new InputKind(target);
    this.open = false;
    this.submitted = null;
    target.addEventListener("keydown", (event) => this.#key(event));
    button.addEventListener("click", (event) => this.#submit(event));
    for (const box of boxes) box.addEventListener("click", (event) => this.open || event.preventDefault());
  }

  listen() {
    this.open = false;
    for (const box of this.boxes) box.checked = false;
  }

  // Resolves to the submission, as {choice, time, input}, where the input is
  // that of the submission; tiles can be selected from the onset on.
  first(onset) {
    this.open = true;
    return new Promise((resolve) => (this.submitted = (event) => event.timeStamp >= onset && resolve(this.#made(event))));
  }

  close() {
    this.open = false;
    this.submitted = null;
  }

  record({ choice, input }) {
    return { selected: choice, response_input: input };
  }

  #made(event) {
    const choice = this.boxes.flatMap((box, place) => (box.checked ? [place] : []));
    return { choice, time: event.timeStamp, input: this.kind.of(event) };
  }

  #submit(event) {
    if (this.open) this.submitted(event);
  }

  #key(event) {
    if (event.repeat && event.key === "Enter") event.preventDefault(); // held, it would press the button again
    if (!this.open || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.("a")) return; // Enter follows a link
    if (event.key === "Enter") return this.#enter(event);
    if (event.key?.startsWith("Arrow")) return this.#move(event);
    const read = this.keys.read(event);
    if (read !== null) this.boxes[read.choice].click();
  }

  #enter(event) {
    event.preventDefault(); // the button would be pressed once more by it
    this.#submit(event);
  }

  // Arrow keys move in the direction seen, also where the language is written from right to left.
  #move(event) {
    const here = this.boxes.indexOf(event.target);
    const ahead = event.target.matches?.(":dir(rtl)") ? -1 : 1;
    const steps = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: this.columns, ArrowUp: -this.columns };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    this.boxes[here + steps[event.key]]?.focus();
  }
}
