// Runs the trials of a session, one block after the other, as the server sends them.

import { Attention } from "./attention.js";
import { KeyCheck } from "./key_check.js";
import { Outbox } from "./outbox.js";
import { copied, teach } from "./lesson.js";
import { loadPhotos } from "./loading.js";
import { element, pause, pauseOrOnline, postJson, showScreen, write } from "./page.js";
import { placeNames } from "./pair_board.js";
import { isTemporary, OpenElsewhereError, pauseBefore, RefusedError, Sender } from "./sender.js";
import { Stopping } from "./stopping.js";
import { openOrSay, StorageError } from "./storage.js";
import { nameTarget, openTask } from "./task.js";
import { runTrial } from "./trial.js";
import { newUuid } from "./uuid.js";

const RAN_OUT_MS = 1200;
const LEAST_BREAK_MS = 600; // a second press for the last photo does not end the break
const page = element("player");
const settings = JSON.parse(page.dataset.settings);
const tab = newUuid();
const isInTrial = () => !element("trial").hidden && element("trial").dataset.phase !== "lesson";
const stopping = new Stopping(document.querySelector("footer a"), isInTrial);
const forever = new Promise(() => {}); // awaited once the page has ended: it shows and stores nothing more

async function main() {
  const outbox = new Outbox(await openOrSay(), settings.session);
  const sender = new Sender(outbox, {
    post: (body) => postJson(settings.answersUrl, body),
    pause: pauseOrOnline,
    tab,
    onWaiting: (waiting) => (element("waiting").hidden = !waiting),
  });
  const parts = { outbox, sender, settings, ...openTask(settings), attention: new Attention(), shown: new Set(), halted: false, tooFast: 0 };
  await sendLeftovers(parts);
  await Promise.all([playBlocks(parts), parts.stage.ready]);
  location.reload();
}

// Answers of an earlier visit are sent first, so that the server knows where this session stands. The server
// accepts answers from one tab only, so this tab first asks to be the one.
async function sendLeftovers(parts) {
  await parts.outbox.closeInterrupted();
  if ((await parts.outbox.waiting()).length === 0) return;
  await claim();
  await sendAll(parts);
}

// Sends all answers that are waiting; those that the server refuses stay here, and its position counts.
async function sendAll({ sender }) {
  for (;;) {
    try {
      return await sender.drain();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }
}

const claim = () => postUntilAnswered(settings.tabUrl);
const openBlock = () => postUntilAnswered(settings.blockUrl);

async function postUntilAnswered(url) {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await postJson(url, { tab });
    element("waiting").hidden = !isTemporary(reply.status);
    if (reply.status === 200) return reply.body;
    if (!isTemporary(reply.status)) throw new Error(`${url}: ${reply.status}`);
    await pauseOrOnline(pauseBefore(attempt));
  }
}

// Plays blocks until the server has no trial left for this step, or practice has ended.
async function playBlocks(parts) {
  let step = null;
  for (;;) {
    const block = await openBlock();
    if (block.trials.length === 0 || (step !== null && step !== block.practice)) return;
    const isFirst = step === null;
    step = block.practice;
    await prepare(block, parts, isFirst);
    await playBlock(block, parts);
    await stopping.leave(() => sendAll(parts));
    showScreen("saving");
    await sendAll(parts);
    if (block.practice) return;
  }
}

// Between the steps of a block, whose levels follow the answers, the photos load without a break.
async function prepare(block, parts, isFirst) {
  showProgress(block);
  placeAnswers(block.order);
  const urls = block.trials.flatMap((trial) => trial.photos);
  const onWaiting = (waiting) => (element("waiting").hidden = !waiting);
  const photos = loadPhotos(urls, { pause: pauseOrOnline, onWaiting, bytes: block.photo_bytes });
  photos.catch(() => {}); // told where it is awaited, after the break
  if (block.closed > 0 && (block.pause || isFirst)) await takeBreak(parts);
  showScreen("loading");
  block.photos = await photos;
  await parts.stage.ready;
  if (block.closed === 0) await getReady(parts);
}

function showProgress(block) {
  for (const bar of document.querySelectorAll("[data-progress]")) {
    bar.max = block.total;
    bar.value = block.closed;
  }
  for (const text of document.querySelectorAll("[data-done]")) text.textContent = block.closed;
  for (const text of document.querySelectorAll("[data-total]")) text.textContent = block.total;
}

const pressed = (id) =>
  new Promise((resolve) => element(id).addEventListener("click", resolve, { once: true }));

