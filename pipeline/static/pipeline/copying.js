// Buttons that copy the text of a field; without scripts the field can be selected by hand.
const status = document.querySelector("#copy-status");

async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    status.textContent = "Copied.";
  } catch {
    status.textContent = "This browser does not let a page copy: the text is selected, copy it by hand.";
  }
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(document.getElementById(button.dataset.copies)));
}
