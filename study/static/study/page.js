// Small things that every script of a participant's page needs.

export const element = (id) => document.getElementById(id);

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Ends a pause early as soon as the network is back.
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

// Shows one screen of the page and puts the focus on its heading, so that it is read out.
export function showScreen(id) {
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.id !== id;
  element(id).querySelector("[data-focus]")?.focus();
}

// POSTs JSON; status 0 stands for no network.
export async function postJson(url, body) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  } catch {
    return { status: 0, body: null };
  }
}
