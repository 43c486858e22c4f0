// How long a frame takes from its beginning to the screen, where the browser tells it (Element Timing).

const PROBES = 9;
const PATIENCE_MS = 500;
const LONGEST_MS = 100; // what takes longer was not shown at once, as on a hidden page

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

// Returns the shortest of a few pictures' ways in ms, or null: each picture is put into the page at the beginning of
// a frame, and the browser reports when it was seen. The shortest, since a picture costs the page work that a
// drawing in a canvas does not.
export async function presentationLag(url) {
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes("element")) return null;
  const seen = new Map();
  const note = (entry) => seen.set(entry.identifier, entry.presentationTime || entry.renderTime);
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: "element", buffered: true });
  const begun = new Map();
  for (let probe = 0; probe < PROBES; probe += 1) await show(url, `lag ${probe} ${performance.now()}`, begun);
  await reported(begun, seen);
  observer.disconnect();
  const lags = [...begun].map(([name, time]) => seen.get(name) - time).filter((lag) => lag > 0 && lag < LONGEST_MS);
  return lags.length ? Math.round(10 * Math.min(...lags)) / 10 : null;
}

async function show(url, name, begun) {
  const picture = Object.assign(new Image(8, 8), { src: url, alt: "", className: "presentation-probe" });
  picture.setAttribute("elementtiming", name);
  await picture.decode();
  begun.set(name, await nextFrame());
  document.body.append(picture);
  await nextFrame();
  await nextFrame();
  picture.remove();
}

// Waits until all pictures were reported, or for a while.
async function reported(begun, seen) {
  const end = performance.now() + PATIENCE_MS;
  while (seen.size < begun.size && performance.now() < end) await nextFrame();
}
