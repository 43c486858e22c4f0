// Where photo, field and the answers that are found go, so that all are in view. All lengths are CSS pixels.

import { keyboardUp } from "./typing.js";

const EDGE = 8;
const GAP = 6;
const LARGEST_PHOTO = 512;
const LARGEST_SHARE = 0.6; // of the height, above the field
const ROW = 44;
const LEAST_ROWS = 2; // of answers that are found
const KEYBOARD_LEAVES = 0.8; // of the window's height: less is left where a phone's keyboard is open
const BESIDE_KEYBOARD = 96; // the least photo then: no check before knows how much a keyboard covers

// Returns {arrangement, photo}: the field with its answers below the photo or beside it, as leaves it larger.
export function searchLayout({ width, height, field }) {
  const list = LEAST_ROWS * (ROW + GAP);
  const below = Math.min(LARGEST_PHOTO, width, height * LARGEST_SHARE, height - field - list - 2 * GAP);
  const beside = field + list <= height ? Math.min(LARGEST_PHOTO, height, width / 2) : 0;
  const arrangement = beside > below ? "beside" : "below";
  return { arrangement, photo: Math.max(0, Math.floor(Math.max(below, beside))) };
}

export class SearchBoard {
  constructor(board, field, leastPhoto) {
    Object.assign(this, { board, field, leastPhoto });
  }

  settled() {
    return keyboardUp(this);
  }

  clear() {
    delete this.board.dataset.search;
    delete document.body.dataset.fitted;
    this.board.removeAttribute("style");
  }

  // Lays the board out for the window as it is; returns whether the photo is large enough. It must be on the screen.
  fit() {
    this.clear();
    scrollTo(0, 0);
    const window = globalThis.visualViewport?.height ?? document.documentElement.clientHeight;
    const { top, width } = this.board.getBoundingClientRect();
    const height = Math.floor(window - top - EDGE);
    const field = this.field.form.getBoundingClientRect().height;
    const { arrangement, photo } = searchLayout({ width, height, field });
    this.board.dataset.search = arrangement;
    this.board.style.setProperty("--photo", `${photo}px`);
    this.board.style.setProperty("--height", `${height}px`);
    document.body.dataset.fitted = "";
    const keyboard = window < KEYBOARD_LEAVES * innerHeight;
    return photo >= Math.max(1, keyboard ? Math.min(this.leastPhoto, BESIDE_KEYBOARD) : this.leastPhoto);
  }
}
