import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, filesOf, groupsOf } from "../../../study/static/study/photo_groups.js";

const addresses = Array.from({ length: 23 }, (_, k) => `/s/abc/photos/${k}`);
const sizes = (bytes) => groupsOf(addresses, bytes).map((group) => group.length);

test("small photos come ten at once, larger ones as many as half a megabyte holds, huge ones alone", () => {
  assert.deepEqual(sizes(4096), [10, 10, 3]);
  assert.deepEqual(sizes(150 * 1024), [3, 3, 3, 3, 3, 3, 3, 2]);
  assert.deepEqual(sizes(2 ** 21), Array(23).fill(1));
});

test("photos of unknown size come alone", () => assert.deepEqual(sizes(0), Array(23).fill(1)));

test("every photo is in one group, in its order", () => assert.deepEqual(groupsOf(addresses, 4096).flat(), addresses));

test("the address of a group names all of its photos", () => {
  assert.equal(addressOf(["/s/abc/photos/1", "/s/abc/photos/2", "/s/abc/photos/3"]), "/s/abc/photos/1,2,3");
  assert.equal(addressOf(["/s/abc/photos/1"]), "/s/abc/photos/1");
});

test("what came is cut into the files of the photos", async () => {
  const files = filesOf(new Blob(["aaaabbbbcccc"]), ["1", "2", "3"]);
  assert.deepEqual(await Promise.all(files.map((file) => file.text())), ["aaaa", "bbbb", "cccc"]);
});
