// A session is over: nothing of it stays in this browser.

import { openStore, Outbox } from "./outbox.js";
import { element } from "./page.js";

const outbox = new Outbox(await openStore(), element("farewell").dataset.session);
await outbox.forget();

const code = element("completion-code");
element("copy")?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(code.textContent.trim());
  element("copied").hidden = false;
});
