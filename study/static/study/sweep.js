// The way of the dot at the blind spot: out until somebody says that it is gone, a little farther, back until they
// see it again, and out anew. Lengths are from the middle of the square, in the pixels of the page.

const OUT = "out"; // is to vanish
const BEYOND = "beyond"; // has vanished, goes on a little: nobody can see it again yet
const BACK = "back"; // is to be seen again

// The server's plan is in pixels of the screen, of which the page has `ratio` for each of its own.
export const planOnPage = (plan, ratio) => ({
  ...plan,
  ...Object.fromEntries(["start", "speed", "step", "leastRoom", "mostRoom"].map((name) => [name, plan[name] / ratio])),
});

export class Sweep {
  constructor(plan, room, chance = Math.random) {
    this.plan = plan;
    this.room = room;
    this.chance = chance;
    this.rounds = [];
    this.missed = 0; // ways to the end on which nobody pressed
    this.#begin(plan.start);
  }

  get finished() {
    return this.rounds.length >= this.plan.rounds;
  }

  // Whether the next press says that the dot is back; else, that it is gone.
  get returns() {
    return this.phase !== OUT;
  }

  // Moves the dot on; at either end of its way it begins anew.
  move(length) {
    this.position += this.phase === BACK ? -length : length;
    if (this.phase === BEYOND && this.position >= this.turn) {
      this.position = this.turn;
      this.phase = BACK;
    }
    if (this.position <= 0 || (this.phase === OUT && this.position >= this.room)) {
      this.missed += 1;
      this.#begin(this.plan.start);
    }
  }

  // Returns whether the press counts: not while the dot still moves away after the first.
  press() {
    if (this.phase === BEYOND || this.finished) return false;
    if (this.phase === OUT) this.#vanish();
    else this.#return();
    return true;
  }

  #vanish() {
    this.gone = this.position;
    this.turn = Math.min(this.room, this.gone * (1 + this.plan.beyond));
    this.phase = BEYOND;
  }

  // The next round begins somewhere else, so that nobody can press by rhythm.
  #return() {
    this.rounds.push([this.gone, this.position]);
    const [nearest, farthest] = this.plan.nextStarts;
    this.#begin(this.gone * (nearest + this.chance() * (farthest - nearest)));
  }

  #begin(start) {
    this.phase = OUT;
    this.position = start;
  }
}
