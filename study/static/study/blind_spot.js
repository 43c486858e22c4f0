// Measures from how far somebody looks: a dot moves away from a square until it vanishes in the blind spot of one
// eye, and comes back. Keys are taken when they go down, fingers when they touch; lengths are sent in pixels of the
// screen.

import { element, showScreen } from "./page.js";
import { planOnPage, Sweep } from "./sweep.js";

const LONGEST_FRAME_MS = 50; // after a longer pause the dot goes on from where it was
const ARROWS = ["ArrowLeft", "ArrowRight"];
const page = element("distance");
const form = element("presses");
const [stage, square, dot] = [element("field"), element("square"), element("dot")];
const [press, step] = [element("press"), element("step")];
const inSteps = element("in-steps");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let sweep = null;
let plan = null;
let lastFrame = null;

const openEye = () => document.querySelector("[name=eye]:checked").value;
const roomOf = (width) => width - square.offsetWidth;

// The square stands at the end that the dot moves away from: by the nose, for the eye that looks.
function draw() {
  const half = square.offsetWidth / 2;
  const left = openEye() === "left";
  const middle = left ? stage.clientWidth - half : half;
  square.style.transform = `translateX(${middle - half}px)`;
  dot.style.transform = `translateX(${middle + (left ? -sweep.position : sweep.position) - half}px)`;
}

function tell() {
  element("round").textContent = Math.min(sweep.rounds.length + 1, plan.rounds);
  element("is-gone").hidden = sweep.returns;
  element("is-back").hidden = !sweep.returns;
  element("missed").hidden = sweep.missed === 0;
}

function frame(time) {
  if (!sweep || inSteps.checked) return;
  if (lastFrame !== null) move((plan.speed * Math.min(time - lastFrame, LONGEST_FRAME_MS)) / 1000);
  lastFrame = time;
  requestAnimationFrame(frame);
}

function move(length) {
  const missed = sweep.missed;
  sweep.move(length);
  draw();
  if (sweep.missed > missed) tell();
}

function pressed() {
  if (!sweep?.press()) return;
  if (sweep.finished) return send();
  draw();
  tell();
}

function send() {
  const onScreen = sweep.rounds.map((lengths) => lengths.map((length) => length * devicePixelRatio));
  form.elements.namedItem("rounds").value = JSON.stringify(onScreen);
  sweep = null;
  form.submit();
}

function start() {
  showScreen("sweep");
  step.hidden = !inSteps.checked;
  stage.style.maxWidth = `${plan.mostRoom + square.offsetWidth}px`;
  sweep = new Sweep(plan, roomOf(stage.clientWidth));
  lastFrame = null;
  draw();
  tell();
  press.focus();
  requestAnimationFrame(frame);
}

// Explains, or says that there is no room; a window that changes its width or is zoomed begins anew.
function explain() {
  sweep = null;
  plan = planOnPage(JSON.parse(page.dataset.sweep), devicePixelRatio);
  showScreen("explained");
  const hasRoom = roomOf(page.clientWidth) >= plan.leastRoom;
  element("measure").hidden = !hasRoom;
  element("narrow").hidden = hasRoom;
  element("without").value = hasRoom ? "skipped" : "too_narrow";
}

const isBeside = (node) => node.closest("button, a") !== null && !press.contains(node);

// On the buttons and links beside, keys do what they do everywhere.
function key(event) {
  if (!sweep || isBeside(event.target)) return;
  if (event.key === "Enter" && event.repeat) event.preventDefault(); // a key held down would press for ever
  if (event.key === " ") {
    event.preventDefault();
    if (event.type === "keydown" && !event.repeat) pressed();
  }
  if (event.type === "keydown" && inSteps.checked && ARROWS.includes(event.key)) {
    event.preventDefault();
    move(plan.step);
  }
}

for (const type of ["keydown", "keyup"]) addEventListener(type, key);
addEventListener("pointerdown", (event) => event.target.closest("button, a") === null && pressed());
press.addEventListener("click", pressed);
step.addEventListener("click", () => move(plan.step));
element("start").addEventListener("click", start);
element("back").addEventListener("click", explain);
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  explain();
});
inSteps.checked = calm.matches;
element("calm").hidden = !calm.matches;
explain();
