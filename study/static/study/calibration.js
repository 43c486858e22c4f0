// Measures how large a pixel of this screen is: by a bank card that a box is made as wide as, or by a line and a
// ruler. Lengths are kept in pixels of the screen, which do not change when the page is zoomed later.

import { element } from "./page.js";
import { fitsUpright, millimetresPerPixel, SIDES } from "./card.js";

const form = element("calibration");
const [card, slider] = [element("card"), element("card-width")];
const widthOf = (node) => node.getBoundingClientRect().width;

// The box is as wide as the slider says, which goes as far as the page is wide.
function draw() {
  const upright = fitsUpright(innerWidth);
  card.dataset.stands = upright ? "upright" : "across";
  slider.max = Math.floor(widthOf(card.parentElement));
  card.style.inlineSize = `${slider.value}px`;
  slider.setAttribute("aria-valuetext", slider.value);
}

// The edge of the box follows the finger or the mouse.
function drag(event) {
  const { left, right } = card.getBoundingClientRect();
  const backwards = getComputedStyle(card).direction === "rtl";
  slider.value = Math.round(backwards ? right - event.clientX : event.clientX - left);
  draw();
}

function send(knownBy, millimetres, node) {
  form.elements.namedItem("known_by").value = knownBy;
  form.elements.namedItem("mm_per_px").value = millimetresPerPixel(millimetres, widthOf(node), devicePixelRatio);
  form.submit();
}

card.addEventListener("pointerdown", (event) => card.setPointerCapture(event.pointerId));
card.addEventListener("pointermove", (event) => card.hasPointerCapture(event.pointerId) && drag(event));
slider.addEventListener("input", draw);
addEventListener("resize", draw);
element("use-card").addEventListener("click", () => send("card", SIDES[card.dataset.stands], card));
element("ruler").addEventListener("submit", (event) => {
  event.preventDefault();
  send("ruler", element("line-length").valueAsNumber, element("line"));
});
draw();
