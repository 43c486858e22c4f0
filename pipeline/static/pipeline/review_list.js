// The crops of a page in their order, which of them is looked at, and what was decided.

export const PENDING = "pending";

export class ReviewList {
  constructor(crops, current) {
    this.crops = crops;
    this.places = new Map(crops.map((crop, place) => [crop.id, place]));
    this.place = this.places.get(current) ?? 0;
  }

  get current() {
    return this.crops[this.place];
  }

  get(id) {
    return this.crops[this.places.get(id)];
  }

  /** Go to a crop; false if this page has none such. */
  goTo(id) {
    const place = this.places.get(id);
    if (place === undefined) return false;
    this.place = place;
    return true;
  }

  /** Go so many crops on, or back; the list has two ends. */
  step(by) {
    this.place = Math.min(Math.max(this.place + by, 0), this.crops.length - 1);
    return this.current;
  }

  /** Go to the next crop that is not reviewed, from the start again after the end; false if none is left. */
  toNextPending() {
    for (let ahead = 1; ahead <= this.crops.length; ahead += 1) {
      const place = (this.place + ahead) % this.crops.length;
      if (this.crops[place].review === PENDING) {
        this.place = place;
        return true;
      }
    }
    return false;
  }

  /** Take over what the server, or a decision that is on its way, says of a crop. */
  update(changes) {
    const crop = this.get(changes.id);
    if (crop) Object.assign(crop, changes);
    return crop;
  }

  /** The crops that will probably be looked at next. */
  ahead(count) {
    return this.crops.slice(this.place + 1, this.place + 1 + count);
  }

  counts() {
    const counts = { pending: 0, approved: 0, discarded: 0, unclear: 0 };
    for (const crop of this.crops) counts[crop.review] += 1;
    return { ...counts, reviewed: this.crops.length - counts.pending, all: this.crops.length };
  }
}
