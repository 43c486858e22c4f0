// Puts photo and answers where the layout says. Measures only between trials, never while a photo is shown.

import { answerLayout } from "./answer_layout.js";

const LARGEST_GRID = 0.6; // of the height
export const EDGE = 8; // left free at the lower edge of the window

export class Board {
  // `board` holds the photo and the answers; nothing else on the screen moves.
  constructor(board, leastPhoto) {
    this.board = board;
    this.answers = board.querySelector(".answers");
    this.leastPhoto = leastPhoto;
    this.fittedTo = "";
  }

  // Lays the board out for the window as it is; returns whether photo and answers fit. It must be on the screen.
  fit() {
    const { clientWidth, clientHeight } = document.documentElement;
    const window = `${clientWidth}x${clientHeight} ${ownLetters()}`;
    if (window === this.fittedTo) return true;
    this.clear();
    scrollTo(0, 0); // an older layout may have been scrolled to
    const { top, width } = this.board.getBoundingClientRect();
    const height = Math.floor(clientHeight - top - EDGE);
    const layout = answerLayout({
      width: Math.floor(width),
      height,
      answers: this.answers.children.length,
      ownLetters: ownLetters(),
      leastPhoto: this.leastPhoto,
      rowHeight: this.#measure(),
    });
    this.clear();
    if (layout === null) return false;
    this.#apply(layout, height);
    this.fittedTo = window;
    return true;
  }

  // Returns a function that measures how high the longest name is in a button so wide; each width once.
  #measure() {
    const seen = new Map();
    return (button) => {
      const key = `${button.column} ${button.letters} ${button.mayBreak}`;
      if (!seen.has(key)) seen.set(key, this.#heightOf(button));
      return seen.get(key);
    };
  }

  // The board as it is without a layout.
  clear() {
    delete this.board.dataset.arrangement;
    delete this.board.dataset.words;
    delete document.body.dataset.fitted;
    this.board.removeAttribute("style");
    this.fittedTo = "";
  }

  #heightOf({ column, letters, mayBreak }) {
    this.board.dataset.arrangement = "measured";
    this.board.dataset.words = mayBreak ? "break" : "whole";
    this.#set({ column, letters, columns: 1 });
    const buttons = [...this.answers.children];
    if (buttons.some(isTooWide)) return null;
    return Math.max(...buttons.map((button) => button.getBoundingClientRect().height));
  }

  #apply({ arrangement, mayBreak, rows, ...lengths }, height) {
    this.board.dataset.arrangement = arrangement;
    this.board.dataset.words = mayBreak ? "break" : "whole";
    this.#set({ ...lengths, height });
    document.body.dataset.fitted = "";
  }

  #set({ columns, ...lengths }) {
    this.board.style.setProperty("--columns", columns);
    for (const [name, length] of Object.entries(lengths)) this.board.style.setProperty(`--${name}`, `${length}px`);
  }
}

// Whether a word is wider than the room that its button, and the label of the key in it, leave it.
function isTooWide(button) {
  const name = button.querySelector(".name");
  return name.scrollWidth > name.clientWidth + 1;
}

const LEAST_TILE = 48;

// Makes the tiles of a grid as large as the window allows, with what is asked for above and the button below.
export class TileBoard {
  constructor(tiles, columns) {
    Object.assign(this, { tiles, columns });
  }

  fit() {
    this.tiles.removeAttribute("style");
    this.tiles.dataset.marks = "above";
    scrollTo(0, 0);
    const { clientHeight } = document.documentElement;
    const { top, bottom, width } = this.tiles.parentElement.getBoundingClientRect();
    const others = bottom - top - this.tiles.getBoundingClientRect().height;
    const side = this.#place(width, clientHeight - top - others - EDGE);
    this.tiles.style.setProperty("--side", `${side}px`);
    document.body.dataset.fitted = "";
    return side >= LEAST_TILE;
  }

  // The box that marks a photo stands above it, or beside it where that leaves the photo larger: never on it.
  #place(width, height) {
    const mark = Number.parseFloat(getComputedStyle(this.tiles.firstElementChild).gridTemplateRows);
    const tall = Math.min(height, innerHeight * LARGEST_GRID);
    const above = this.#side(width, tall, 0, mark);
    const beside = this.#side(width, tall, mark, 0);
    this.tiles.dataset.marks = beside > above ? "beside" : "above";
    return Math.max(above, beside);
  }

  #side(width, height, besideEach, aboveEach) {
    const rows = Math.ceil(this.tiles.children.length / this.columns);
    const gap = Number.parseFloat(getComputedStyle(this.tiles).rowGap);
    const sides = [[width, this.columns, besideEach], [height, rows, aboveEach]];
    return Math.floor(Math.min(...sides.map(([length, tiles, mark]) => (length - (tiles - 1) * gap) / tiles - mark)));
  }
}

export const ownLetters = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
