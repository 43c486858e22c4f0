// Fetches and decodes photos before they are needed. Pure: how to fetch and decode is passed in.

import { isTemporary, pauseBefore } from "./sender.js";

export class Undecodable extends Error {}
export class Unreachable extends Error {} // no network, or a server that says: later

const TRIES = 4;

// Loads everything with at most `parallel` requests at once; a photo that no decoder takes comes back as null.
// It waits for a network that is away, as long as that takes, and says so.
export async function preload(keys, { load, pause, parallel = 6, onProgress = () => {}, onWaiting = () => {} }) {
  const photos = new Map();
  const waiting = [...keys];
  const lane = async () => {
    while (waiting.length > 0) {
      const key = waiting.shift();
      photos.set(key, await loadWithRetries(key, { load, pause, onWaiting }));
      onProgress(photos.size, keys.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, keys.length) }, lane));
  onWaiting(false);
  return photos;
}

async function loadWithRetries(key, { load, pause, onWaiting }) {
  for (let attempt = 1, refusals = 0; ; attempt += 1) {
    try {
      return await load(key);
    } catch (error) {
      const away = error instanceof Unreachable;
      if (!away) refusals += 1;
      if (refusals === TRIES && error instanceof Undecodable) return null;
      if (refusals === TRIES) throw error;
      if (away) onWaiting(true);
      await pause(pauseBefore(attempt));
    }
  }
}

// A photo as a decoded bitmap: drawing it later costs no decoding.
export async function fetchBitmap(url) {
  const bytes = await fetched(url);
  try {
    return await createImageBitmap(bytes);
  } catch (error) {
    throw new Undecodable(error.message);
  }
}

async function fetched(url) {
  let response;
  try {
    response = await fetch(url);
    if (response.ok) return await response.blob();
  } catch (error) {
    throw new Unreachable(error.message);
  }
  throw new (isTemporary(response.status) ? Unreachable : Error)(`photo: ${response.status}`);
}
