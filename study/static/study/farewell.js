// The session has ended, or never began: delete what this browser stored of it, and let the code be copied.

import { Outbox } from "./outbox.js";
import { element } from "./page.js";
import { openOrSay } from "./storage.js";

// A browser that keeps nothing has nothing to delete.
async function forget(session) {
  try {
    await new Outbox(await openOrSay(), session).forget();
  } catch (error) {
    console.info("nothing is stored in this browser", error);
  }
}

const code = element("completion-code");
const copy = element("copy");
if (copy) copy.hidden = !navigator.clipboard; // missing on pages that were loaded by plain http
copy?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(code.textContent.trim());
  element("copied").hidden = false;
});
const ended = element("farewell");
if (ended) await forget(ended.dataset.session);
