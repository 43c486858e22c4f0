// Before anything is taken: a browser that can keep no answers is told so here, not after consent.

import { element } from "./page.js";
import { storageWorks } from "./storage.js";

if (!(await storageWorks())) {
  element("no-storage").hidden = false;
  element("start").hidden = true;
}
