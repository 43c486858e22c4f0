// Between two parts: moments in the person's own time zone, the link to be copied, and the page anew once it opens.

import "./farewell.js";
import { element } from "./page.js";

const LONGEST_TIMER_MS = 2 ** 31 - 1; // browsers take a longer one for none at all
const language = document.documentElement.lang;
const written = new Intl.DateTimeFormat(language, {
  weekday: "long",
  day: "numeric",
  month: "long",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});
const moments = [...document.querySelectorAll("[data-moment]")];
for (const moment of moments) moment.textContent = written.format(new Date(moment.dateTime));

const copy = element("copy-link");
copy.hidden = !navigator.clipboard; // missing on pages that were loaded by plain http
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(element("own-link").href);
  element("link-copied").hidden = false;
});

// The server's clock counts: should this one be ahead, the page says once more when it opens.
const untilOpen = new Date(moments[0].dateTime) - Date.now();
if (untilOpen > 0 && untilOpen < LONGEST_TIMER_MS) setTimeout(() => location.reload(), untilOpen + 1000);
