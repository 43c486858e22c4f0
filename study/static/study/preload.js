// Fetches and decodes photos before they are needed; how to do so is passed in.

import { isTemporary, pauseBefore } from "./sender.js";

export class UndecodableError extends Error {}
export class UnreachableError extends Error {} // no network, or a server that asks to try again later

const TRIES = 4;

// Loads all keys with at most `parallel` requests at once; a photo that cannot be decoded is returned as null.
// Waits for the network as long as it takes, and reports that through `onWaiting`.
export async function preload(keys, { load, pause, parallel = 6, onProgress = () => {}, onWaiting = () => {} }) {
  const photos = new Map();
  const waiting = [...keys];
  const loadInTurn = async () => {
    while (waiting.length > 0) {
      const key = waiting.shift();
      photos.set(key, await loadWithRetries(key, { load, pause, onWaiting }));
      onProgress(photos.size, keys.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, keys.length) }, loadInTurn));
  onWaiting(false);
  return photos;
}

async function loadWithRetries(key, { load, pause, onWaiting }) {
  for (let attempt = 1, refusals = 0; ; attempt += 1) {
    try {
      return await load(key);
    } catch (error) {
      const unreachable = error instanceof UnreachableError;
      if (!unreachable) refusals += 1;
      if (refusals === TRIES && error instanceof UndecodableError) return null;
      if (refusals === TRIES) throw error;
      if (unreachable) onWaiting(true);
      await pause(pauseBefore(attempt));
    }
  }
}

// Returns a photo as a decoded bitmap, so that drawing it later takes no decoding.
export async function fetchBitmap(url) {
  const bytes = await fetched(url);
  try {
    return await createImageBitmap(bytes);
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
