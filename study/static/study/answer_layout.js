// Where photo and answers go, so that both are in view at once: a pure search over what fits. All lengths are CSS
// pixels; how high a row of answers is must be measured on the page, and is passed in.

export const LARGEST_PHOTO = 512;
const COMFORTABLE_PHOTO = 240; // letters become smaller before a photo does that is not larger than this
const LARGEST_SHARE = 0.6; // of the height, above answers; beside them, of the width
const SMALLEST_LETTERS = 12;
const WIDEST_BUTTON = 256;
const MOST_COLUMNS = 6;
const BESIDE_STEP = 16;

// From what is comfortable to what is tight: letters as a share of the person's own size, the least height of a
// button (never under 28, where fingers still hit it), and the gap between buttons.
const SIZES = [
  { letters: 1, button: 48, gap: 10 },
  { letters: 0.9, button: 44, gap: 8 },
  { letters: 0.8, button: 36, gap: 6 },
  { letters: 0.72, button: 28, gap: 4 },
  { letters: 0.6, button: 28, gap: 4 },
  { letters: 0.5, button: 28, gap: 4 },
];

const WORDS = [
  { mayBreak: false, leastLetters: 0 },
  { mayBreak: true, leastLetters: 8 }, // of the widest kind in a line, some fourteen others
  { mayBreak: true, leastLetters: 0 },
];

// Returns {arrangement, photo, columns, rows, column, row, gap, letters, mayBreak}, or null if the photo would be smaller than
// `leastPhoto`. `rowHeight({column, letters, mayBreak})` is the height that the longest name takes in a button so
// wide, null if a word is wider and may not break. Words break only where nothing else serves, and into long pieces
// where they can.
export function answerLayout({ width, height, answers, ownLetters, leastPhoto, rowHeight }) {
  for (const { mayBreak, leastLetters } of WORDS) {
    const room = { width, height, answers, leastPhoto, leastLetters };
    const options = []; // the best of each size
    for (const size of sizesFor(ownLetters)) {
      const heightOf = (column) => rowHeight({ column, letters: size.letters, mayBreak });
      const best = bestOf(room, arrangements(room, size, heightOf));
      if (best === null) continue;
      if (best.photo >= Math.min(COMFORTABLE_PHOTO, largestBelow(room))) return { ...best, mayBreak };
      options.push(best);
    }
    const best = bestOf(room, options);
    if (best !== null) return { ...best, mayBreak };
  }
  return null;
}

// Whoever sees letters large has asked for it: they shrink, but not below what others read.
const sizesFor = (own) =>
  SIZES.map((size) => ({ ...size, letters: own * size.letters })).filter((size) => size.letters >= SMALLEST_LETTERS);

function* arrangements(room, size, heightOf) {
  for (let columns = 1; columns <= Math.min(room.answers, MOST_COLUMNS); columns += 1) {
    yield below(room, size, columns, heightOf);
    yield* beside(room, size, columns, heightOf);
  }
}

const largestBelow = ({ width, height }) => Math.min(LARGEST_PHOTO, width, Math.floor(height * LARGEST_SHARE));

// Answers under the photo, across the page.
function below(room, size, columns, heightOf) {
  const column = columnWidth(room.width, columns, size.gap);
  const table = tableOf(room, size, columns, column, heightOf);
  if (table === null) return null;
  const photo = Math.min(largestBelow(room), Math.floor(room.height - table.height - size.gap));
  return suitable(room, { ...table, arrangement: "below", photo });
}

// Answers at the side of the photo: the larger it is, the narrower are they.
function* beside(room, size, columns, heightOf) {
  const largest = Math.min(LARGEST_PHOTO, room.height, Math.floor(room.width * LARGEST_SHARE));
  for (let photo = largest; photo >= Math.max(room.leastPhoto, 1); photo -= BESIDE_STEP) {
    const column = columnWidth(room.width - photo - 2 * size.gap, columns, size.gap);
    const table = tableOf(room, size, columns, column, heightOf);
    if (table === null || table.height > room.height) continue;
    yield suitable(room, { ...table, arrangement: "beside", photo });
    return;
  }
}

const columnWidth = (width, columns, gap) =>
  Math.min(WIDEST_BUTTON, Math.floor((width - (columns - 1) * gap) / columns));

function tableOf(room, size, columns, column, heightOf) {
  const measured = column >= Math.max(size.button, room.leastLetters * size.letters) ? heightOf(column) : null;
  if (measured === null) return null;
  const rows = Math.ceil(room.answers / columns);
  const row = Math.ceil(Math.max(size.button, measured));
  const { letters, gap } = size;
  return { columns, rows, column, row, gap, letters, height: rows * row + (rows - 1) * gap };
}

const suitable = (room, option) => (option.photo >= Math.max(room.leastPhoto, 1) ? option : null);

// The larger photo is better, up to what is comfortable or fits above answers; of such the one with the answers
// below, then with fewest rows, is easiest to take in.
function bestOf(room, options) {
  const enough = Math.max(COMFORTABLE_PHOTO, largestBelow(room));
  let best = null;
  for (const option of options) {
    if (option !== null && (best === null || isBetter(option, best, enough))) best = option;
  }
  return best;
}

function isBetter(option, best, enough) {
  const [photo, other] = [option, best].map((each) => Math.min(each.photo, enough));
  if (photo !== other) return photo > other;
  if (option.arrangement !== best.arrangement) return option.arrangement === "below";
  return option.rows < best.rows;
}
