// The patient's tablet: a tap is sent at once and again until it arrives; without a connection it says what to do.

import { releaseSubmit, swapPartial } from "./shell.js";
import { isRunning, opened } from "./pack.js";

const AGAIN_MS = 4000;

async function ask(event) {
  const form = event.target.closest("[data-ask]");
  if (!form) return;
  event.preventDefault();
  releaseSubmit(document);
  const body = new URLSearchParams(new FormData(form, event.submitter));
  for (;;) {
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.status >= 500) throw new Error(String(answer.status));
      if (!answer.ok || answer.status === 204) location.reload();
      else swapPartial(await answer.text());
      return;
    } catch {
      document.querySelector(".calm-say").textContent = document.getElementById("calm").dataset.saidLost;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

async function look() {
  const place = document.getElementById("calm");
  try {
    const answer = await fetch(place.dataset.again, { headers: { "HX-Request": "true" } });
    if (answer.status === 204) location.reload();
    else if (answer.ok) swapPartial(await answer.text());
  } catch {
    document.querySelector(".calm-say").textContent = place.dataset.saidLost;
  }
}

document.addEventListener("submit", ask, true);
isRunning();
if (opened) document.querySelector(".calm-say").textContent = document.getElementById("calm").dataset.saidLost;
setInterval(look, AGAIN_MS);
