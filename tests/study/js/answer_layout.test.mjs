import assert from "node:assert/strict";
import { test } from "node:test";
import { answerLayout } from "../../../study/static/study/answer_layout.js";

const LETTER = 0.6; // mean width of a letter, as a share of its size

// Rows of names that wrap at spaces as a browser would; a word that is wider than the button breaks if it may.
function rowHeightOf(names) {
  return ({ column, letters, mayBreak }) => {
    const room = Math.floor((column - 12) / (letters * LETTER));
    if (room < 1 || (!mayBreak && names.some((name) => name.split(" ").some((word) => word.length > room)))) return null;
    return Math.max(...names.map((name) => linesOf(name, room))) * letters * 1.2 + 8;
  };
}

function linesOf(name, room) {
  let lines = 1;
  let used = 0;
  for (const word of name.split(" ")) {
    if (used > 0 && used + 1 + word.length > room) [lines, used] = [lines + 1, 0];
    lines += Math.ceil(word.length / room) - 1;
    used += (used > 0) + (word.length % room || room);
  }
  return lines;
}

const named = (answers, length = 9) => Array.from({ length: answers }, () => "x".repeat(length));
const layoutOf = (width, height, names, more = {}) =>
  answerLayout({
    width,
    height,
    answers: names.length,
    ownLetters: 17,
    leastPhoto: 160,
    rowHeight: rowHeightOf(names),
    ...more,
  });

function assertFits(layout, width, height, message) {
  const across = layout.columns * layout.column + (layout.columns - 1) * layout.gap;
  const down = layout.rows * layout.row + (layout.rows - 1) * layout.gap;
  const isBelow = layout.arrangement === "below";
  assert.ok((isBelow ? across : across + layout.photo + 2 * layout.gap) <= width, `${message}: too wide`);
  assert.ok((isBelow ? down + layout.photo + layout.gap : Math.max(down, layout.photo)) <= height, `${message}: too high`);
  assert.ok(layout.photo >= 160 && layout.row >= 28 && layout.letters >= 12, `${message}: too small`);
}

for (const [width, height] of [[304, 520], [374, 617], [720, 273], [960, 720], [651, 337], [960, 1390]]) {
  test(`2 to 30 answers and a photo fit into ${width} x ${height}`, () => {
    for (let answers = 2; answers <= 30; answers += 1) {
      const layout = layoutOf(width, height, named(answers));
      assertFits(layout, width, height, `${answers} answers`);
      assert.ok(layout.rows * layout.columns >= answers);
    }
  });
}

test("few answers on a laptop stand in one row under a large photo", () => {
  const { arrangement, columns, rows, photo, letters } = layoutOf(960, 720, named(3));
  assert.deepEqual({ arrangement, columns, rows, photo, letters }, { arrangement: "below", columns: 3, rows: 1, photo: 432, letters: 17 });
});

test("on a phone held across, answers stand beside the photo", () => {
  const layout = layoutOf(720, 273, named(9));
  assert.equal(layout.arrangement, "beside");
  assert.ok(layout.photo >= 240);
});

test("letters shrink before the photo is smaller than is comfortable, and it before it is refused", () => {
  const roomy = layoutOf(374, 617, named(9));
  const tight = layoutOf(304, 520, named(30));
  assert.equal(roomy.letters, 17);
  assert.ok(tight.letters < 17 && tight.photo < 240);
  assert.equal(layoutOf(304, 400, named(30)), null);
});

test("where letters are large because a person needs that, they stay as large as can be", () => {
  const large = layoutOf(374, 617, named(3), { ownLetters: 34 });
  assert.ok(large.letters > 20);
  assertFits(large, 374, 617, "large letters");
});

test("words break only where they would not fit whole", () => {
  assert.equal(layoutOf(374, 617, named(6, 12)).mayBreak, false);
  const long = layoutOf(374, 617, named(6, 60));
  assert.equal(long.mayBreak, true);
  assertFits(long, 374, 617, "long words");
});

test("thirty names of sixty letters fit on a large screen and are refused on a small one", () => {
  assertFits(layoutOf(960, 1390, named(30, 60)), 960, 1390, "large");
  assert.equal(layoutOf(304, 520, named(30, 60)), null);
});

test("a study may ask for a larger photo, or for none", () => {
  assert.equal(layoutOf(304, 520, named(30), { leastPhoto: 300 }), null);
  assert.ok(layoutOf(304, 400, named(30), { leastPhoto: 0 }).photo < 160);
});
