// Polling rests while nobody looks, and what a person opened or closed stays so when a part of the page is replaced.

const isOpen = new Map();

function remember(root) {
  for (const details of root.querySelectorAll("details[id]")) isOpen.set(details.id, details.open);
}

function restore(root) {
  for (const details of root.querySelectorAll("details[id]")) {
    if (isOpen.has(details.id)) details.open = isOpen.get(details.id);
  }
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => remember(event.detail.target));
document.addEventListener("htmx:afterSwap", () => restore(document));
