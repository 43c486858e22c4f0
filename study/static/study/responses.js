// The choices that a person makes during a trial; only the first one after the painted onset counts.

import { InputKind } from "./input_kind.js";
import { isShortcut } from "./keys.js";

const HIDDEN_BY_SYSTEM = new Set(["Process", "Dead", "Unidentified"]); // an input method has taken the key

export class Responses {
  // `onTyped` learns which digits of a longer number are typed so far, `onStray` of keys that answer nothing.
  constructor(buttons, keys, { target = document, onTyped = () => {}, onStray = () => {} } = {}) {
    Object.assign(this, { buttons, keys, onTyped, onStray });
    this.kind = new InputKind(target);
    this.events = [];
    this.waiting = null;
    this.enabled = false;
    target.addEventListener("keydown", (event) => this.#key(event));
    buttons.forEach((button, choice) => {
      button.addEventListener("pointerdown", (event) => this.#pointer(event, choice));
      button.addEventListener("click", (event) => this.#click(event, choice));
    });
  }

  // Begins to listen; choices made before the onset are ignored once it is known.
  listen() {
    this.events = [];
    this.enabled = true;
    this.waiting = null;
    this.keys.forget();
    this.onTyped("");
  }

  // Resolves to the first choice begun at or after `onset`, as {choice, time, input}.
  first(onset) {
    const early = this.events.find((event) => event.since >= onset);
    if (early) return Promise.resolve(early);
    return new Promise((resolve) => (this.waiting = { onset, resolve }));
  }

  record({ choice, input }) {
    return { response: choice, response_input: input };
  }

  close() {
    this.enabled = false;
    this.waiting = null;
  }

  #key(event) {
    if (event.repeat && event.key === "Enter") event.preventDefault(); // held, it would press the button again
    if (!this.enabled) return;
    const read = this.keys.read(event);
    if (read === null) return this.#stray(event);
    event.preventDefault(); // an arrow would scroll, a letter may search in the page
    this.onTyped(read.typed ?? "");
    if (read.choice !== undefined) this.#add(read.choice, event, read.since);
  }

  #stray(event) {
    this.onTyped("");
    const types = event.key?.length === 1 && event.key !== " ";
    if (!event.repeat && !isShortcut(event) && (types || HIDDEN_BY_SYSTEM.has(event.key))) this.onStray();
  }

  #pointer(event, choice) {
    if (event.isPrimary && event.button === 0) this.#add(choice, event);
  }

  // Keyboards and screen readers press buttons without a pointer.
  #click(event, choice) {
    if (event.detail === 0) this.#add(choice, event);
  }

  #add(choice, event, since = event.timeStamp) {
    if (!this.enabled) return;
    const made = { choice, since, time: event.timeStamp, input: this.kind.of(event) };
    this.events.push(made);
    if (this.waiting && made.since >= this.waiting.onset) this.waiting.resolve(made);
  }
}
