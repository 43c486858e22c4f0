// Decisions on their way to the server: kept in this browser until the server has answered, sent one by one in order.
//
// A decision is {token, url, fields}. The token names it, so that one whose answer was lost is done once only.

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

export function pauseAfter(failures) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
}

/** Decisions in the browser's storage, each under a key of its own, so that two tabs do not overwrite each other's. */
export class DecisionStore {
  constructor(storage, name) {
    this.storage = storage;
    this.prefix = `${name}:`;
  }

  all() {
    const keys = Array.from({ length: this.storage.length }, (_, number) => this.storage.key(number));
    const own = keys.filter((key) => key.startsWith(this.prefix)).sort();
    return own.map((key) => ({ ...JSON.parse(this.storage.getItem(key)), key }));
  }

  add(decision, now) {
    const key = `${this.prefix}${String(now).padStart(15, "0")}:${decision.token}`;
    this.storage.setItem(key, JSON.stringify(decision));
    return { ...decision, key };
  }

  remove({ key }) {
    this.storage.removeItem(key);
  }
}

/**
 * Sends decisions. `post(url, fields)` resolves to {status, body}: status 0 without a network, body null where the server
 * did not answer with data, as a login page does not. `onWaiting(count, reason)` is told how many are not stored yet, and
 * why the last try failed; null as long as it did not.
 */
export class DecisionOutbox {
  constructor(store, { post, wait, onAnswer, onRefusal, onWaiting, now = Date.now }) {
    Object.assign(this, { store, post, wait, onAnswer, onRefusal, onWaiting, now });
    this.last = 0;
    this.failures = 0;
    this.reason = null; // why the last try failed
    this.sending = null;
    this.wake = () => {};
  }

  get waiting() {
    return this.store.all();
  }

  /** Keep a decision and send it as soon as all before it are sent. */
  add(decision) {
    this.last = Math.max(this.last + 1, this.now());
    this.store.add(decision, this.last);
    this.onWaiting(this.waiting.length, this.reason);
    return this.drain();
  }

  /** Send what waits; calls at the same time share one run. */
  drain() {
    this.sending ??= this.#drain().finally(() => (this.sending = null));
    return this.sending;
  }

  /** Do not wait for the end of the pause. */
  tryNow() {
    this.wake();
    return this.drain();
  }

  async #drain() {
    for (let decision = this.waiting[0]; decision; decision = this.waiting[0]) {
      const reply = await this.post(decision.url, decision.fields);
      if (reply.body && reply.status === 200) this.#settled(decision, this.onAnswer, reply.body);
      else if (reply.body && reply.status < 500 && reply.status >= 400) this.#settled(decision, this.onRefusal, reply.body);
      else await this.#pause(reply);
    }
  }

  #settled(decision, tell, body) {
    this.store.remove(decision);
    this.failures = 0;
    tell(decision, body);
    this.reason = null;
    this.onWaiting(this.waiting.length, null);
  }

  #pause(reply) {
    this.failures += 1;
    this.reason = reasonOf(reply);
    this.onWaiting(this.waiting.length, this.reason);
    return Promise.race([this.wait(pauseAfter(this.failures)), new Promise((resolve) => (this.wake = resolve))]);
  }
}

/** Why a decision was not stored, for people. */
export function reasonOf({ status }) {
  if (status === 0) return "There is no connection to the server.";
  if (status >= 500) return "The server has a problem.";
  return "You are no longer logged in: log in in another tab.";
}
