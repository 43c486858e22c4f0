import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../../study/static/study/outbox.js";
import { ForbiddenError, OpenElsewhereError, pauseBefore, RefusedError, Sender } from "../../../study/static/study/sender.js";

class MapStore {
  constructor() {
    this.rows = new Map();
  }
  async all(session) {
    return [...this.rows.values()].filter((row) => row.session === session);
  }
  async put(row) {
    this.rows.set(`${row.session}/${row.trial}`, row);
  }
  async delete(session, trial) {
    this.rows.delete(`${session}/${trial}`);
  }
}

// A server that stores each trial once and, like the real one, takes them in their order only.
class Server {
  constructor() {
    this.stored = [];
    this.requests = 0;
    this.script = [];
  }
  post = async (body) => {
    this.requests += 1;
    const scripted = this.script.shift();
    if (scripted?.before) return scripted.before;
    for (const answer of body.answers) {
      if (!this.stored.some((row) => row.uuid === answer.uuid)) this.stored.push(answer);
    }
    return scripted?.after ?? { status: 200, body: { feedback: {} } };
  };
}

let clock = 0;
const newOutbox = (store = new MapStore()) => new Outbox(store, "s", { now: () => (clock += 1), uuid: () => `u${(clock += 1)}` });
const answered = { status: "answered", response: 0, rt_ms: 500 };

function newSender(outbox, server, more = {}) {
  const pauses = [];
  const sender = new Sender(outbox, { post: server.post, pause: async (ms) => pauses.push(ms), tab: "t", ...more });
  return { sender, pauses };
}

async function seen(outbox, ...trials) {
  for (const trial of trials) {
    await outbox.begin(trial);
    await outbox.close(trial, answered);
  }
}

test("answers leave in the order in which their trials began, and then they are gone", async () => {
  const outbox = newOutbox();
  const server = new Server();
  await seen(outbox, "c", "a", "b");
  await newSender(outbox, server).sender.drain();
  assert.deepEqual(server.stored.map((row) => row.trial), ["c", "a", "b"]);
  assert.deepEqual(await outbox.waiting(), []);
});

test("a clock that is set back, or stands still, changes no order", async () => {
  const times = [9000, 100, 100, 100];
  const outbox = new Outbox(new MapStore(), "s", { now: () => times.shift() ?? 100 });
  await seen(outbox, "c", "a");
  await outbox.close("b", { status: "aborted", reason: "preload_failed" });
  assert.deepEqual((await outbox.waiting()).map((answer) => answer.trial), ["c", "a", "b"]);
});

for (const failure of [0, 500, 502, 503, 408, 429]) {
  test(`status ${failure} is tried again until it works`, async () => {
    const outbox = newOutbox();
    const server = new Server();
    server.script = [1, 2, 3].map(() => ({ before: { status: failure, body: null } }));
    await seen(outbox, "a");
    const { sender, pauses } = newSender(outbox, server);
    await sender.drain();
    assert.equal(server.stored.length, 1);
    assert.deepEqual(pauses, [500, 1000, 2000]);
  });
}

test("an answer whose receipt was lost is stored once", async () => {
  const outbox = newOutbox();
  const server = new Server();
  server.script = [{ after: { status: 0, body: null } }];
  await seen(outbox, "a", "b");
  await newSender(outbox, server).sender.drain();
  assert.equal(server.requests, 2);
  assert.equal(server.stored.length, 2);
});

test("what was seen before a crash is sent by the next page; a trial cut off is closed as interrupted", async () => {
  const store = new MapStore();
  await seen(newOutbox(store), "a", "b");
  await newOutbox(store).begin("c");
  const next = newOutbox(store);
  await next.closeInterrupted();
  const server = new Server();
  await newSender(next, server).sender.drain();
  assert.deepEqual(server.stored.map((row) => [row.trial, row.status]), [
    ["a", "answered"],
    ["b", "answered"],
    ["c", "aborted"],
  ]);
});

test("a newer tab ends the sending and keeps what was not stored", async () => {
  const outbox = newOutbox();
  const server = new Server();
  server.script = [{ before: { status: 409, body: { error: "open_elsewhere" } } }];
  await seen(outbox, "a");
  await assert.rejects(newSender(outbox, server).sender.drain(), OpenElsewhereError);
  assert.equal((await outbox.waiting()).length, 1);
});

test("what is forbidden ends the sending and keeps what was not stored", async () => {
  const outbox = newOutbox();
  const server = new Server();
  server.script = [{ before: { status: 403, body: null } }];
  await seen(outbox, "a");
  await assert.rejects(newSender(outbox, server).sender.drain(), ForbiddenError);
  assert.equal((await outbox.waiting()).length, 1);
});

test("one answer that is refused for good does not hold up the others", async () => {
  const outbox = newOutbox();
  await seen(outbox, "bad", "a", "b");
  const server = new Server();
  const honest = server.post;
  server.post = async (body) =>
    body.answers.some((answer) => answer.trial === "bad") ? { status: 409, body: { error: "changed_answer" } } : honest(body);
  const { sender } = newSender(outbox, server);
  await assert.rejects(sender.drain(), RefusedError);
  await sender.drain();
  assert.deepEqual(server.stored.map((row) => row.trial), ["a", "b"]);
});

test("two calls share one run: nothing is sent twice at once", async () => {
  const outbox = newOutbox();
  const server = new Server();
  await seen(outbox, "a");
  const { sender } = newSender(outbox, server);
  await Promise.all([sender.drain(), sender.drain(), sender.announce("b")]);
  assert.equal(server.stored.length, 1);
});

test("the message that a trial began says how long ago that was, also when it is sent again", async () => {
  const bodies = [];
  const post = async (body) => {
    bodies.push(body);
    return bodies.length === 1 ? { status: 0, body: null } : { status: 200, body: { feedback: {} } };
  };
  const times = [1000, 1200, 61_000];
  const { sender } = newSender(newOutbox(), { post }, { now: () => times.shift() });
  await sender.announce("a");
  assert.deepEqual(bodies.map((body) => [body.begun, body.begun_age_ms]), [["a", 200], ["a", 60_000]]);
});

test("a page that waits for the network says so, and says when it is over", async () => {
  const outbox = newOutbox();
  const server = new Server();
  server.script = [{ before: { status: 0, body: null } }];
  const calls = [];
  await seen(outbox, "a");
  await newSender(outbox, server, { onWaiting: (waiting) => calls.push(waiting) }).sender.drain();
  assert.deepEqual(calls, [true, false]);
});

test("pauses grow and stay below a quarter of a minute", () => {
  assert.deepEqual([1, 2, 3, 6, 20].map(pauseBefore), [500, 1000, 2000, 15000, 15000]);
});
