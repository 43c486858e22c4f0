// Which answer a key stands for, on any keyboard. What a key types counts first, since that is what its label
// promises; else where it lies: a French top row types & for 1, a Czech one +, an input method may hide both.

const DIGIT = /^\p{Nd}$/u;
const DIGIT_CODE = /^(?:Digit|Numpad)(\d)$/;

// The digit of a key, in any script, from the top row or the number pad; null if it has none.
export function digitOf({ key, code }) {
  if (DIGIT.test(key)) return digitValue(key.codePointAt(0));
  const place = DIGIT_CODE.exec(code ?? "");
  return place ? Number(place[1]) : null;
}

// Digits of a script stand in a row from 0 to 9, and rows that touch each other begin anew after ten.
function digitValue(point) {
  let zero = point;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (point - zero) % 10;
}

// Keys pressed together with these are shortcuts of the browser or the system.
export const isShortcut = (event) => event.ctrlKey || event.metaKey || event.altKey;

// Reads keys for answers; `names` are those of study.choosing.answer_keys, one for each answer, or none.
export class AnswerKeys {
  constructor(names) {
    this.names = names;
    this.areNumbers = /^\d/.test(names[0] ?? "");
    this.forget();
  }

  // Nothing is half typed any more.
  forget() {
    this.typed = "";
    this.since = null;
  }

  // Returns {choice, since}: the answer, and when its first digit was typed; {typed} while digits are missing;
  // null for a key that answers nothing.
  read(event) {
    if (event.repeat || isShortcut(event)) return null;
    if (this.areNumbers) return this.#number(event);
    const choice = this.#named(event);
    return choice < 0 ? null : { choice, since: event.timeStamp };
  }

  #named({ key, code }) {
    const typed = this.names.indexOf(key?.length === 1 ? key.toUpperCase() : key);
    return typed >= 0 ? typed : this.names.findIndex((name) => code === name || code === `Key${name}`);
  }

  #number(event) {
    const digit = digitOf(event);
    if (digit === null) return this.#notADigit(event);
    const typed = `${this.typed}${digit}`;
    const choice = this.names.indexOf(typed);
    if (choice >= 0) return this.#whole(choice, this.since ?? event.timeStamp);
    if (!this.names.some((name) => name.startsWith(typed))) return this.#nothing();
    this.typed = typed;
    this.since ??= event.timeStamp;
    return { typed };
  }

  // A digit typed by mistake is taken back as anywhere else.
  #notADigit({ key }) {
    if (this.typed === "" || (key !== "Backspace" && key !== "Escape")) return null;
    this.forget();
    return { typed: "" };
  }

  #whole(choice, since) {
    this.forget();
    return { choice, since };
  }

  #nothing() {
    this.forget();
    return null;
  }
}

// Keys for two places: arrows left and right, or up and down where the photos stand one above the other.
export class PlaceKeys extends AnswerKeys {
  constructor(names) {
    super(names[0] === "ArrowLeft" ? [...names, "ArrowUp", "ArrowDown"] : names);
  }

  read(event) {
    const read = super.read(event);
    return read === null ? null : { ...read, choice: read.choice % 2 };
  }
}