async function getReady({ keys }) {
  const check = new KeyCheck(keys, [...document.querySelectorAll("[data-try-key]")], element("no-such-key"));
  showScreen("ready");
  if (element("key-check")) check.start();
  await pressed("start");
  check.stop();
}

// The key on which the hand lies goes on, as the button does, which has the focus.
async function takeBreak(parts) {
  element("too-fast").hidden = parts.tooFast === 0;
  parts.tooFast = 0;
  const opened = performance.now();
  const onKey = (event) => {
    const isMeant = event.timeStamp - opened >= LEAST_BREAK_MS && parts.keys.read(event) !== null;
    if (isMeant) element("continue").click();
  };
  showScreen("break");
  document.addEventListener("keydown", onKey);
  await pressed("continue");
  document.removeEventListener("keydown", onKey);
}

// Writes the names of the answers onto the buttons in the order of this block; nothing moves during it.
function placeAnswers(order) {
  const buttons = document.querySelectorAll("[data-choice] .name");
  for (const [place, button] of buttons.entries()) write(button, settings.answers[order[place]]);
}

async function playBlock(block, parts) {
  showScreen("trial");
  for (const [index, trial] of block.trials.entries()) {
    element("trial-progress").value = block.closed + index;
    element("trial").dataset.place = index + 1;
    if (parts.halted) return forever;
    await stopping.leave(() => sendAll(parts));
    if (trial.target) showTarget(trial.target);
    await makeRoom(parts.board);
    await playTrial(trial, block, parts);
  }
}

// Lays photo and answers out for the window; where it has become too small for them, waits until it is not. A
// study that asks for no least photo lets the page scroll instead.
async function makeRoom(board) {
  await board.settled?.();
  while (!board.fit() && settings.leastPhoto > 0) {
    showScreen("cramped");
    await new Promise((resolve) => addEventListener("resize", resolve, { once: true }));
    showScreen("trial");
  }
}

async function playTrial(trial, block, parts) {
  const { outbox, sender } = parts;
  const photos = trial.photos.map((url) => block.photos.get(url));
  if (photos.includes(null)) {
    await outbox.close(trial.trial, { status: "aborted", reason: "preload_failed" });
    return;
  }
  if (element("stray-key")) element("stray-key").hidden = true;
  await outbox.begin(trial.trial);
  parts.shown.add(trial.trial);
  inBackground(sender.announce(trial.trial), parts);
  const copies = block.practice ? await copied(photos) : [];
  const answer = await runTrial(photos, sizeOf(trial), parts);
  if (parts.halted) return forever;
  await outbox.close(trial.trial, answer);
  if (block.practice) return learn(trial, answer, copies, block, parts);
  if (answer.status === "timeout") await tellOfTheTime();
  parts.tooFast += answer.status === "answered" && answer.rt_ms < settings.fastMs;
}

// How large a photo is drawn: all alike, unless the server says what share of the area it takes.
const sizeOf = ({ extent = 1 }) => ({ extent, area: settings.areaPx });

// The photo comes back with its right answer, and stays until the person goes on.
async function learn(trial, answer, copies, block, parts) {
  await parts.sender.drain();
  parts.stage.show(copies, sizeOf(trial));
  const names = settings.answersArePlaces ? placeNames() : block.order.map((place) => settings.answers[place]);
  await teach(parts.sender.feedback.get(trial.trial), answer.status, { ...parts, names });
  parts.stage.clear();
}

async function tellOfTheTime() {
  element("ran-out").hidden = false;
  await pause(RAN_OUT_MS);
  element("ran-out").hidden = true;
}

// Shows what a grid or a question asks for; the focus makes screen readers read it.
function showTarget(target) {
  nameTarget(target);
  element("question").focus();
}

// Trials never wait for the network; an error in the background ends the page as one in the foreground would.
// But if an answer from an older tab is refused, this tab continues.
async function inBackground(sending, parts) {
  try {
    await sending;
  } catch (error) {
    if (error instanceof RefusedError && !parts.shown.has(error.trial)) return inBackground(parts.sender.drain(), parts);
    parts.halted = true;
    stop(error);
  }
}

// Ends the page for a reason that is not the session's own end.
function stop(error) {
  if (error instanceof OpenElsewhereError) showScreen("elsewhere");
  else if (error instanceof RefusedError) location.reload();
  else if (error instanceof StorageError) showScreen("no-storage");
  else {
    showScreen("trouble");
    throw error;
  }
}

for (const button of document.querySelectorAll("[data-reload]")) {
  button.addEventListener("click", () => location.reload());
}
element("fullscreen")?.addEventListener("click", () => document.documentElement.requestFullscreen());
main().catch(stop);
