import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, matching } from "../../../study/static/study/search.js";
import { searchLayout } from "../../../study/static/study/search_board.js";

const SPORTS = ["water polo", "Polo", "pole vault", "Éscrime", "épée", "バスケットボール", "sumo wrestling"];
const found = (typed) => matching(SPORTS, typed).map((place) => SPORTS[place]);

test("names that begin with what is typed come before those that hold it", () => {
  assert.deepEqual(found("pol"), ["Polo", "pole vault", "water polo"]);
});

test("the name that is typed in full comes first, so that it is always in view", () => {
  const numbered = ["no 12", "no 11", "no 10", "no 1"];
  assert.equal(matching(numbered, "no 1")[0], 3);
  assert.equal(decided(numbered, "no 1"), 3);
});

test("case, accents and spaces at the ends do not matter", () => {
  assert.deepEqual(found(" ESC "), ["Éscrime"]);
  assert.deepEqual(found("epee"), ["épée"]);
  assert.deepEqual(found("É"), ["Éscrime", "épée", "water polo", "pole vault", "sumo wrestling"]);
});

test("other scripts are searched too", () => {
  assert.deepEqual(found("バス"), ["バスケットボール"]);
});

test("nothing typed finds nothing, and so does what no name holds", () => {
  assert.deepEqual([found(""), found("  "), found("chess")], [[], [], []]);
});

test("Enter takes the only answer left, or the one that is typed in full, and else none", () => {
  assert.equal(SPORTS[decided(SPORTS, "sum")], "sumo wrestling");
  assert.equal(SPORTS[decided(SPORTS, "polo")], "Polo");
  assert.equal(decided(SPORTS, "pol"), null);
  assert.equal(decided(SPORTS, "chess"), null);
  assert.equal(decided(SPORTS, ""), null);
});

test("photo, field and two answers fit, below each other or beside", () => {
  for (const [width, height] of [[304, 520], [374, 620], [1366, 700], [960, 430], [304, 250], [734, 130]]) {
    const { arrangement, photo } = searchLayout({ width, height, field: 74 });
    const below = photo + 74 + 2 * 50 + 12;
    assert.ok(arrangement === "below" ? below <= height : photo <= height && photo <= width / 2, `${width} ${height}`);
  }
  assert.equal(searchLayout({ width: 304, height: 520, field: 74 }).arrangement, "below");
  assert.equal(searchLayout({ width: 734, height: 280, field: 74 }).arrangement, "beside");
});

test("a window with no room for two answers has none for a photo", () => {
  assert.equal(searchLayout({ width: 300, height: 100, field: 74 }).photo, 0);
});
