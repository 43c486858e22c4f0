// The choices that a person makes during a trial; only the first one after the painted onset counts.

export class Responses {
  constructor(buttons, target = document) {
    this.buttons = buttons;
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
  }

  // Resolves to the first choice at or after `onset`, as {choice, time}.
  first(onset) {
    const early = this.events.find((event) => event.time >= onset);
    if (early) return Promise.resolve(early);
    return new Promise((resolve) => (this.waiting = { onset, resolve }));
  }

  record(choice) {
    return { response: choice };
  }

  close() {
    this.enabled = false;
    this.waiting = null;
  }

  #key(event) {
    if (event.repeat && event.key === "Enter") event.preventDefault(); // held, it would press the button again
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = Number.parseInt(event.key, 10) - 1;
    if (choice >= 0 && choice < this.buttons.length) this.#add(choice, event);
  }

  #pointer(event, choice) {
    if (event.isPrimary && event.button === 0) this.#add(choice, event);
  }

  // Keyboards and screen readers press buttons without a pointer.
  #click(event, choice) {
    if (event.detail === 0) this.#add(choice, event);
  }

  #add(choice, event) {
    if (!this.enabled) return;
    const made = { choice, time: event.timeStamp };
    this.events.push(made);
    if (this.waiting && made.time >= this.waiting.onset) this.waiting.resolve(made);
  }
}
