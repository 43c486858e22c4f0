import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerKeys, digitOf } from "../../../study/static/study/keys.js";

const NUMBERS = ["1", "2", "3", "4"];
const pressed = (key, code = "", more = {}) => ({ key, code, timeStamp: 0, ...more });
const numbersTo = (last) => Array.from({ length: last }, (_, place) => String(place + 1).padStart(2, "0"));
const choiceOf = (names, ...press) => new AnswerKeys(names).read(pressed(...press))?.choice;

const TWO = [
  ["the top row", "2", "Digit2"],
  ["the number pad", "2", "Numpad2"],
  ["the number pad without its lock", "ArrowDown", "Numpad2"],
  ["a French top row", "é", "Digit2"],
  ["a Czech top row", "ě", "Digit2"],
  ["with the shift key, as French people type digits", "2", "Digit2", { shiftKey: true }],
  ["Arabic-Indic", "٢", "Digit2"],
  ["Persian", "۲", "Digit2"],
  ["Devanagari", "२", "Digit2"],
  ["Bengali", "২", "Digit2"],
  ["Thai", "๒", "Digit2"],
  ["full width", "２", "Digit2"],
  ["mathematical bold, after other rows of digits", "𝟐", ""],
  ["an input method that hides the key", "Process", "Digit2"],
  ["a dead key", "Dead", "Digit2"],
  ["a phone's keyboard, which names no place", "2", ""],
  ["a key without a name", "Unidentified", "Digit2"],
];

for (const [keyboard, key, code, more] of TWO) {
  test(`2 is the second answer: ${keyboard}`, () => {
    assert.equal(choiceOf(NUMBERS, key, code, more), 1);
  });
}

test("what a key types counts more than where it lies", () => {
  assert.equal(choiceOf(NUMBERS, "3", "Digit1"), 2, "digits in another order");
  assert.equal(choiceOf(["F", "J"], "j", "KeyC"), 1, "Dvorak");
  assert.equal(choiceOf(["F", "J"], "u", "KeyF"), 0, "Dvorak, by the fingers' place");
});

test("letters answer in any case and by their place on keyboards of other scripts", () => {
  for (const [key, code] of [["f", "KeyF"], ["F", "KeyF"], ["а", "KeyF"], ["は", "KeyF"], ["Process", "KeyF"]]) {
    assert.equal(choiceOf(["F", "J"], key, code), 0, key);
  }
  assert.equal(choiceOf(["F", "J"], "k", "KeyK"), undefined);
});

test("arrow keys answer, on the number pad too", () => {
  const arrows = ["ArrowLeft", "ArrowRight"];
  assert.equal(choiceOf(arrows, "ArrowRight", "ArrowRight"), 1);
  assert.equal(choiceOf(arrows, "ArrowLeft", "Numpad4"), 0);
  assert.equal(choiceOf(arrows, "ArrowUp", "ArrowUp"), undefined);
});

test("a held key, a shortcut and other keys answer nothing", () => {
  for (const more of [{ repeat: true }, { ctrlKey: true }, { metaKey: true }, { altKey: true }]) {
    assert.equal(choiceOf(NUMBERS, "2", "Digit2", more), undefined);
  }
  for (const key of ["0", "5", "x", "²", "½", "二", "F2", "Tab"]) assert.equal(choiceOf(NUMBERS, key), undefined, key);
  assert.equal(choiceOf([], "1", "Digit1"), undefined, "where there are no keys");
});

test("ten and more answers are typed whole: 1 alone is no answer", () => {
  const keys = new AnswerKeys(numbersTo(12));
  assert.deepEqual(keys.read(pressed("1", "Digit1", { timeStamp: 5 })), { typed: "1" });
  assert.deepEqual(keys.read(pressed("0", "Digit0", { timeStamp: 9 })), { choice: 9, since: 5 });
  keys.read(pressed("0"));
  assert.equal(keys.read(pressed("1")).choice, 0);
});

test("a number that does not exist answers nothing, and the next begins anew", () => {
  const keys = new AnswerKeys(numbersTo(12));
  assert.equal(keys.read(pressed("9")), null, "no number begins with 9");
  keys.read(pressed("1"));
  assert.equal(keys.read(pressed("9")), null, "there is no 19");
  keys.read(pressed("0"));
  assert.equal(keys.read(pressed("9")).choice, 8);
});

test("a digit can be taken back", () => {
  const keys = new AnswerKeys(numbersTo(12));
  keys.read(pressed("1"));
  assert.deepEqual(keys.read(pressed("Backspace")), { typed: "" });
  keys.read(pressed("0"));
  assert.equal(keys.read(pressed("2")).choice, 1);
});

test("every digit of every script has its value", () => {
  let digits = 0;
  for (let point = 0; point < 0x1fbff; point += 1) {
    const key = String.fromCodePoint(point);
    if (!/^\p{Nd}$/u.test(key)) continue;
    const value = digitOf({ key, code: "" });
    assert.ok(value >= 0 && value <= 9);
    assert.equal(value, digits % 10, `U+${point.toString(16)}`);
    digits += 1;
  }
  assert.ok(digits >= 500 && digits % 10 === 0);
});
