// Two photos beside each other, or one above the other, whichever leaves them larger; both have one onset, as
// they are drawn on one canvas. Like `board.js`, this measures only between trials.

import { Board, EDGE, ownLetters } from "./board.js";
import { LARGEST_PHOTO } from "./answer_layout.js";

const BETWEEN = 16; // px, between both photos, as --between in study.css

export const boardFor = (board, leastPhoto) =>
  board.dataset.photos === "2" ? new PairBoard(board, leastPhoto) : new Board(board, leastPhoto);

// What the buttons of two photos say now: left and right, or upper and lower.
export const placeNames = () =>
  [...document.querySelectorAll("[data-choice] .place")].map((name) => ({
    text: name.innerText,
    language: document.documentElement.lang,
  }));

// Returns {pair, photo}: how two photos stand in a room, and their side; `answers` is the height of the buttons.
export function pairLayout({ width, height, answers }) {
  const left = height - answers;
  const abreast = Math.floor(Math.min((width - BETWEEN) / 2, left, LARGEST_PHOTO));
  const stacked = Math.floor(Math.min(width, (left - BETWEEN) / 2, LARGEST_PHOTO));
  return stacked > abreast ? { pair: "stacked", photo: stacked } : { pair: "abreast", photo: abreast };
}

class PairBoard {
  constructor(board, leastPhoto) {
    Object.assign(this, { board, leastPhoto, fittedTo: "" });
    this.answers = board.querySelector(".answers");
  }

  // Lays the board out for the window as it is; returns whether photos and answers fit. It must be on the screen.
  fit() {
    const { clientWidth, clientHeight } = document.documentElement;
    const window = `${clientWidth}x${clientHeight} ${ownLetters()}`;
    if (window === this.fittedTo) return true;
    this.clear();
    scrollTo(0, 0); // an older layout may have been scrolled to
    const { top, width } = this.board.getBoundingClientRect();
    const layout = pairLayout({ width, height: Math.floor(clientHeight - top - EDGE), answers: this.#answers() });
    if (layout.photo < Math.max(this.leastPhoto, 1)) return false;
    this.board.dataset.pair = layout.pair;
    this.board.style.setProperty("--photo", `${layout.photo}px`);
    document.body.dataset.fitted = "";
    this.fittedTo = window;
    return true;
  }

  // The board as it is without a layout.
  clear() {
    delete this.board.dataset.pair;
    delete document.body.dataset.fitted;
    this.board.removeAttribute("style");
    this.fittedTo = "";
  }

  // How high the buttons are, with the words of whichever arrangement takes more.
  #answers() {
    const heights = ["abreast", "stacked"].map((pair) => {
      this.board.dataset.pair = pair;
      return this.answers.getBoundingClientRect().height;
    });
    const gap = Number.parseFloat(getComputedStyle(this.board).rowGap);
    return Math.max(...heights) + gap;
  }
}
