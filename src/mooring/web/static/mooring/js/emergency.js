// One clock for an emergency: since the call, and since the last vital signs, which are asked for each minute. Each step
// goes through the queue of the session, so that a lost network takes none of them.

import { lookAgain, releaseSubmit } from "./shell.js";
import { aheadOf, opened } from "./pack.js";
import { enqueue, lost, lostSince, newKey, sendKept, setAhead } from "./queue.js";
import { follow } from "./emergency_alone.js";

const MINUTE_S = 60;
const head = document.querySelector("[data-since]");
const ahead = aheadOf(head);

function words(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function tick() {
  const now = Date.now() + ahead;
  head.textContent = words((now - new Date(head.dataset.since)) / 1000);
  for (const place of document.querySelectorAll("[data-measured]")) {
    const passed = (now - new Date(place.dataset.measured)) / 1000;
    place.textContent = `(${words(passed)})`;
    place.classList.toggle("mark-overdue", passed > MINUTE_S);
    place.closest(".sos-measure").classList.toggle("sos-measure-due", passed > MINUTE_S);
  }
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
document.addEventListener("mooring:network", () => {
  document.getElementById("network").hidden = lostSince() === null;
});
setAhead(ahead);
if (opened) lost();
sendKept(() => lookAgain()).catch(() => {});
tick();
setInterval(tick, 1000);
