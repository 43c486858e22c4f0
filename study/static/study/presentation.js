// One trial on the screen: fixation, photo, mask and blank; every change is drawn inside an animation frame.
// Runs in a worker where the browser supports it (a busy page then cannot delay a frame), else in the page.

import { droppedFrames, FrameLog, isDue } from "./clock.js";

export class Presentation {
  // `screen` draws (fixation, photo, mask, blank); `nextFrame` resolves inside the next animation frame.
  constructor(screen, nextFrame, log = new FrameLog()) {
    this.screen = screen;
    this.nextFrame = nextFrame;
    this.log = log;
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
    const onset = await this.#show(() => this.screen.photo(plan.photo));
    onOnset(onset);
    const frames = [onset];
    const ended = await this.#showing(plan, onset, frames);
    const hasMask = ended === "elapsed" && plan.maskMs > 0;
    const offset = await this.#show(() => (hasMask ? this.screen.mask() : this.screen.blank()));
    frames.push(offset);
    const maskMs = hasMask ? await this.#mask(plan, offset) : null;
    return {
      onset,
      stimulusMs: offset - onset,
      maskMs,
      frameMs: this.log.period,
      droppedFrames: droppedFrames(frames, this.log.period),
      ended: await this.#ending(plan, onset, ended),
    };
  }

  async #frame() {
    const time = await this.nextFrame();
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
  async #showing(plan, onset, frames) {
    for (let frame = onset; ; frame = await this.#frame()) {
      if (frame !== onset) frames.push(frame);
      const ended = plan.stimulusMs === null ? this.#over(plan, onset, frame) : this.#elapsed(plan, onset, frame);
      if (ended) return ended;
    }
  }

  #elapsed(plan, onset, frame) {
    return isDue(frame, onset, plan.stimulusMs, this.log.period) ? "elapsed" : null;
  }

  #over(plan, onset, frame) {
    if (this.stopped) return "stopped";
    return isDue(frame, onset, plan.deadlineMs, this.log.period) ? "deadline" : null;
  }

  async #mask(plan, offset) {
    await this.#until(offset, plan.maskMs);
    return (await this.#show(() => this.screen.blank())) - offset;
  }

  // After a timed photo the blank screen waits for the answer.
  async #ending(plan, onset, ended) {
    if (ended !== "elapsed") return ended;
    for (let frame = this.painted; ; frame = await this.#frame()) {
      const over = this.#over(plan, onset, frame);
      if (over) return over;
    }
  }
}
