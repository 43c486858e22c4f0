// Fetches and decodes photos before they are needed; how to do so is passed in.

import { addressOf, filesOf } from "./photo_groups.js";
import { isTemporary, pauseBefore } from "./sender.js";

export class UndecodableError extends Error {}
export class UnreachableError extends Error {} // no network, or a server that asks to try again later

const TRIES = 4;

// Loads all keys, group by group, with at most `parallel` requests at once; `load` returns the photos of a group
// in its order. A photo that cannot be decoded is returned as null; if it came in a group, all of that are asked
// for one by one. Waits for the network as long as it takes, and reports that through `onWaiting`.
export async function preload(groups, { load, pause, parallel = 6, onProgress = () => {}, onWaiting = () => {} }) {
  const photos = new Map();
  const all = groups.flat().length;
  const waiting = [...groups];
  const loadInTurn = async () => {
    while (waiting.length > 0) {
      const group = waiting.shift();
      const loaded = await loadWithRetries(group, { load, pause, onWaiting });
      if (loaded === null && group.length > 1) waiting.unshift(...group.map((key) => [key]));
      else for (const [place, key] of group.entries()) photos.set(key, loaded?.[place] ?? null);
      onProgress(photos.size, all);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, groups.length) }, loadInTurn));
  onWaiting(false);
  return photos;
}

async function loadWithRetries(group, { load, pause, onWaiting }) {
  for (let attempt = 1, refusals = 0; ; attempt += 1) {
    try {
      return await load(group);
    } catch (error) {
      const unreachable = error instanceof UnreachableError;
      if (!unreachable) refusals += 1;
      if (error instanceof UndecodableError && (refusals === TRIES || group.length > 1)) return null;
      if (refusals === TRIES) throw error;
      if (unreachable) onWaiting(true);
      await pause(pauseBefore(attempt));
    }
  }
}

// Returns a group's photos as decoded bitmaps, so that drawing them later takes no decoding.
export async function fetchBitmaps(group) {
  const content = await fetched(addressOf(group));
  const files = group.length > 1 ? filesOf(content, group) : [content];
  try {
    return await Promise.all(files.map((file) => createImageBitmap(file)));
  } catch (error) {
    throw new UndecodableError(error.message);
  }
}

async function fetched(url) {
  let response;
  try {
    response = await fetch(url);
    if (response.ok) return await response.blob();
  } catch (error) {
    throw new UnreachableError(error.message);
  }
  throw new (isTemporary(response.status) ? UnreachableError : Error)(`photo: ${response.status}`);
}
