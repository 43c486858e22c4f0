// What a trial of each task is shown on and answered with, as the page's settings say.

import { TileBoard } from "./board.js";
import { AnswerKeys, PlaceKeys } from "./keys.js";
import { element, write } from "./page.js";
import { boardFor } from "./pair_board.js";
import { Responses } from "./responses.js";
import { AnswerSearch, SearchedResponses } from "./search.js";
import { SearchBoard } from "./search_board.js";
import { openStage } from "./stage.js";
import { Selection, TileStage } from "./tiles.js";
import { TypedAnswer, TypedBoard } from "./typing.js";

// Returns {stage, responses, board, keys, tiles}; the page has the elements of the task.
export function openTask(settings) {
  const keys = settings.answersArePlaces ? new PlaceKeys(settings.answerKeys) : new AnswerKeys(settings.answerKeys);
  if (settings.columns) return openGrid(settings, keys);
  return settings.typed ? openNaming(settings, keys) : openSingle(settings, keys);
}

// Writes what a grid or a question asks for.
export const nameTarget = (target) => write(element("target") ?? document.querySelector("#question .name"), target);

function openSingle(settings, keys) {
  const stage = openStage(element("stage"), { masks: settings.maskMs > 0, workerUrl: settings.workerUrl, lag: settings.presentationLagMs });
  const buttons = [...document.querySelectorAll("[data-choice]")];
  const onTyped = (typed) => buttons.forEach((button, place) => markTyped(button, settings.answerKeys[place], typed));
  if (settings.searched) return { ...openSearch(buttons, settings, keys), stage, keys, tiles: [] };
  const responses = new Responses(buttons, keys, { onTyped, onStray: tellOfStrayKey });
  const board = boardFor(element("board"), settings.leastPhoto);
  return { stage, responses, board, keys, tiles: [] };
}

function openSearch(buttons, settings, keys) {
  const search = new AnswerSearch(element("searched"), element("matches"), buttons);
  const board = new SearchBoard(element("board"), element("searched"), settings.leastPhoto);
  return { responses: new SearchedResponses(buttons, keys, search), board };
}

function openNaming(settings, keys) {
  const stage = openStage(element("stage"), { masks: settings.maskMs > 0, workerUrl: settings.workerUrl, lag: settings.presentationLagMs });
  const responses = new TypedAnswer(element("typed"), element("cannot-tell"));
  const board = new TypedBoard(element("board"), element("typed"), settings.leastPhoto);
  return { stage, responses, board, keys, tiles: [] };
}

// Answers whose number begins with what is typed so far.
function markTyped(button, key, typed) {
  button.toggleAttribute("data-typed", typed !== "" && key.startsWith(typed));
}

// In practice a key that answers nothing is not met with silence; later nothing but the photo may change.
function tellOfStrayKey() {
  if (!element("stray-key")) return;
  element("stray-key").hidden = false;
}

function openGrid(settings, keys) {
  const stage = new TileStage([...document.querySelectorAll("[data-tile] canvas")], settings.presentationLagMs);
  const boxes = [...document.querySelectorAll("[data-tile] input")];
  const responses = new Selection(boxes, element("submit"), settings.columns, keys);
  const board = new TileBoard(document.querySelector(".tiles"), settings.columns);
  const tiles = [...document.querySelectorAll("[data-tile]")];
  return { stage, responses, board, keys, tiles };
}
