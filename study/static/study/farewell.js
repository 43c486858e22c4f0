// A session is over: nothing of it stays in this browser.

import { openStore, Outbox } from "./outbox.js";
import { element } from "./page.js";

const outbox = new Outbox(await openStore(), element("farewell").dataset.session);
await outbox.forget();

const code = element("completion-code");
const copy = element("copy");
if (copy) copy.hidden = !navigator.clipboard; // a page that came by plain http has none
copy?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(code.textContent.trim());
  element("copied").hidden = false;
});
