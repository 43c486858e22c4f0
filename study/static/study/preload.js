// Fetches and decodes photos before they are needed. Pure: how to fetch and decode is passed in.

export class Undecodable extends Error {}

const TRIES = 4;
const FIRST_PAUSE_MS = 400;

// Loads everything with at most `parallel` requests at once; a photo that no decoder takes comes back as null.
export async function preload(keys, { load, pause, parallel = 6, onProgress = () => {} }) {
  const photos = new Map();
  const waiting = [...keys];
  const lane = async () => {
    while (waiting.length > 0) {
      const key = waiting.shift();
      photos.set(key, await loadWithRetries(key, load, pause));
      onProgress(photos.size, keys.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, keys.length) }, lane));
  return photos;
}

async function loadWithRetries(key, load, pause) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load(key);
    } catch (error) {
      if (attempt === TRIES && error instanceof Undecodable) return null;
      if (attempt === TRIES) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

// A photo as a decoded bitmap: drawing it later costs no decoding.
export async function fetchBitmap(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`photo: ${response.status}`);
  const bytes = await response.blob();
  try {
    return await createImageBitmap(bytes);
  } catch (error) {
    throw new Undecodable(error.message);
  }
}
