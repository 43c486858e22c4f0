// Keeps the frames of a design's preview at what stands in its form.

const PAUSE_MS = 400; // after the last letter that was typed
const preview = document.getElementById("design-preview");
const form = preview.closest("form");
const frames = [...preview.querySelectorAll("iframe")];
const level = document.getElementById("preview-level");
const state = document.getElementById("preview-state");
const fields = preview.dataset.fields.split(" ");
let timer = null;

// The address of a frame: what can be changed in the form stands in it, what is fixed is stored.
function addressFor(frame) {
  const sent = new URLSearchParams({ device: frame.dataset.device, level: level.value });
  for (const name of fields) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") sent.set(name, field.checked ? "on" : "");
    else sent.set(name, field.value);
  }
  const labels = classLabels();
  if (labels !== null) sent.set("labels", labels);
  return `${preview.dataset.address}?${sent}`;
}

// Labels of the classes by their rows, as JSON; what is no JSON is sent as it is, and the frame says so.
function classLabels() {
  const rows = [...form.querySelectorAll("textarea[name^='categories-'][name$='-labels']")]
    .map((field) => [form.elements[field.name.replace(/-labels$/, "-id")]?.value, field.value])
    .filter(([row]) => row);
  if (rows.length === 0) return null;
  const bad = rows.find(([, text]) => !isJson(text));
  if (bad) return bad[1];
  return JSON.stringify(Object.fromEntries(rows.map(([row, text]) => [row, JSON.parse(text || "{}")])));
}

function isJson(text) {
  try {
    JSON.parse(text || "{}");
    return true;
  } catch {
    return false;
  }
}

// A frame goes to its new address without a step in the browser's history.
function update() {
  timer = null;
  for (const frame of frames) {
    const address = addressFor(frame);
    if (frame.dataset.shows === address) continue;
    frame.dataset.shows = address;
    frame.contentWindow.location.replace(address);
    state.textContent = "Updating";
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(update, PAUSE_MS);
}

for (const frame of frames) {
  frame.addEventListener("load", () => (state.textContent = ""));
}
form.addEventListener("input", soon);
form.addEventListener("change", soon);
document.getElementById("preview-play").addEventListener("click", () => {
  for (const frame of frames) frame.contentWindow.dispatchEvent(new frame.contentWindow.Event("play-trial"));
});
