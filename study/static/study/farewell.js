// The session has ended: delete what this browser stored of it.

import { openStore, Outbox } from "./outbox.js";
import { element } from "./page.js";

const outbox = new Outbox(await openStore(), element("farewell").dataset.session);
await outbox.forget();

const code = element("completion-code");
const copy = element("copy");
if (copy) copy.hidden = !navigator.clipboard; // missing on pages that were loaded by plain http
copy?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(code.textContent.trim());
  element("copied").hidden = false;
});
