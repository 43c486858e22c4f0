import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchBitmaps, preload, UndecodableError, UnreachableError } from "../../../study/static/study/preload.js";

const noPause = async () => {};
const keys = Array.from({ length: 30 }, (_, k) => `p${k}`);
const apart = (names) => names.map((name) => [name]);

test("everything is loaded, with no more requests at once than allowed", async () => {
  let running = 0;
  let most = 0;
  const load = async ([key]) => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return [key.toUpperCase()];
  };
  const photos = await preload(apart(keys), { load, pause: noPause, parallel: 4 });
  assert.equal(photos.size, 30);
  assert.equal(photos.get("p7"), "P7");
  assert.equal(most, 4);
});

test("a request that fails is repeated", async () => {
  const failures = new Map([["p1", 2]]);
  const load = async ([key]) => {
    const left = failures.get(key) ?? 0;
    failures.set(key, left - 1);
    if (left > 0) throw new Error("network");
    return [key];
  };
  const photos = await preload(apart(["p0", "p1"]), { load, pause: noPause });
  assert.equal(photos.get("p1"), "p1");
});

test("a photo that no decoder takes comes back as null, the others as they are", async () => {
  const asked = [];
  const load = async (group) => {
    asked.push(group.join());
    if (group.includes("p1")) throw new UndecodableError("broken");
    return group;
  };
  for (const groups of [apart(["p0", "p1", "p2"]), [["p0", "p1", "p2"]]]) {
    const photos = await preload(groups, { load, pause: noPause });
    assert.deepEqual([...photos.entries()].sort(), [["p0", "p0"], ["p1", null], ["p2", "p2"]]);
  }
  assert.equal(asked.filter((names) => names === "p0,p1,p2").length, 1, "a group with it is asked for once");
});

test("a network that is away is waited for, however long, and the page says so", async () => {
  let away = 30;
  const pauses = [];
  const calls = [];
  const load = async (group) => {
    if ((away -= 1) >= 0) throw new UnreachableError("network");
    return group;
  };
  const photos = await preload([["p0"]], { load, pause: async (ms) => pauses.push(ms), onWaiting: (waiting) => calls.push(waiting) });
  assert.equal(photos.get("p0"), "p0");
  assert.equal(Math.max(...pauses), 15_000);
  assert.deepEqual([calls[0], calls.at(-1)], [true, false]);
});

test("a refusal that stays is an error, not a missing photo", async () => {
  const load = async () => {
    throw new Error("photo: 404");
  };
  await assert.rejects(preload([["p0"]], { load, pause: noPause }), /404/);
});

for (const [status, kind] of [[503, UnreachableError], [429, UnreachableError], [404, Error]]) {
  test(`status ${status} of a photo is ${kind.name}`, async (context) => {
    context.mock.method(globalThis, "fetch", async () => ({ ok: false, status }));
    await assert.rejects(fetchBitmaps(["/s/1/photos/p"]), (error) => error.constructor === kind);
  });
}

test("a photo that is cut off on its way is asked for again", async (context) => {
  const blob = async () => {
    throw new TypeError("network");
  };
  context.mock.method(globalThis, "fetch", async () => ({ ok: true, blob }));
  await assert.rejects(fetchBitmaps(["/s/1/photos/p"]), UnreachableError);
});

test("progress counts up to all", async () => {
  const calls = [];
  await preload([["a", "b"], ["c"]], { load: async (group) => group, parallel: 1, pause: noPause, onProgress: (done, all) => calls.push([done, all]) });
  assert.deepEqual(calls, [[2, 3], [3, 3]]);
});
