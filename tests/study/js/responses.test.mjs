import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerKeys } from "../../../study/static/study/keys.js";
import { Responses } from "../../../study/static/study/responses.js";

const event = (type, fields) => Object.assign(new Event(type, { cancelable: true }), fields);

// Event.timeStamp cannot be set, so the tests give events a stamp of their own.
function stamped(type, time, fields) {
  const made = event(type, fields);
  Object.defineProperty(made, "timeStamp", { value: time });
  return made;
}

function setUp() {
  const target = new EventTarget();
  const buttons = [new EventTarget(), new EventTarget(), new EventTarget()];
  const responses = new Responses(buttons, new AnswerKeys(["1", "2", "3"]), { target });
  responses.listen();
  const key = (name, time, more = {}) => target.dispatchEvent(stamped("keydown", time, { key: name, ...more }));
  return { responses, buttons, key };
}

test("the first choice after the onset counts, with the time of its event", async () => {
  const { responses, key } = setUp();
  const first = responses.first(100);
  key("2", 350.25);
  key("1", 400);
  assert.deepEqual(await first, { choice: 1, since: 350.25, time: 350.25, input: "key" });
});

test("a choice before the painted onset is ignored, even if the page learns of the onset later", async () => {
  const { responses, key } = setUp();
  key("1", 99.9);
  key("3", 180);
  assert.deepEqual(await responses.first(100), { choice: 2, since: 180, time: 180, input: "key" });
});

test("a held key, another key, and a shortcut choose nothing", async () => {
  const { responses, key } = setUp();
  const first = responses.first(0);
  key("1", 10, { repeat: true });
  key("4", 20);
  key("x", 30);
  key("0", 40);
  key("1", 50, { ctrlKey: true });
  key("2", 60);
  assert.equal((await first).time, 60);
});

test("a held Enter does not press the focused button over and over", () => {
  const { key } = setUp();
  assert.equal(key("Enter", 10), true, "the first press is the button's");
  assert.equal(key("Enter", 40, { repeat: true }), false, "no click follows");
});

test("a pointer chooses when it comes down, and the click that follows is not a second answer", async () => {
  const { responses, buttons } = setUp();
  const first = responses.first(0);
  buttons[2].dispatchEvent(stamped("pointerdown", 70, { isPrimary: true, button: 0, pointerType: "touch" }));
  buttons[2].dispatchEvent(stamped("click", 150, { detail: 1 }));
  assert.deepEqual(await first, { choice: 2, since: 70, time: 70, input: "touch" });
  assert.equal(responses.events.length, 1);
});

test("a screen reader's click without a pointer chooses too", async () => {
  const { responses, buttons } = setUp();
  const first = responses.first(0);
  buttons[0].dispatchEvent(stamped("click", 90, { detail: 0 }));
  assert.equal((await first).choice, 0);
});

test("a second finger and the right button choose nothing", () => {
  const { responses, buttons } = setUp();
  buttons[0].dispatchEvent(stamped("pointerdown", 70, { isPrimary: false, button: 0 }));
  buttons[0].dispatchEvent(stamped("pointerdown", 80, { isPrimary: true, button: 2 }));
  assert.equal(responses.events.length, 0);
});

test("between trials nothing is collected", () => {
  const { responses, key } = setUp();
  responses.close();
  key("1", 10);
  assert.equal(responses.events.length, 0);
});

function setUpTwelve() {
  const target = new EventTarget();
  const names = Array.from({ length: 12 }, (_, place) => String(place + 1).padStart(2, "0"));
  const typed = [];
  const strays = [];
  const options = { target, onTyped: (digits) => typed.push(digits), onStray: () => strays.push(1) };
  const responses = new Responses(names.map(() => new EventTarget()), new AnswerKeys(names), options);
  responses.listen();
  const key = (name, time) => target.dispatchEvent(stamped("keydown", time, { key: name }));
  return { responses, typed, strays, key };
}

test("of twelve answers the tenth is typed as 1 and 0: the time is that of the last digit", async () => {
  const { responses, typed, key } = setUpTwelve();
  const first = responses.first(100);
  key("1", 300);
  key("0", 420);
  assert.deepEqual(await first, { choice: 9, since: 300, time: 420, input: "key" });
  assert.deepEqual(typed, ["", "1", ""]);
});

test("a number begun before the onset is no answer", async () => {
  const { responses, key } = setUpTwelve();
  key("1", 90);
  key("0", 110);
  const first = responses.first(100);
  key("0", 300);
  key("3", 420);
  assert.equal((await first).choice, 2);
});

test("a key that answers nothing is told of, but not Tab, space or a shortcut", () => {
  const { responses, strays, key } = setUpTwelve();
  responses.first(0);
  for (const name of ["Tab", " ", "Shift", "Enter"]) key(name, 10);
  assert.equal(strays.length, 0);
  key("x", 20);
  assert.equal(strays.length, 1);
});
