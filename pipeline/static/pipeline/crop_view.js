// What the page shows of a crop: its pixels, its window in the photo, overlays, figures and how many are reviewed.

import { place } from "./window_editor.js";

const WORDS = { pending: "not reviewed", approved: "approved", discarded: "discarded", unclear: "unclear to the pilot" };
const OVERLAYS = ["subject", "attention"];

export class CropView {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.photo = root.querySelector(".photo");
    this.crop = root.querySelector(".crop-large");
    this.on = new Set();
    root.classList.add("alive");
  }

  show(crop, list) {
    this.#pictures(crop);
    this.#words(crop, list);
    this.#strip(crop, list);
  }

  /** Show the window while it is drawn, and how large it is. */
  editing(box, crop) {
    const pixels = Math.round(box.width * crop.photoSize[0]);
    const high = Math.round(box.height * crop.photoSize[1]);
    this.root.querySelector(".figures").textContent = `Window of ${pixels} × ${high} pixels of the photo.`;
  }

  /** Offer what belongs to reviewing, or to drawing. */
  mode(name) {
    this.root.dataset.mode = name;
    for (const group of this.root.querySelectorAll("[data-mode-only]")) {
      group.hidden = !group.dataset.modeOnly.split(" ").includes(name);
    }
    if (name !== "review") this.photo.focus();
  }

  toggle(overlay) {
    if (this.on.has(overlay)) this.on.delete(overlay);
    else this.on.add(overlay);
    this.#overlays();
  }

  say(text) {
    this.root.querySelector("#said").textContent = text;
    this.root.querySelector("#refusal").textContent = "";
  }

  refusal(text) {
    this.root.querySelector("#refusal").textContent = text;
  }

  following(text) {
    this.root.querySelector("#following").textContent = text;
  }

  /** Say how many decisions are not stored yet, and why if something went wrong. */
  waiting(count, reason) {
    this.root.querySelector("#stored").textContent = count === 0 ? "All stored" : `Storing ${count}`;
    const box = this.root.querySelector("#trouble");
    box.hidden = reason === null;
    if (reason === null) return;
    const what = count === 1 ? "1 decision is not stored yet" : `${count} decisions are not stored yet`;
    box.querySelector("span").textContent = `${what}. ${reason} They are kept in this browser and sent again.`;
  }

  #pictures(crop) {
    this.shown = crop;
    const [width, height] = crop.photoSize;
    const [left, top, wide, high] = crop.window;
    this.photo.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.photo.setAttribute("aria-label", `The photo with the window of the crop, ${percent(wide * high)} of its area`);
    this.crop.setAttribute("aria-label", `Crop of a photo of ${crop.name}`);
    for (const [svg, href] of [[this.photo, crop.photo], [this.crop, crop.image]]) {
      const image = svg.querySelector(".pixels");
      if (image.getAttribute("href") !== href) image.setAttribute("href", href);
    }
    size(this.photo.querySelector(".pixels"), crop.photoSize);
    place(this.photo.querySelector(".window"), { left, top, width: wide, height: high }, this.photo);
    this.crop.setAttribute("viewBox", `0 0 ${crop.size[0]} ${crop.size[1]}`);
    size(this.crop.querySelector(".pixels"), crop.size);
    const inner = this.crop.querySelector("svg");
    size(inner, crop.size);
    inner.setAttribute("viewBox", `${left} ${top} ${wide} ${high}`);
    this.#people(crop);
    this.#overlays();
  }

  /** Draw the people of the photo, or parts that stand out alike, apart, each with a number that is a button below too. */
  #people(crop) {
    const [width, height] = crop.photoSize;
    const drawn = crop.people.map(([left, top, right, bottom], number) => {
      const group = svg("g", { class: "person", "data-do": "person", "data-person": number + 1 });
      if (isSame(crop.people[number], crop.subject)) group.classList.add("picked");
      const rectangle = svg("rect");
      place(rectangle, { left, top, width: right - left, height: bottom - top }, this.photo);
      const label = svg("text", { x: left * width + width / 60, y: top * height + height / 18, "font-size": height / 18 });
      label.textContent = number + 1;
      group.append(rectangle, label);
      return group;
    });
    this.photo.querySelector(".people").replaceChildren(...drawn);
    const buttons = crop.people.map((box, number) => personButton(crop.seenAs, number + 1, isSame(box, crop.subject)));
    this.root.querySelector("#people").replaceChildren(...buttons);
  }

  #overlays() {
    for (const name of OVERLAYS) {
      const on = this.on.has(name) && this.shown.overlays !== null;
      this.root.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(this.on.has(name)));
      for (const image of this.root.querySelectorAll(`.overlay.${name}`)) {
        if (on) image.setAttribute("href", this.shown.overlays[name]);
        if (image.closest(".photo")) size(image, this.shown.photoSize);
        image.setAttribute("visibility", on ? "visible" : "hidden");
      }
    }
    const missing = this.on.size > 0 && this.shown.overlays === null;
    this.root.querySelector("#no-overlays").hidden = !missing;
  }

  #words(crop, list) {
    const counts = list.counts();
    this.root.querySelector(".which").textContent = `${list.place + 1} of ${list.crops.length}: ${crop.name}`;
    const state = this.root.querySelector(".state");
    const notes = [crop.byHand && "drawn by hand", crop.waits && "being cut again"].filter(Boolean);
    state.textContent = [WORDS[crop.review], ...notes].join(", ");
    state.dataset.review = crop.review;
    this.root.querySelector(".figures").textContent = crop.figures;
    this.root.querySelector("#reviewed").textContent =
      `${counts.reviewed} of ${counts.all} reviewed: ${counts.approved} approved, ${counts.discarded} discarded`;
    const bar = this.root.querySelector("#review-progress");
    [bar.max, bar.value] = [Math.max(counts.all, 1), counts.reviewed];
    this.root.querySelector("[data-do=redraw]").hidden = !crop.rule;
  }

  #strip(crop, list) {
    for (const link of this.root.querySelectorAll(".strip a")) {
      const other = list.get(Number(link.dataset.crop));
      if (!other) continue;
      link.dataset.review = other.review;
      link.setAttribute("aria-label", `${other.name}, ${WORDS[other.review]}`);
      const picture = link.querySelector("img");
      if (picture.getAttribute("src") !== other.image) picture.src = other.image;
      if (other === crop) {
        link.setAttribute("aria-current", "true");
        const strip = link.closest(".strip");
        strip.scrollLeft = link.offsetLeft - strip.offsetLeft - strip.clientWidth / 2 + link.offsetWidth / 2;
      } else link.removeAttribute("aria-current");
    }
  }
}

function svg(name, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

function personButton(seenAs, number, isPicked) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button" });
  Object.assign(button.dataset, { do: "person", person: String(number) });
  button.setAttribute("aria-pressed", String(isPicked));
  if (number < 10) button.setAttribute("aria-keyshortcuts", String(number));
  button.append(`${seenAs} ${number}`);
  return button;
}

function isSame(box, other) {
  return other !== null && box.every((side, number) => Math.abs(side - other[number]) < 1e-6);
}

function size(element, [width, height]) {
  element.setAttribute("width", width);
  element.setAttribute("height", height);
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}
