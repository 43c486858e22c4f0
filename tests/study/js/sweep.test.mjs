import assert from "node:assert/strict";
import { test } from "node:test";
import { planOnPage, Sweep } from "../../../study/static/study/sweep.js";

const PLAN = { rounds: 2, start: 100, speed: 80, step: 10, leastRoom: 350, mostRoom: 600, beyond: 0.1, nextStarts: [0.5, 0.9] };
const ROOM = 500;
const sweep = () => new Sweep(PLAN, ROOM, () => 0.5);

// Moves by small lengths until the dot is where it is wanted.
function until(dot, reached) {
  for (let moves = 0; !reached(dot.position) || dot.phase === "beyond"; moves += 1) {
    assert.ok(moves < 5000, "the dot never gets there");
    dot.move(1);
  }
}

// Somebody for whom the dot is gone from `edge` on, and who presses when it has moved on by `lag`.
function takePart(dot, edge, lag) {
  until(dot, (position) => position >= edge + lag);
  assert.equal(dot.press(), true);
  until(dot, (position) => position <= edge - lag);
  assert.equal(dot.press(), true);
}

test("however late both presses are, their middle is where the dot vanishes", () => {
  for (const lag of [0, 12, 40]) {
    const dot = sweep();
    takePart(dot, 300, lag);
    takePart(dot, 300, lag);
    for (const [gone, back] of dot.rounds) {
      assert.ok(Math.abs(gone - 300 - lag) < 1 && Math.abs(back - 300 + lag) < 1);
    }
    assert.equal(dot.finished, true);
  }
});

test("after the first press the dot goes on a little, and a second press is none", () => {
  const dot = sweep();
  until(dot, (position) => position >= 300);
  dot.press();
  assert.equal(dot.returns, true);
  assert.equal(dot.press(), false);
  until(dot, (position) => position <= 320);
  assert.equal(dot.turn, 330);
  assert.deepEqual(dot.rounds, []);
});

test("the next round begins between two shares of the length before", () => {
  const starts = [0, 0.5, 1].map((chance) => {
    const dot = new Sweep(PLAN, ROOM, () => chance);
    takePart(dot, 300, 0);
    return Math.round(dot.position);
  });
  assert.deepEqual(starts, [150, 210, 270]);
});

test("without a press the dot begins anew at both ends, and the way counts as missed", () => {
  const dot = sweep();
  dot.move(ROOM);
  assert.deepEqual([dot.position, dot.missed], [100, 1]);
  until(dot, (position) => position >= 300);
  dot.press();
  dot.move(31);
  dot.move(340);
  assert.deepEqual([dot.position, dot.missed, dot.rounds.length, dot.returns], [100, 2, 0, false]);
});

test("it never turns round outside the window", () => {
  const dot = sweep();
  until(dot, (position) => position >= 490);
  dot.press();
  dot.move(50);
  assert.equal(dot.position, ROOM);
});

test("what is planned in pixels of the screen has fewer of the page, and shares stay", () => {
  const onPage = planOnPage(PLAN, 2);
  assert.deepEqual([onPage.start, onPage.speed, onPage.step, onPage.leastRoom, onPage.mostRoom], [50, 40, 5, 175, 300]);
  assert.deepEqual([onPage.beyond, onPage.rounds], [0.1, 2]);
});
