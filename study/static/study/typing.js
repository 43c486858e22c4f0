// Typed answers: a field that takes every key from the first one on, also while photos change.

import { InputKind } from "./input_kind.js";

const EDGE = 8;
const LARGEST_PHOTO = 512;
const TIGHT = 420; // so little height puts field and buttons into one row
const KEYBOARD_LEAVES = 0.8; // of the window's height: less is left where a phone's keyboard is open
const BESIDE_KEYBOARD = 96; // the least photo then: no check before knows how much a keyboard covers
const KEYBOARD_MS = 600; // a phone's keyboard takes so long to come

export class TypedAnswer {
  // `field` stands in a form, whose submission (Enter, the button, a phone's own key) is the answer; the input
  // method's Enter, which takes one of its proposals, submits nothing.
  constructor(field, cannotTell, target = document) {
    Object.assign(this, { field, waiting: null, onset: null, firstKey: null });
    this.kind = new InputKind(target);
    field.form.addEventListener("submit", (event) => this.#submit(event));
    field.addEventListener("input", (event) => this.#typed(event));
    cannotTell.addEventListener("click", (event) => this.#close(event, null));
  }

  // An empty field that has the focus: what is typed before the photo is there stays, and counts from then on.
  listen() {
    this.field.value = "";
    this.onset = this.firstKey = null;
    this.field.focus({ preventScroll: true });
  }

  first(onset) {
    this.onset = onset;
    return new Promise((resolve) => (this.waiting = resolve));
  }

  record({ text, input }, onset) {
    if (text === null) return { status: "cant_tell" };
    return { text, response_input: input, ...this.#since(onset) };
  }

  // What stands in the field when time runs out is kept.
  unfinished(onset) {
    const text = this.field.value.trim();
    return text === "" ? {} : { text, ...this.#since(onset) };
  }

  close() {
    this.waiting = null;
  }

  #since(onset) {
    return this.firstKey === null ? {} : { first_key_ms: Math.max(0, this.firstKey - onset) };
  }

  #typed(event) {
    this.firstKey ??= event.timeStamp;
  }

  #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (text !== "") this.#close(event, text);
  }

  #close(event, text) {
    if (this.waiting === null || event.timeStamp < this.onset) return;
    this.waiting({ text, time: event.timeStamp, input: this.#inputOf(event) });
  }

  // A submission says nothing of its own: the button that was pressed, or Enter in the field.
  #inputOf(event) {
    return event.type === "submit" && this.kind.keyedWithin(event) ? "key" : this.kind.of(event);
  }
}

// Waits, once, until the keyboard of a phone is there for the field of a board.
export async function keyboardUp(board) {
  board.field.focus({ preventScroll: true });
  if (board.isOpen || !matchMedia("(pointer: coarse)").matches || !globalThis.visualViewport) return;
  board.isOpen = true;
  await Promise.race([
    new Promise((resolve) => visualViewport.addEventListener("resize", resolve, { once: true })),
    new Promise((resolve) => setTimeout(resolve, KEYBOARD_MS)),
  ]);
}

// Makes the photo as large as the part of the window that a phone's keyboard leaves.
export class TypedBoard {
  constructor(board, field, leastPhoto) {
    Object.assign(this, { board, field, leastPhoto });
  }

  // With the field in focus a phone's keyboard comes up; the photo is measured once it is there.
  settled() {
    return keyboardUp(this);
  }

  fit() {
    this.board.style.removeProperty("--photo");
    scrollTo(0, 0);
    const height = globalThis.visualViewport?.height ?? document.documentElement.clientHeight;
    this.board.toggleAttribute("data-tight", height < TIGHT);
    const { top, width } = this.board.getBoundingClientRect();
    const form = this.field.form.getBoundingClientRect().height;
    const side = Math.floor(Math.min(LARGEST_PHOTO, width, height - top - form - 3 * EDGE));
    this.board.style.setProperty("--photo", `${Math.max(side, 1)}px`);
    document.body.dataset.fitted = "";
    const least = height < KEYBOARD_LEAVES * innerHeight ? Math.min(this.leastPhoto, BESIDE_KEYBOARD) : this.leastPhoto;
    return side >= Math.max(least, 1);
  }
}
