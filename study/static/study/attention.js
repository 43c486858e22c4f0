// Notes whether the page kept the focus, and whether it filled the screen, while a trial ran.

export class Attention {
  constructor() {
    this.lost = false;
    addEventListener("blur", () => (this.lost = true));
    document.addEventListener("visibilitychange", () => (this.lost ||= document.hidden));
    document.addEventListener("fullscreenchange", () => (this.lost ||= !document.fullscreenElement));
  }

  start() {
    this.lost = document.hidden;
  }

  get report() {
    return { focus_lost: this.lost, fullscreen: document.fullscreenElement !== null };
  }
}
