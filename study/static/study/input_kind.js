// What an answer was really given with: key, mouse, touch or pen, or by software for people who use none of them.

const KEY_CLICK_MS = 100; // a button is pressed by the key that was down, or let go, just before

export class InputKind {
  constructor(target = document) {
    this.pointer = "";
    this.keyed = -Infinity;
    target.addEventListener("pointerdown", (event) => (this.pointer = event.pointerType), { capture: true });
    for (const type of ["keydown", "keyup"]) {
      target.addEventListener(type, (event) => this.#key(event), { capture: true });
    }
  }

  // Enter presses a button when it goes down, space when it comes up.
  #key(event) {
    if (event.key === "Enter" || event.key === " ") this.keyed = event.timeStamp;
  }

  of(event) {
    if (event.type.startsWith("key")) return "key";
    if (event.type === "click" && event.detail === 0) return this.#withoutPointer(event);
    return known(event.pointerType || this.pointer);
  }

  // Whether Enter or the space bar was pressed just before.
  keyedWithin(event) {
    return event.timeStamp - this.keyed <= KEY_CLICK_MS;
  }

  // Screen readers and switches press buttons with neither a pointer nor a key.
  #withoutPointer(event) {
    return this.keyedWithin(event) ? "key" : "assistive";
  }
}

// Old browsers tell of a click that it came, not from what.
const known = (pointer) => (["mouse", "touch", "pen"].includes(pointer) ? pointer : "");
