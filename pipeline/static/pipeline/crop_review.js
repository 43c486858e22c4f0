// Crop review by keyboard, mouse or touch: decisions are shown at once, and sent in the background.

import { DecisionOutbox, DecisionStore } from "./decision_outbox.js";
import { CropView } from "./crop_view.js";
import { ReviewList } from "./review_list.js";
import { WindowEditor } from "./window_editor.js";

const FOLLOW_MS = 2000;
const AHEAD = 3; // crops that are loaded before they are looked at

class CropReview {
  constructor(root) {
    this.root = root;
    this.page = JSON.parse(document.querySelector("#review-data").textContent);
    this.list = new ReviewList(this.page.crops, this.page.current);
    this.undoable = this.page.undoable;
    this.touched = new Set(); // crops whose figures or pixels may change in the background
    this.view = new CropView(root, this.page);
    this.editor = new WindowEditor(root.querySelector(".photo"), (box) => this.view.editing(box, this.list.current));
    this.outbox = this.#outbox();
    this.#listen();
    this.#restoreWaiting();
    this.show();
    this.outbox.drain();
    this.#watchFollowing();
  }

  #outbox() {
    return new DecisionOutbox(new DecisionStore(storage(), this.page.outbox), {
      post,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      onAnswer: (decision, body) => this.#answered(decision, body),
      onRefusal: (decision, body) => this.#refused(decision, body),
      onWaiting: (count, reason) => this.view.waiting(count, reason),
    });
  }

  show() {
    const crop = this.list.current;
    this.view.show(crop, this.list);
    for (const next of this.list.ahead(AHEAD)) new Image().src = next.image;
    history.replaceState(null, "", `?crop=${crop.id}`);
  }

  #listen() {
    document.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("submit", (event) => this.#submit(event));
    this.root.addEventListener("click", (event) => this.#click(event));
    addEventListener("online", () => this.outbox.tryNow());
    addEventListener("beforeunload", (event) => {
      if (this.outbox.waiting.length > 0) event.preventDefault();
    });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (this.editor.isOpen ? this.#editingKey(event, key) : !event.altKey && this.#reviewKey(event, key)) {
      event.preventDefault();
    }
  }

  #editingKey(event, key) {
    if (key === "Escape") this.#closeEditor();
    else if (key === "Enter" && !isButton(event.target)) this.#save();
    else return this.editor.key(event);
    return true;
  }

  #reviewKey(event, key) {
    if (!this.root.querySelector("#keys-on").checked) return false;
    const name = { ArrowRight: "n", ArrowLeft: "p" }[key] ?? key;
    const control = this.root.querySelector(`[aria-keyshortcuts~="${CSS.escape(name)}"]:not([hidden])`);
    if (!control || event.repeat) return false;
    control.click();
    return true;
  }

  #submit(event) {
    const name = event.submitter?.dataset.do;
    if (!name) return;
    event.preventDefault();
    this.#do(name);
  }

  #click(event) {
    const control = event.target.closest("[data-do]");
    if (control && control.type !== "submit") {
      event.preventDefault();
      this.#do(control.dataset.do, control);
    }
  }

  #do(name, control) {
    const actions = {
      approve: () => this.decide("approved"),
      discard: () => this.decide("discarded"),
      next: () => this.#go(() => this.list.step(1)),
      previous: () => this.#go(() => this.list.step(-1)),
      undo: () => this.undo(),
      redraw: () => this.#open(),
      box: () => this.#openBox(),
      person: () => this.#pick(control.dataset.person),
      save: () => this.#save(),
      cancel: () => this.#closeEditor(),
      subject: () => this.view.toggle("subject"),
      attention: () => this.view.toggle("attention"),
      retry: () => this.outbox.tryNow(),
      crop: () => this.#go(() => this.list.goTo(Number(control.dataset.crop))),
    };
    actions[name]?.();
  }

  #go(step) {
    this.#closeEditor();
    step();
    this.show();
  }

  /** Approve or discard the present crop, show the next one, and let the server know. */
  decide(review) {
    const crop = this.list.current;
    const before = { id: crop.id, review: crop.review };
    this.list.update({ id: crop.id, review });
    this.#send(crop, this.page.urls.review, { decision: review }, before);
    this.view.say(`${crop.name}: ${review}.`);
    this.#go(() => this.list.toNextPending() || this.list.step(1));
    if (this.list.counts().pending === 0) this.view.say("Every crop of this level is reviewed.");
  }

  undo() {
    const token = this.undoable.pop();
    if (!token) return this.view.say("There is nothing of yours to undo.");
    const decision = { token: `undo-${token}`, url: this.page.urls.undo, fields: { token }, undoes: token };
    this.view.say("Undoing the last decision.");
    return this.outbox.add(decision);
  }

  #open() {
    const crop = this.list.current;
    if (!crop.rule) return this.view.say("The window of this crop cannot be drawn.");
    const [left, top, width, height] = crop.window;
    this.editor.open({ left, top, width, height }, crop.rule);
    this.view.mode("redraw");
    return this.view.say("Draw the window: arrow keys move it, Shift and arrows resize it, Enter cuts, Escape leaves it.");
  }

  /** Let a box be drawn around the subject: about the one that was picked, else about the middle. */
  #openBox() {
    const [left, top, right, bottom] = this.list.current.subject ?? [0.3, 0.2, 0.7, 0.8];
    this.editor.open({ left, top, width: right - left, height: bottom - top }, { aspect: null });
    this.view.mode("box");
    this.view.say("Draw a box around the subject: arrow keys move it, Shift and arrows stretch it, Enter picks it.");
  }

  #pick(person) {
    this.#send(this.list.current, this.page.urls.pick, { person }, { id: this.list.current.id });
    this.view.say(`${this.list.current.seenAs} ${person} is picked.`);
  }

  #save() {
    const { left, top, width, height } = this.editor.box;
    const crop = this.list.current;
    const isBox = this.root.dataset.mode === "box";
    this.#closeEditor();
    if (isBox) this.#send(crop, this.page.urls.pick, { left, top, right: left + width, bottom: top + height }, { id: crop.id });
    else this.#send(crop, this.page.urls.cut, { left, top, width }, { id: crop.id });
    this.view.say(isBox ? "The subject is picked." : "Cutting.");
  }

  #closeEditor() {
    if (!this.editor.isOpen) return;
    this.editor.close();
    this.view.mode("review");
    this.view.show(this.list.current, this.list);
  }

  #send(crop, url, fields, before) {
    const token = newToken();
    this.undoable.push(token);
    const decision = { token, url: url.replace("/0/", `/${crop.id}/`), fields: { ...fields, token }, before };
    this.outbox.add(decision);
  }

  /** What was decided in this browser but not stored yet, for instance before the page was loaded again. */
  #restoreWaiting() {
    for (const { fields, before, token, undoes } of this.outbox.waiting) {
      if (undoes) this.undoable = this.undoable.filter((other) => other !== undoes);
      else this.undoable.push(token);
      if (fields.decision) this.list.update({ id: before.id, review: fields.decision });
    }
  }

  #answered(decision, body) {
    for (const crop of body.crops) this.list.update(crop);
    if (decision.undoes && body.crops.length > 0) this.list.goTo(body.crops[0].id);
    if (!decision.fields.decision) this.view.say(body.message);
    this.#refresh();
    for (const crop of body.crops) this.touched.add(crop.id);
    if (!decision.fields.decision) this.#watchFollowing();
  }

  #refused(decision, body) {
    this.undoable = this.undoable.filter((token) => token !== decision.token);
    if (decision.before) this.list.update(decision.before);
    this.view.refusal(body.refusal ?? "The server refused this.");
    this.#refresh();
  }

  #refresh() {
    if (!this.editor.isOpen) this.show();
  }

  /** Show how far heavier crops are, until they are cut. */
  async #watchFollowing() {
    const asked = [...this.touched].map((id) => `crop=${id}`).join("&");
    const reply = await fetch(`${this.page.urls.following}?${asked}`).catch(() => null);
    if (!reply?.ok || reply.redirected) return;
    const { text, busy, crops } = await reply.json();
    for (const crop of crops) this.list.update(crop);
    this.view.following(text);
    if (crops.length > 0) this.#refresh();
    if (busy) setTimeout(() => this.#watchFollowing(), FOLLOW_MS);
  }
}

function isTyping(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox]), textarea, select");
}

function isButton(target) {
  return target instanceof Element && target.matches("button, a");
}

/** Send a form; status 0 stands for no network, an empty body for an answer that is no data. */
async function post(url, fields) {
  const headers = { Accept: "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value };
  try {
    const reply = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
    const isData = !reply.redirected && reply.headers.get("Content-Type")?.startsWith("application/json");
    return { status: reply.status, body: isData ? await reply.json() : null };
  } catch {
    return { status: 0, body: null };
  }
}

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The browser's storage, or this page's memory where it allows none. */
function storage() {
  try {
    localStorage.setItem("sweetspot-try", "");
    localStorage.removeItem("sweetspot-try");
    return localStorage;
  } catch {
    return new MemoryStorage();
  }
}

class MemoryStorage {
  #rows = new Map();
  get length() {
    return this.#rows.size;
  }
  key(number) {
    return [...this.#rows.keys()][number];
  }
  getItem(key) {
    return this.#rows.get(key) ?? null;
  }
  setItem(key, value) {
    this.#rows.set(key, value);
  }
  removeItem(key) {
    this.#rows.delete(key);
  }
}

const root = document.querySelector("#review");
if (root) new CropReview(root);
