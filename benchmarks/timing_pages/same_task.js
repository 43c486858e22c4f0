// The same photo, the same durations and the same disturbance for both programs.

const query = new URLSearchParams(location.search);
const TASK_MS = 25;
const PAUSE_MS = 15;

export const plan = { trials: Number(query.get("trials")), fixationMs: 100, stimulusMs: 200, deadlineMs: 300 };

export function drawnPhoto() {
  const canvas = new OffscreenCanvas(300, 300);
  const context = canvas.getContext("2d");
  for (let row = 0; row < 10; row += 1) {
    context.fillStyle = `hsl(${row * 36} 60% 50%)`;
    context.fillRect(0, row * 30, 300, 30);
  }
  return canvas.convertToBlob();
}

// Tasks of 25 ms on the page's thread, one after the other, if the address asks for them.
export function keepBusy() {
  if (!query.has("busy")) return;
  const end = performance.now() + TASK_MS;
  while (performance.now() < end);
  setTimeout(keepBusy, PAUSE_MS);
}

// Times of two frames, before and after the trials: they tell when the display's refreshes begin.
window.ticks = [];
export const tick = () => new Promise((resolve) => requestAnimationFrame((time) => resolve(window.ticks.push(time))));
