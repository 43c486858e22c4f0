// When a frame is due, and what the frames that came say about the screen. Pure: times in, numbers out (ms).

const RECENT = 120;
const PLAUSIBLE_PERIODS = [3, 60];
export const DEFAULT_PERIOD = 1000 / 60;

export function median(values) {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The screen's own period: the median gap, which a few dropped frames cannot move.
export function framePeriod(times) {
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  const [shortest, longest] = PLAUSIBLE_PERIODS;
  const period = median(gaps.filter((gap) => gap >= shortest && gap <= longest));
  return Number.isNaN(period) ? DEFAULT_PERIOD : period;
}

// Whether what is drawn in this frame should replace what is on the screen. A drawing made in a frame is seen
// one period later; it is due once that moment is nearer to the planned end than the next frame's would be.
export function isDue(frame, painted, planned, period) {
  return frame + period - painted >= planned - period / 2;
}

// Frames that the screen could have shown between the first and the last time, and that did not come.
export function droppedFrames(times, period) {
  let dropped = 0;
  for (let index = 1; index < times.length; index += 1) {
    dropped += Math.max(0, Math.round((times[index] - times[index - 1]) / period) - 1);
  }
  return dropped;
}

// Remembers the last frames, so that the period is known before it is needed.
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
