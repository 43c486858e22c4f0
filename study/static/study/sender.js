// Sends the answers of the outbox to the server: in order, with as many tries as it takes, each answer once.

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const MOST_AT_ONCE = 50;
const TEMPORARY_STATUSES = new Set([0, 408, 425, 429]);

export class OpenElsewhereError extends Error {}
export class RefusedError extends Error {
  constructor(trial, reason) {
    super(reason);
    this.trial = trial;
  }
}
export class ForbiddenError extends Error {} // something between this page and the server forbids it: nothing is lost

export function isTemporary(status) {
  return TEMPORARY_STATUSES.has(status) || status >= 500;
}

export function pauseBefore(attempt) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
}

// `post(body)` resolves to {status, body}, with status 0 if there is no network.
export class Sender {
  constructor(outbox, { post, pause, tab, now = () => performance.now(), onWaiting = () => {} }) {
    this.outbox = outbox;
    this.post = post;
    this.pause = pause;
    this.tab = tab;
    this.now = now;
    this.onWaiting = onWaiting;
    this.begun = null;
    this.draining = null;
    this.feedback = new Map();
  }

  // Sends everything; resolves when the server has it. Simultaneous calls share one run.
  drain() {
    this.draining ??= this.#drain().finally(() => (this.draining = null));
    return this.draining;
  }

  // Tells the server which trial begins, so that it knows which one was interrupted if this page is closed.
  announce(trial) {
    this.begun = { trial, at: this.now() };
    return this.drain();
  }

  async #drain() {
    let most = MOST_AT_ONCE;
    for (;;) {
      const answers = (await this.outbox.waiting()).slice(0, most);
      if (answers.length === 0 && this.begun === null) return;
      most = (await this.#deliver(answers)) ? MOST_AT_ONCE : 1;
    }
  }

  // Sends one request until the server has decided; returns false if the batch must be sent one by one.
  async #deliver(answers) {
    const begun = this.begun;
    const reply = await this.#postUntilAnswered(() => ({ tab: this.tab, ...this.#announcement(begun), answers }));
    if (this.begun === begun) this.begun = null;
    if (reply.status === 200) return this.#accepted(answers, reply.body);
    if (reply.body?.error === "open_elsewhere") throw new OpenElsewhereError();
    if (reply.status === 403) throw new ForbiddenError();
    if (answers.length > 1) return false;
    for (const answer of answers) await this.outbox.refused(answer);
    throw new RefusedError(answers[0]?.trial ?? begun?.trial, `${reply.status} ${reply.body?.error ?? ""}`);
  }

  // Which trial began, and how long ago: without a network the message arrives long after.
  #announcement(begun) {
    return begun ? { begun: begun.trial, begun_age_ms: this.now() - begun.at } : { begun: null };
  }

  async #accepted(answers, body) {
    await this.outbox.acknowledged(answers);
    for (const [trial, right] of Object.entries(body.feedback)) this.feedback.set(trial, right);
    return true;
  }

  async #postUntilAnswered(body) {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.post(body());
      if (!isTemporary(reply.status)) {
        this.onWaiting(false);
        return reply;
      }
      this.onWaiting(true);
      await this.pause(pauseBefore(attempt));
    }
  }
}
