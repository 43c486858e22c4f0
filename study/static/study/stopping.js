// "Stop": between photos the link leads to the page that asks. In a trial a stray tap must not cost it, so that the
// page asks once the photo is answered; a second press leads there at once. Nothing covers photo or answers meanwhile.

import { element, pause } from "./page.js";

const LONGEST_WAIT_MS = 2000; // for answers on their way: they are on disk, and are sent when the page is opened again

export class Stopping {
  constructor(link, isInTrial) {
    this.link = link;
    this.asked = false;
    link?.addEventListener("click", (event) => {
      if (this.asked || !isInTrial()) return;
      event.preventDefault();
      this.asked = true;
      link.textContent = element("player").dataset.stopLater;
      element("stop-later").hidden = false;
    });
  }

  // Leaves if it was asked for; resolves to false if not, and never otherwise.
  async leave(sending) {
    if (!this.asked) return false;
    await Promise.race([sending().catch(() => {}), pause(LONGEST_WAIT_MS)]);
    location.assign(this.link.href);
    return new Promise(() => {});
  }
}
