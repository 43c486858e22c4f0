import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../../study/static/study/outbox.js";
import { newUuid } from "../../../study/static/study/uuid.js";

test("a name is a random UUID, and the next one is another", () => {
  assert.match(newUuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newUuid(), newUuid());
});

test("answers get their names where a page by plain http has no crypto.randomUUID", async () => {
  Object.defineProperty(crypto, "randomUUID", { value: undefined });
  const rows = [];
  const store = { all: async () => rows, put: async (row) => rows.push(row) };
  await new Outbox(store, "s").close("a", { status: "timeout" });
  assert.equal(rows[0].answer.uuid.length, 36);
});
