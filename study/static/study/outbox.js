// What was shown in this browser and the server does not have yet. A record is on disk before anything is sent.

import { newUuid } from "./uuid.js";

const DATABASE = "sweetspot";
const STORE = "trials";

export const State = { BEGUN: "begun", ANSWERED: "answered", REFUSED: "refused" };

// Records by session and trial; `store` has the methods all, put and delete (IndexedDB here, a map in tests).
export class Outbox {
  constructor(store, session, { now = Date.now, uuid = newUuid } = {}) {
    this.store = store;
    this.session = session;
    this.now = now;
    this.uuid = uuid;
  }

  async begin(trial) {
    const at = this.#after(await this.#records());
    await this.store.put({ session: this.session, trial, at, state: State.BEGUN });
  }

  async close(trial, answer) {
    const records = await this.#records();
    const at = records.find((record) => record.trial === trial)?.at ?? this.#after(records);
    const identified = { ...answer, trial, uuid: this.uuid() };
    await this.store.put({ session: this.session, trial, at, state: State.ANSWERED, answer: identified });
  }

  // Closes trials that a reload or crash interrupted: they must not be shown again.
  async closeInterrupted() {
    const begun = (await this.#records()).filter((record) => record.state === State.BEGUN);
    for (const record of begun) {
      await this.close(record.trial, { status: "aborted", reason: "interrupted" });
    }
  }

  // Answers to send, oldest first.
  async waiting() {
    const answered = (await this.#records()).filter((record) => record.state === State.ANSWERED);
    return answered.sort((a, b) => a.at - b.at).map((record) => record.answer);
  }

  async acknowledged(answers) {
    for (const answer of answers) await this.store.delete(this.session, answer.trial);
  }

  // The server will never accept this answer: it stays here as evidence and is not sent again.
  async refused(answer) {
    await this.store.put({ session: this.session, trial: answer.trial, at: this.now(), state: State.REFUSED, answer });
  }

  async forget() {
    for (const record of await this.#records()) await this.store.delete(this.session, record.trial);
  }

  // A time later than any that is stored: answers must stay in order, even if this device's clock is set back.
  #after(records) {
    return Math.max(this.now(), ...records.map((record) => record.at + 1));
  }

  #records() {
    return this.store.all(this.session);
  }
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function openStore(indexedDb = indexedDB) {
  const opening = indexedDb.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: ["session", "trial"] });
  return new DiskStore(await settled(opening));
}

class DiskStore {
  constructor(database) {
    this.database = database;
  }

  all(session) {
    return settled(this.#store("readonly").getAll(IDBKeyRange.bound([session], [session, []])));
  }

  put(record) {
    return this.#written((store) => store.put(record));
  }

  delete(session, trial) {
    return this.#written((store) => store.delete([session, trial]));
  }

  #store(mode) {
    return this.database.transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
  }

  // Resolves when the transaction is on disk, not when the request is accepted.
  #written(change) {
    return new Promise((resolve, reject) => {
      const store = this.#store("readwrite");
      store.transaction.oncomplete = () => resolve();
      store.transaction.onerror = store.transaction.onabort = () => reject(store.transaction.error);
      change(store);
    });
  }
}
