import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerKeys } from "../../../study/static/study/keys.js";
import { Selection, TileScreen } from "../../../study/static/study/tiles.js";

function stamped(type, time, fields = {}) {
  const made = Object.assign(new Event(type, { cancelable: true }), fields);
  Object.defineProperty(made, "timeStamp", { value: time });
  return made;
}

// A check box as far as the selection needs one: a click toggles it unless it is prevented.
class Box extends EventTarget {
  checked = false;

  click() {
    const event = new Event("click", { cancelable: true });
    if (this.dispatchEvent(event)) this.checked = !this.checked;
  }
}

function setUp() {
  const target = new EventTarget();
  const boxes = Array.from({ length: 9 }, () => new Box());
  const button = new EventTarget();
  const selection = new Selection(boxes, button, 3, new AnswerKeys([..."123456789"]), target);
  selection.listen();
  const key = (name, time = 200, more = {}) => target.dispatchEvent(stamped("keydown", time, { key: name, ...more }));
  return { boxes, button, selection, key };
}

test("a submission is the places of the boxes that are checked, with the time of its event", async () => {
  const { selection, key } = setUp();
  const first = selection.first(100);
  key("2");
  key("9");
  key("Enter", 812.5);
  assert.deepEqual(await first, { choice: [1, 8], time: 812.5, input: "key" });
});

test("the button submits as Enter does, and nothing selected is a submission too", async () => {
  const { selection, button } = setUp();
  const first = selection.first(100);
  button.dispatchEvent(stamped("click", 640, { detail: 1, pointerType: "mouse" }));
  assert.deepEqual(await first, { choice: [], time: 640, input: "mouse" });
});

test("a number pressed twice takes its photo back", async () => {
  const { selection, key } = setUp();
  const first = selection.first(100);
  key("3");
  key("3");
  key("Enter", 700);
  assert.deepEqual((await first).choice, []);
});

test("held keys and shortcuts of the browser select nothing", () => {
  const { selection, boxes, key } = setUp();
  selection.first(100);
  key("1", 200, { repeat: true });
  key("1", 200, { ctrlKey: true });
  assert.equal(boxes[0].checked, false);
});

test("before the onset and after the end no box can be changed", () => {
  const { selection, boxes, key } = setUp();
  boxes[0].click();
  key("1");
  assert.equal(boxes[0].checked, false);
  selection.first(100);
  boxes[0].click();
  assert.equal(boxes[0].checked, true);
  selection.close();
  boxes[0].click();
  assert.equal(boxes[0].checked, true);
});

test("an event from before the painted onset submits nothing", async () => {
  const { selection, key } = setUp();
  const first = selection.first(100);
  key("Enter", 99);
  key("Enter", 150);
  assert.equal((await first).time, 150);
});

test("the next grid begins with nothing selected", () => {
  const { selection, boxes } = setUp();
  selection.first(100);
  boxes[4].click();
  selection.close();
  selection.listen();
  assert.equal(boxes.some((box) => box.checked), false);
});

test("a screen draws one photo per tile and wipes them all", () => {
  const calls = [];
  const canvases = [1, 2].map((name) => {
    const canvas = { name };
    canvas.getContext = () => ({
      canvas,
      clearRect: () => calls.push(["clear", name]),
      drawImage: (bitmap) => calls.push([bitmap.id, name]),
    });
    return canvas;
  });
  const screen = new TileScreen(canvases);
  screen.photo([{ id: "a", width: 30, height: 20 }, { id: "b", width: 10, height: 10 }]);
  screen.blank();
  assert.deepEqual(calls, [["a", 1], ["b", 2], ["clear", 1], ["clear", 2]]);
  assert.deepEqual([canvases[0].width, canvases[0].height], [30, 20]);
});
