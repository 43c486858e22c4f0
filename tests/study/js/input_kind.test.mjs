import assert from "node:assert/strict";
import { test } from "node:test";
import { InputKind } from "../../../study/static/study/input_kind.js";

function stamped(type, time, fields) {
  const made = Object.assign(new Event(type), fields);
  Object.defineProperty(made, "timeStamp", { value: time });
  return made;
}

function setUp() {
  const target = new EventTarget();
  return { kind: new InputKind(target), happens: (...args) => target.dispatchEvent(stamped(...args)) };
}

test("a key is a key", () => {
  assert.equal(setUp().kind.of(stamped("keydown", 5, { key: "1" })), "key");
});

for (const pointer of ["mouse", "touch", "pen"]) {
  test(`a ${pointer} is known when it comes down, and from its click`, () => {
    const { kind } = setUp();
    assert.equal(kind.of(stamped("pointerdown", 5, { pointerType: pointer })), pointer);
    assert.equal(kind.of(stamped("click", 5, { detail: 1, pointerType: pointer })), pointer);
  });
}

test("a click that does not tell its pointer has that of the press before it", () => {
  const { kind, happens } = setUp();
  happens("pointerdown", 5, { pointerType: "touch" });
  assert.equal(kind.of(stamped("click", 60, { detail: 1 })), "touch");
});

test("a button that Enter or space presses was pressed by a key", () => {
  const { kind, happens } = setUp();
  happens("keydown", 5, { key: "Enter" });
  assert.equal(kind.of(stamped("click", 5, { detail: 0 })), "key");
  happens("keydown", 100, { key: " " });
  happens("keyup", 900, { key: " " });
  assert.equal(kind.of(stamped("click", 900, { detail: 0 })), "key");
});

test("a click with neither pointer nor key comes from a screen reader or a switch", () => {
  const { kind, happens } = setUp();
  happens("keydown", 5, { key: "Enter" });
  assert.equal(kind.of(stamped("click", 2000, { detail: 0, pointerType: "" })), "assistive");
});

test("a pointer of no known kind is not given a name", () => {
  assert.equal(setUp().kind.of(stamped("pointerdown", 5, { pointerType: "" })), "");
});
