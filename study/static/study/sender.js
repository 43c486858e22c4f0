// Empties the outbox to the server: in order, as often as it takes, each answer once.

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const MOST_AT_ONCE = 50;
const TRY_AGAIN = new Set([0, 408, 425, 429]);

export class OpenElsewhere extends Error {}
export class Refused extends Error {
  constructor(trial, reason) {
    super(reason);
    this.trial = trial;
  }
}
export class Expired extends Error {} // the page is too old to be believed: load it again, nothing is lost

export function isTemporary(status) {
  return TRY_AGAIN.has(status) || status >= 500;
}

export function pauseBefore(attempt) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
}

// `post(body)` resolves to {status, body}, with status 0 when there is no network.
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

  // Sends all there is; resolves when the server has everything. Calls share one run.
  drain() {
    this.draining ??= this.#drain().finally(() => (this.draining = null));
    return this.draining;
  }

  // Tells the server which trial begins, so that it knows should this page vanish.
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

  // One request, repeated until the server has decided; false when a batch must be taken apart.
  async #deliver(answers) {
    const begun = this.begun;
    const reply = await this.#insist(() => ({ tab: this.tab, ...this.#told(begun), answers }));
    if (this.begun === begun) this.begun = null;
    if (reply.status === 200) return this.#accepted(answers, reply.body);
    if (reply.body?.error === "open_elsewhere") throw new OpenElsewhere();
    if (reply.status === 403) throw new Expired();
    if (answers.length > 1) return false;
    for (const answer of answers) await this.outbox.refused(answer);
    throw new Refused(answers[0]?.trial ?? begun?.trial, `${reply.status} ${reply.body?.error ?? ""}`);
  }

  // What begins, and how long ago it did: without a network the news arrives long after.
  #told(begun) {
    return begun ? { begun: begun.trial, begun_age_ms: this.now() - begun.at } : { begun: null };
  }

  async #accepted(answers, body) {
    await this.outbox.acknowledged(answers);
    for (const [trial, right] of Object.entries(body.feedback)) this.feedback.set(trial, right);
    return true;
  }

  async #insist(body) {
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
