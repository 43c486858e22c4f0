// Polling rests while nobody looks. When a part of the page is replaced, what a person opened, scrolled, typed or
// stands on stays, and a button that is being pressed is not taken away from under the finger.

const FIELDS = "input:not([type=hidden]), textarea";
const SCROLLS = ".scroll[aria-label]";
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]"; // of the Tab key

const isOpen = new Map();
const scrolled = new Map();
const typed = new Map();
let focused = null;
let isPressed = false;

// Neither a replaced element nor its place tells which new one stands for it: what it is called does.
function nameOf(element) {
  const where = element.closest("form")?.getAttribute("action") ?? element.getAttribute("href") ?? "";
  const words = element.name || element.getAttribute("aria-label") || element.textContent.trim();
  return element.id || `${element.tagName} ${where} ${words}`;
}

function remember(root) {
  for (const details of root.querySelectorAll("details[id]")) isOpen.set(details.id, details.open);
  for (const box of root.querySelectorAll(SCROLLS)) scrolled.set(nameOf(box), box.scrollLeft);
  for (const field of root.querySelectorAll(FIELDS)) {
    if (field.value === field.defaultValue) typed.delete(nameOf(field));
    else typed.set(nameOf(field), field.value);
  }
  focused = root.contains(document.activeElement) ? nameOf(document.activeElement) : null;
}

function restore(root) {
  for (const details of root.querySelectorAll("details[id]")) {
    if (isOpen.has(details.id)) details.open = isOpen.get(details.id);
  }
  for (const box of root.querySelectorAll(SCROLLS)) box.scrollLeft = scrolled.get(nameOf(box)) ?? 0;
  for (const field of root.querySelectorAll(FIELDS)) {
    if (typed.has(nameOf(field))) field.value = typed.get(nameOf(field));
  }
  if (focused === null) return;
  const stop = [...root.querySelectorAll(STOPS)].find((element) => nameOf(element) === focused);
  stop?.focus({ preventScroll: true });
}

function polls(element) {
  return element.getAttribute("hx-trigger")?.startsWith("every") ?? false;
}

document.addEventListener("pointerdown", (event) => (isPressed = event.button === 0), true);
document.addEventListener("keydown", () => (isPressed = true), true);
for (const end of ["pointerup", "pointercancel", "keyup", "blur"]) {
  window.addEventListener(end, () => (isPressed = false), true);
}
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isPressed && polls(event.detail.target)) event.detail.shouldSwap = false;
  else remember(event.detail.target);
});
document.addEventListener("htmx:afterSwap", () => restore(document));
