// Answers that are searched: many names, of which those that fit to what is typed stand below a field.

import { Responses } from "./responses.js";

// Letters as people compare them: without accents, and small.
export const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

// Places of the names that hold what is typed: the one that is it first, then those that begin with it; none while
// nothing is typed.
export function matching(names, typed) {
  const wanted = plain(typed);
  if (wanted === "") return [];
  const tests = [(name) => name === wanted, (name) => name.startsWith(wanted), (name) => name.includes(wanted)];
  const rankOf = (name) => tests.findIndex((test) => test(plain(name)));
  const ranked = names.map((name, place) => ({ place, rank: rankOf(name) })).filter(({ rank }) => rank >= 0);
  return ranked.sort((a, b) => a.rank - b.rank || a.place - b.place).map(({ place }) => place);
}

// The answer that Enter takes: the only one left, or the one that is typed in full; null if that is open.
export function decided(names, typed) {
  const places = matching(names, typed);
  if (places.length === 1) return places[0];
  return places.find((place) => plain(names[place]) === plain(typed)) ?? null;
}

export class AnswerSearch {
  // `status` says what to do next, in the words of its data attributes.
  constructor(field, status, buttons) {
    Object.assign(this, { field, status, buttons, firstKey: null });
    field.addEventListener("input", (event) => this.#typed(event));
    field.form.addEventListener("submit", (event) => this.#enter(event));
  }

  // An empty field that has the focus, and no answer.
  begin() {
    this.field.value = "";
    this.firstKey = null;
    this.#show();
    this.field.focus({ preventScroll: true });
  }

  get names() {
    return this.buttons.map((button) => button.querySelector(".name").textContent);
  }

  #typed(event) {
    this.firstKey ??= event.timeStamp;
    this.#show();
  }

  // The button says by itself that it was pressed, and with what.
  #enter(event) {
    event.preventDefault();
    const place = decided(this.names, this.field.value);
    if (place !== null) this.buttons[place].click();
  }

  // The best ones that fit: nothing scrolls in a trial.
  #show() {
    const places = matching(this.names, this.field.value);
    for (const button of this.buttons) button.hidden = true;
    const list = this.buttons[0].parentElement;
    let shown = 0;
    for (const place of places) {
      this.buttons[place].hidden = false;
      const isTooMuch = shown > 0 && list.scrollHeight > list.clientHeight;
      this.buttons[place].hidden = isTooMuch;
      if (isTooMuch) break;
      shown += 1;
    }
    this.status.textContent = this.#words(places.length, shown);
  }

  #words(matches, shown) {
    if (this.field.value.trim() === "") return "";
    if (matches === 0) return this.status.dataset.none;
    if (matches === 1) return this.status.dataset.one;
    return shown < matches ? this.status.dataset.more : this.status.dataset.several;
  }
}

export class SearchedResponses extends Responses {
  constructor(buttons, keys, search, options) {
    super(buttons, keys, options);
    this.search = search;
  }

  listen() {
    super.listen();
    this.search.begin();
  }

  record(response, onset) {
    const since = this.search.firstKey;
    return { ...super.record(response), ...(since === null ? {} : { first_key_ms: Math.max(0, since - onset) }) };
  }
}
