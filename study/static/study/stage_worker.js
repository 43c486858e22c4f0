// The presentation in a thread of its own, where the page's tasks cannot delay its frames.

import { Presentation } from "./presentation.js";
import { Screen } from "./screen.js";

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const epoch = (time) => performance.timeOrigin + time;
let screen;
let presentation;

const handlers = {
  open({ canvas, masks, lag, surround }) {
    screen = new Screen(canvas, surround);
    if (masks) screen.prepareMasks();
    presentation = new Presentation(screen, nextFrame, { lag, ownThread: true });
    postMessage({ kind: "ready" });
  },
  resize({ width, height }) {
    screen.resize(width, height);
  },
  async present({ plan }) {
    const onOnset = (onset) => postMessage({ kind: "onset", onset: epoch(onset) });
    const result = await presentation.run(plan, onOnset);
    for (const bitmap of plan.photo) bitmap.close();
    postMessage({ kind: "done", result: { ...result, onset: epoch(result.onset) } });
  },
  draw({ photos, size }) {
    screen.draw(photos, size);
  },
  stop() {
    presentation.stop();
  },
};

onmessage = ({ data }) => handlers[data.kind](data);
