// Draws a window on a photo and lets mouse, touch and keys move and resize it.

import { between, contains, cornerAt, corners, inside, keyed } from "./window_geometry.js";

const SVG = "http://www.w3.org/2000/svg";
const REACH_PX = 18; // of a corner, for a finger

export class WindowEditor {
  /** `svg` shows the photo in its own pixels; `onChange(box)` is called for every new place. */
  constructor(svg, onChange) {
    this.svg = svg;
    this.onChange = onChange;
    this.box = null;
    this.drag = null;
    this.frame = svg.querySelector(".window");
    this.handles = Array.from({ length: 4 }, () => this.#handle());
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    svg.addEventListener("pointerup", () => (this.drag = null));
    svg.addEventListener("pointercancel", () => (this.drag = null));
  }

  get isOpen() {
    return this.box !== null;
  }

  /** Begin with a window, or with none where one is to be drawn. */
  open(box, rule) {
    this.rule = rule;
    this.svg.classList.add("editing");
    this.#set(inside(box));
  }

  close() {
    this.box = this.drag = null;
    this.svg.classList.remove("editing");
    for (const handle of this.handles) handle.setAttribute("visibility", "hidden");
  }

  /** Take a key; returns whether it meant something. */
  key(event) {
    const next = keyed(this.box, event, this.rule);
    if (next) this.#set(next);
    return next !== null;
  }

  #handle() {
    const handle = document.createElementNS(SVG, "circle");
    handle.setAttribute("class", "handle");
    handle.setAttribute("visibility", "hidden");
    this.svg.append(handle);
    return handle;
  }

  #set(box) {
    this.box = box;
    const { width, height } = this.svg.viewBox.baseVal;
    place(this.frame, box, this.svg);
    const places = corners(box);
    this.handles.forEach((handle, number) => {
      handle.setAttribute("cx", places[number][0] * width);
      handle.setAttribute("cy", places[number][1] * height);
      handle.setAttribute("r", Math.max(width, height) / 60);
      handle.setAttribute("visibility", "visible");
    });
    this.onChange(box);
  }

  #point(event) {
    const matrix = this.svg.getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    const { width, height } = this.svg.viewBox.baseVal;
    return { x: x / width, y: y / height };
  }

  #down(event) {
    if (!this.isOpen) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    const point = this.#point(event);
    const scale = this.svg.getScreenCTM().a;
    const { width, height } = this.svg.viewBox.baseVal;
    const fixed = cornerAt(this.box, point, { x: REACH_PX / scale / width, y: REACH_PX / scale / height });
    if (fixed) this.drag = { fixed };
    else if (contains(this.box, point)) this.drag = { from: point, box: this.box };
    else this.drag = { fixed: point };
  }

  #move(event) {
    if (!this.drag) return;
    const point = this.#point(event);
    const { fixed, from, box } = this.drag;
    if (fixed) this.#set(between(fixed, point, this.rule));
    else this.#set(inside({ ...box, left: box.left + point.x - from.x, top: box.top + point.y - from.y }));
  }
}

/** Put a rectangle of the SVG where a box of shares of the photo is. */
export function place(rectangle, box, svg) {
  const { width, height } = svg.viewBox.baseVal;
  rectangle.setAttribute("x", box.left * width);
  rectangle.setAttribute("y", box.top * height);
  rectangle.setAttribute("width", box.width * width);
  rectangle.setAttribute("height", box.height * height);
}
