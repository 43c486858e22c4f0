import assert from "node:assert/strict";
import { test } from "node:test";
import { DecisionOutbox, DecisionStore, pauseAfter } from "../../../pipeline/static/pipeline/decision_outbox.js";

class MapStorage {
  rows = new Map();
  get length() {
    return this.rows.size;
  }
  key = (number) => [...this.rows.keys()][number];
  getItem = (key) => this.rows.get(key) ?? null;
  setItem = (key, value) => this.rows.set(key, value);
  removeItem = (key) => this.rows.delete(key);
}

// A server that answers as its script says, then always with success.
function outboxWith(script, storage = new MapStorage(), wait = async () => {}) {
  const log = { posted: [], answers: [], refusals: [], waiting: [] };
  const outbox = new DecisionOutbox(new DecisionStore(storage, "study-1"), {
    post: async (_url, fields) => {
      log.posted.push(fields.token);
      return script.shift() ?? { status: 200, body: { crops: [] } };
    },
    wait,
    onAnswer: (decision) => log.answers.push(decision.token),
    onRefusal: (decision, body) => log.refusals.push([decision.token, body.refusal]),
    onWaiting: (count, reason) => log.waiting.push([count, reason]),
    now: () => 5,
  });
  return { outbox, log, storage };
}

const decision = (token) => ({ token, url: "/review/", fields: { token } });

test("decisions are sent one by one in their order, even within one millisecond", async () => {
  const { outbox, log } = outboxWith([]);
  await Promise.all(["a", "b", "c"].map((token) => outbox.add(decision(token))));
  assert.deepEqual(log.answers, ["a", "b", "c"]);
  assert.equal(outbox.waiting.length, 0);
});

test("what could not be stored is kept, said, and sent again before anything later", async () => {
  const { outbox, log } = outboxWith([{ status: 0, body: null }, { status: 502, body: null }]);
  await Promise.all([outbox.add(decision("a")), outbox.add(decision("b"))]);
  assert.deepEqual(log.posted, ["a", "a", "a", "b"]);
  assert.deepEqual(log.waiting.slice(2, 4), [
    [2, "There is no connection to the server."],
    [2, "The server has a problem."],
  ]);
  assert.deepEqual(log.waiting.at(-1), [0, null]);
});

test("trying now does not wait for the end of the pause", async () => {
  const forEver = () => new Promise(() => {});
  const { outbox, log } = outboxWith([{ status: 0, body: null }], new MapStorage(), forEver);
  const stored = outbox.add(decision("a"));
  await new Promise(setImmediate);
  assert.deepEqual(log.answers, []);
  outbox.tryNow();
  await stored;
  assert.deepEqual(log.answers, ["a"]);
});

test("a login page in place of an answer loses nothing", async () => {
  const { outbox, log } = outboxWith([{ status: 200, body: null }]);
  await outbox.add(decision("a"));
  assert.deepEqual(log.posted, ["a", "a"]);
  assert.match(log.waiting[1][1], /log in/);
});

test("what the server refuses is said and not sent again", async () => {
  const { outbox, log } = outboxWith([{ status: 409, body: { refusal: "The loop runs." } }]);
  await Promise.all([outbox.add(decision("a")), outbox.add(decision("b"))]);
  assert.deepEqual(log.refusals, [["a", "The loop runs."]]);
  assert.deepEqual(log.answers, ["b"]);
});

test("the next page sends what the last one could not, and leaves other studies' decisions alone", async () => {
  const storage = new MapStorage();
  new DecisionStore(storage, "study-1").add(decision("a"), 1);
  new DecisionStore(storage, "study-2").add(decision("z"), 1);
  const { outbox, log } = outboxWith([], storage);
  await outbox.drain();
  assert.deepEqual(log.answers, ["a"]);
  assert.equal(storage.length, 1);
});

test("pauses grow to half a minute", () => {
  assert.deepEqual([1, 2, 3, 10].map(pauseAfter), [1000, 2000, 4000, 30_000]);
});
