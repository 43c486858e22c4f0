// Where this browser keeps answers until the server has them, and whether it can.

import { openStore, Outbox } from "./outbox.js";
import { pause } from "./page.js";

const LONGEST_SILENCE_MS = 4000;

export class StorageError extends Error {}

// The store, or a StorageError where it is missing, forbidden or silent.
export async function openOrSay(open = openStore, silence = LONGEST_SILENCE_MS) {
  const silent = pause(silence).then(() => {
    throw new StorageError("the browser's storage does not answer");
  });
  const opened = Promise.resolve()
    .then(open)
    .catch((error) => {
      throw new StorageError(error.message);
    });
  return new SayingStore(await Promise.race([opened, silent]));
}

// A store whose failures are StorageErrors: full, or taken away while the page is open.
class SayingStore {
  constructor(store) {
    this.store = store;
  }

  all = (...at) => this.#orStorageError(this.store.all(...at));
  put = (...record) => this.#orStorageError(this.store.put(...record));
  delete = (...at) => this.#orStorageError(this.store.delete(...at));

  async #orStorageError(done) {
    try {
      return await done;
    } catch (error) {
      throw new StorageError(error?.message ?? "the browser's storage failed");
    }
  }
}

// Writes, reads and deletes one record, as the outbox will. A storage that is missing, full or forbidden fails; one
// that does not answer is as bad.
export async function storageWorks() {
  const silence = pause(LONGEST_SILENCE_MS).then(() => false);
  return Promise.race([recordIsKept().catch(() => false), silence]);
}

async function recordIsKept() {
  const outbox = new Outbox(await openStore(), "device-check");
  await outbox.begin("probe");
  await outbox.forget();
  return true;
}
