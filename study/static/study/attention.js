// Whether the page lost the focus while a trial ran, and whether it filled the screen at the onset.

export class Attention {
  constructor() {
    this.start();
    addEventListener("blur", () => (this.lost = true));
    document.addEventListener("visibilitychange", () => (this.lost ||= document.hidden));
    document.addEventListener("fullscreenchange", () => (this.lost ||= !document.fullscreenElement));
  }

  start() {
    this.lost = document.hidden || !document.hasFocus();
    this.fullscreen = false;
  }

  atOnset() {
    this.fullscreen = Boolean(document.fullscreenElement); // undefined where a browser cannot (phones)
  }

  get report() {
    return { focus_lost: this.lost, fullscreen: this.fullscreen };
  }
}
