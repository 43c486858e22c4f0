import assert from "node:assert/strict";
import { test } from "node:test";
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
  const responses = new Responses(buttons, target);
  responses.listen();
  const key = (name, time, more = {}) => target.dispatchEvent(stamped("keydown", time, { key: name, ...more }));
  return { responses, buttons, key };
}

test("the first choice after the onset counts, with the time of its event", async () => {
  const { responses, key } = setUp();
  const first = responses.first(100);
  key("2", 350.25);
  key("1", 400);
  assert.deepEqual(await first, { choice: 1, time: 350.25 });
});

test("a choice before the painted onset is ignored, even if the page learns of the onset later", async () => {
  const { responses, key } = setUp();
  key("1", 99.9);
  key("3", 180);
  assert.deepEqual(await responses.first(100), { choice: 2, time: 180 });
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
  buttons[2].dispatchEvent(stamped("pointerdown", 70, { isPrimary: true, button: 0 }));
  buttons[2].dispatchEvent(stamped("click", 150, { detail: 1 }));
  assert.deepEqual(await first, { choice: 2, time: 70 });
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
