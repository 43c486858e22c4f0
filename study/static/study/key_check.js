// Before practice a person tries the keys: on the screen each that works is ticked, and a key that answers
// nothing is answered by a sentence, not by silence.

import { digitOf, isShortcut } from "./keys.js";

const SILENT = new Set(["Tab", "Enter", " ", "Shift", "Escape", "CapsLock", "NumLock"]);

export class KeyCheck {
  // `signs` are the elements that stand for the keys, `names` what the keys are called; `problem` is a sentence.
  constructor(keys, signs, problem, target = document) {
    Object.assign(this, { keys, signs, problem, target });
    this.onKey = (event) => this.#key(event);
  }

  start() {
    this.target.addEventListener("keydown", this.onKey);
  }

  stop() {
    this.target.removeEventListener("keydown", this.onKey);
    this.keys.forget();
  }

  #key(event) {
    if (event.repeat || isShortcut(event) || SILENT.has(event.key)) return;
    const place = this.#place(event);
    this.problem.hidden = place >= 0;
    if (place >= 0) this.signs[place].dataset.state = "passed";
  }

  // Of numbers each digit is a key; else each answer has its own.
  #place(event) {
    if (this.keys.areNumbers) return this.signs.findIndex((sign) => Number(sign.dataset.tryKey) === digitOf(event));
    return this.keys.read(event)?.choice ?? -1;
  }
}
