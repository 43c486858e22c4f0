// Elements, pauses, screens and requests, for every script of a participant's page.

export const element = (id) => document.getElementById(id);

// The colour around the photos as it is: where colours are forced, the system's and not the style sheet's.
export const surround = () => getComputedStyle(document.documentElement).backgroundColor;

// Writes the words of an answer, and says their language, which need not be the page's.
export function write(node, { text, language }) {
  node.textContent = text;
  node.lang = language;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A pause that ends early when the network is back.
export const pauseOrOnline = (ms) =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
    addEventListener("online", done);
  });

// Shows one screen of the page and focuses its heading, so that screen readers read it.
export function showScreen(id) {
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.id !== id;
  element(id).querySelector("[data-focus]")?.focus();
}

// Sends JSON and returns {status, body}; status 0 means that there is no network.
export async function postJson(url, body) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  } catch {
    return { status: 0, body: null };
  }
}
