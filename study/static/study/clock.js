// When a frame is due, and what recent frames say about the screen. Pure functions of times in ms.

const RECENT = 120;
const PLAUSIBLE_PERIODS = [3, 60];
export const DEFAULT_PERIOD = 1000 / 60;

export function median(values) {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The time from frame to frame: the median gap, which a few dropped frames do not change.
export function framePeriod(times) {
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  const [shortest, longest] = PLAUSIBLE_PERIODS;
  const period = median(gaps.filter((gap) => gap >= shortest && gap <= longest));
  return Number.isNaN(period) ? DEFAULT_PERIOD : period;
}

// The smallest step by which a clock moves, in ms: browsers make it coarse so that pages cannot tell machines apart.
export function grainOf(now, watchedMs = 50) {
  const began = now();
  let last = began;
  let grain = Infinity;
  while (last - began < watchedMs) {
    const next = now();
    if (next > last) grain = Math.min(grain, next - last);
    last = next;
  }
  return Math.round(grain * 1000) / 1000;
}

// Whether this frame should replace what is on the screen. What is drawn in a frame becomes visible one period
// later; it is due once that moment is nearer to the planned end than the next frame's would be.
export function isDue(frame, painted, planned, period) {
  return frame + period - painted >= planned - period / 2;
}

// When a change is seen that was drawn in the frame before `painted`. The compositor takes a frame of the page's
// own thread at once, one of another thread with the next frame; `lag` is how long it then takes to the screen.
// Browsers that do not tell it (null) show a change two frames after it was drawn, from either thread.
export function shownAt(painted, period, lag, ownThread) {
  if (lag === null) return painted + period;
  return painted + lag - (ownThread ? 0 : period);
}

// How many frames the screen could have shown between the first and the last time, but did not.
export function droppedFrames(times, period) {
  let dropped = 0;
  for (let index = 1; index < times.length; index += 1) {
    dropped += Math.max(0, Math.round((times[index] - times[index - 1]) / period) - 1);
  }
  return dropped;
}

// The times of recent frames, so that the period is known before it is needed.
export class FrameLog {
  constructor() {
    this.times = [];
  }

  add(time) {
    this.times.push(time);
    if (this.times.length > RECENT) this.times.shift();
  }

  get period() {
    return framePeriod(this.times);
  }
}
