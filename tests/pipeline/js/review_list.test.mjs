import assert from "node:assert/strict";
import { test } from "node:test";
import { ReviewList } from "../../../pipeline/static/pipeline/review_list.js";

const list = (...reviews) =>
  new ReviewList(
    reviews.map((review, number) => ({ id: 10 + number, review })),
    10,
  );

test("after a decision comes the next crop that is not reviewed, from the start again after the end", () => {
  const crops = list("pending", "approved", "pending");
  crops.update({ id: 10, review: "approved" });
  assert.ok(crops.toNextPending());
  assert.equal(crops.current.id, 12);
  crops.update({ id: 10, review: "pending" });
  crops.update({ id: 12, review: "discarded" });
  assert.ok(crops.toNextPending());
  assert.equal(crops.current.id, 10);
});

test("when all are reviewed it stays where it is", () => {
  const crops = list("approved", "approved");
  assert.equal(crops.toNextPending(), false);
  assert.equal(crops.current.id, 10);
});

test("the list has two ends", () => {
  const crops = list("pending", "pending");
  assert.equal(crops.step(-1).id, 10);
  assert.equal(crops.step(1).id, 11);
  assert.equal(crops.step(1).id, 11);
});

test("it counts what is reviewed", () => {
  assert.deepEqual(list("pending", "approved", "discarded", "unclear").counts(), {
    pending: 1,
    approved: 1,
    discarded: 1,
    unclear: 1,
    reviewed: 3,
    all: 4,
  });
});

test("crops of other levels are passed over", () => {
  assert.equal(list("pending").update({ id: 99, review: "approved" }), undefined);
  assert.equal(list("pending").goTo(99), false);
});
