// One trial on the screen: fixation, photo, mask and blank; every change is drawn inside an animation frame.
// Runs in a worker where the browser supports it (a busy page then cannot delay a frame), else in the page.

import { droppedFrames, FrameLog, isDue, shownAt } from "./clock.js";

export class Presentation {
  // `screen` draws (fixation, photo, mask, blank; `again`: what is there, in every frame); `nextFrame` resolves inside the next
  // animation frame. `lag` is what the browser tells of a frame's way to the screen, in ms or null.
  constructor(screen, nextFrame, { lag = null, ownThread = false, log = new FrameLog() } = {}) {
    this.screen = screen;
    this.nextFrame = nextFrame;
    Object.assign(this, { lag, ownThread, log });
    this.stopped = false;
  }

  stop() {
    this.stopped = true;
  }

  async run(plan, onOnset) {
    this.stopped = false;
    await this.#frame();
    await this.#show(() => this.screen.fixation());
    await this.#until(this.painted, plan.fixationMs);
    const painted = await this.#show(() => this.screen.photo(plan.photo, plan.size));
    const onset = shownAt(painted, this.log.period, this.lag, this.ownThread);
    onOnset(onset);
    const frames = [painted];
    const ended = await this.#showing(plan, painted, frames);
    const hasMask = ended === "elapsed" && plan.maskMs > 0;
    const offset = await this.#show(() => (hasMask ? this.screen.mask() : this.screen.blank()));
    frames.push(offset);
    const maskMs = hasMask ? await this.#mask(plan, offset) : null;
    return {
      onset,
      stimulusMs: offset - painted,
      maskMs,
      frameMs: this.log.period,
      droppedFrames: droppedFrames(frames, this.log.period),
      shownPx: this.screen.shownPx,
      ended: await this.#ending(plan, painted, ended),
    };
  }

  async #frame() {
    const time = await this.nextFrame();
    this.screen.again();
    this.log.add(time);
    return time;
  }

  // Draws in this frame; returns the time of the frame after, when the drawing is on the screen.
  async #show(draw) {
    draw();
    this.painted = await this.#frame();
    return this.painted;
  }

  async #until(start, planned) {
    let frame = start;
    while (!isDue(frame, start, planned, this.log.period)) frame = await this.#frame();
  }

  // A timed photo stays for its time, even after the answer; an untimed one until the answer or the deadline.
  async #showing(plan, painted, frames) {
    for (let frame = painted; ; frame = await this.#frame()) {
      if (frame !== painted) frames.push(frame);
      const ended = plan.stimulusMs === null ? this.#over(plan, painted, frame) : this.#elapsed(plan, painted, frame);
      if (ended) return ended;
    }
  }

  #elapsed(plan, painted, frame) {
    return isDue(frame, painted, plan.stimulusMs, this.log.period) ? "elapsed" : null;
  }

  #over(plan, painted, frame) {
    if (this.stopped) return "stopped";
    return isDue(frame, painted, plan.deadlineMs, this.log.period) ? "deadline" : null;
  }

  async #mask(plan, offset) {
    await this.#until(offset, plan.maskMs);
    return (await this.#show(() => this.screen.blank())) - offset;
  }

  // After a timed photo the blank screen waits for the answer.
  async #ending(plan, painted, ended) {
    if (ended !== "elapsed") return ended;
    for (let frame = this.painted; ; frame = await this.#frame()) {
      const over = this.#over(plan, painted, frame);
      if (over) return over;
    }
  }
}
