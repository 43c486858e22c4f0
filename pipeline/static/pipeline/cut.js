// Move a window of fixed size over a photo, by pointer or arrow keys.

/** Keep a window of this side inside the photo; all values are shares of its sides. */
export function clamped(corner, side) {
  return Math.min(Math.max(corner, 0), 1 - side);
}

/** Where the window goes when it is centred on a point. */
export function centredOn(x, y, width, height) {
  return { left: clamped(x - width / 2, width), top: clamped(y - height / 2, height) };
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where an arrow key moves the window; null for any other key. */
export function moved(place, key, fine, width, height) {
  const step = STEPS[key];
  if (!step) return null;
  const size = fine ? 0.002 : 0.02;
  return {
    left: clamped(place.left + step[0] * size, width),
    top: clamped(place.top + step[1] * size, height),
  };
}

function start(photo) {
  const width = Number(photo.dataset.width);
  const height = Number(photo.dataset.height);
  const frame = photo.querySelector("#window");
  const source = photo.viewBox.baseVal;
  let place = {
    left: clamped(Number(photo.dataset.left), width),
    top: clamped(Number(photo.dataset.top), height),
  };

  function show() {
    frame.setAttribute("x", place.left * source.width);
    frame.setAttribute("y", place.top * source.height);
    frame.setAttribute("width", width * source.width);
    frame.setAttribute("height", height * source.height);
    document.querySelector("#left").value = place.left;
    document.querySelector("#top").value = place.top;
  }

  function follow(event) {
    const box = photo.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    place = centredOn(x, y, width, height);
    show();
  }

  photo.addEventListener("pointerdown", (event) => {
    photo.setPointerCapture(event.pointerId);
    follow(event);
  });
  photo.addEventListener("pointermove", (event) => {
    if (event.buttons) follow(event);
  });
  photo.addEventListener("keydown", (event) => {
    const next = moved(place, event.key, event.shiftKey, width, height);
    if (!next) return;
    event.preventDefault();
    place = next;
    show();
  });
  show();
}

const photo = globalThis.document?.querySelector("#cut");
if (photo) start(photo);
