// One clock for an emergency: since the call, and since the last vital signs, which are asked for each minute. Each step
// goes through the queue of the session, so that a lost network takes none of them.

import { lookAgain, releaseSubmit } from "./shell.js";
import { aheadOfHere, isRunning, opened } from "./pack.js";
import { newKey } from "./kept.js";
import { enqueue, lost, lostSince, sendKept, setAhead } from "./queue.js";
import { follow } from "./emergency_alone.js";
import { drawMeasured, minutesAndSeconds } from "./measured.js";

const head = document.querySelector("[data-since]");
const ahead = aheadOfHere();

function tick() {
  const now = Date.now() + ahead;
  head.textContent = minutesAndSeconds((now - new Date(head.dataset.since)) / 1000);
  drawMeasured(now);
}

function step(form, button) {
  const line = form.closest("li");
  enqueue({
    address: form.action,
    fields: [...new FormData(form, button)].filter(([name]) => name !== "once"),
    key: newKey(),
    at: Date.now(),
    words: line.querySelector("span").firstChild.textContent.trim(),
    refused: () => lookAgain(),
    saved: () => lookAgain(),
    settled: (outcome) => outcome === "waiting" && line.setAttribute("data-state", "done"),
  });
}

function submit(event) {
  const form = event.target;
  if (form.matches(".sos-steps form")) {
    event.preventDefault();
    releaseSubmit(document);
    step(form, event.submitter);
  } else if (lostSince() !== null && form.matches("[data-choose]")) {
    event.preventDefault();
    releaseSubmit(document);
    const place = document.querySelector(".sos-scroll");
    place.replaceChildren(document.getElementById("alone").content.cloneNode(true));
    follow(place.querySelector("[data-write]"), event.submitter.value, form.dataset.choose, event.submitter.textContent.trim());
  }
}

document.addEventListener("submit", submit, true);
document.addEventListener("click", (event) => {
  const vitals = lostSince() !== null && event.target.closest(".sos-measure a[data-alone]");
  if (!vitals) return;
  event.preventDefault();
  location.assign(vitals.dataset.alone); // the session is kept on this device, the page of the form is not
});
document.addEventListener("mooring:network", () => {
  document.getElementById("network").hidden = lostSince() === null;
});
setAhead(ahead);
isRunning();
if (opened) lost(opened.heardAt);
sendKept(() => lookAgain()).catch(() => {});
tick();
setInterval(tick, 1000);
