// Sends a bundle and shows how far it is: first on its way to the site, then, line by line, what the site says.

const form = document.getElementById("bundle-form");
const button = form.querySelector("button");
const progress = document.getElementById("bundle-progress");
const refusal = document.getElementById("bundle-refusal");

function show(says, share) {
  progress.hidden = false;
  document.getElementById("bundle-says").textContent = `${says}: ${Math.floor(100 * share)} %`;
  document.getElementById("bundle-share").value = share;
}

function refuse(why) {
  progress.hidden = true;
  refusal.hidden = false;
  refusal.textContent = why;
  button.disabled = false;
}

// The last whole line that has come so far; null before the first.
function lastLine(text) {
  const whole = text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1);
  return whole ? JSON.parse(whole) : null;
}

function tell(text) {
  const step = lastLine(text);
  if (step?.says) show(step.says, step.share ?? 0);
}

function end(request) {
  const isLines = request.getResponseHeader("Content-Type") === "application/x-ndjson";
  const step = request.status === 200 && isLines ? lastLine(request.responseText) : null;
  if (step?.desk) location.assign(step.desk);
  else if (step?.refusal) refuse(step.refusal);
  else refuse("The site did not finish this import, and stored nothing. Try again.");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  refusal.hidden = true;
  button.disabled = true;
  const request = new XMLHttpRequest();
  request.open("POST", location.href);
  request.setRequestHeader("Accept", "application/x-ndjson");
  request.upload.addEventListener("progress", ({ loaded, total }) => show("The bundle is being sent", loaded / total));
  request.addEventListener("progress", () => tell(request.responseText));
  request.addEventListener("load", () => end(request));
  request.addEventListener("error", () => refuse("No connection: nothing is imported. Try again."));
  request.send(new FormData(form));
});
