// An emergency without a network: the call is kept and sent first thing, the scripts of the signed pack stand in the
// page, each step is one tap that waits its turn, and the numbers to call stand above them.

import { lastMeasured } from "./alone.js";
import { drawMeasured, minutesAndSeconds } from "./measured.js";
import { newKey } from "./kept.js";
import { enqueue, lost, lostSince } from "./queue.js";

const PATIENCE_MS = 4000;
let since = null;

/** Call the team: answers the panel to show where the server does not answer; else the browser goes to the script. */
export async function callTeam(form, key, panel) {
  if (lostSince() === null || !panel) {
    const answer = await ask(form);
    if (answer?.type === "opaqueredirect") location.assign(form.action);
    else if (answer || !panel) form.submit();
    if (answer || !panel) return "";
    lost();
  }
  if (since === null) {
    since = Date.now();
    callTeam.key = key;
    const words = form.querySelector("span").firstChild.textContent;
    const saved = () => callTeam.follows || location.assign(form.action);
    enqueue({ address: form.dataset.write, fields: [["emergency-script", ""]], key, at: since, words, saved, refused: () => {} });
  }
  return panel;
}

/** The server's answer to the call; null where none came in time. */
async function ask(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status < 500 ? answer : null;
  } catch {
    return null;
  }
}

/** The clock of the panel, and since when vital signs were taken; both go on however often the panel is opened. */
export function drawEmergency(now) {
  const place = document.querySelector("#panel [data-alone-since]");
  if (!place || since === null) return;
  place.textContent = minutesAndSeconds((Date.now() - since) / 1000);
  const taken = lastMeasured();
  if (taken) document.querySelector("#panel [data-measured]").dataset.measured = new Date(taken).toISOString();
  drawMeasured(now);
}

function send(form, code, fields, words) {
  const address = form.dataset.write.replace("/write/emergency/", `/write/${code}/`);
  enqueue({ address, fields: fields.map(([name, value]) => [`${code}-${name}`, value]), key: newKey(), at: Date.now(), words, refused: () => {} });
}

/** Follow a script of this panel from here on; `emergency` is the key of the call that it belongs to. */
export function follow(panel, script, emergency, words) {
  callTeam.key ??= emergency;
  callTeam.follows = true;
  for (const each of panel.querySelectorAll("[data-script]")) each.hidden = each.dataset.script !== script;
  send(panel, "emergency", [["script", script], ["emergency", callTeam.key]], words);
}

// The sheet for the crew is a page of the server's; without a network the facts on this one are printed.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-sheet]") || (lostSince() === null && navigator.onLine)) return;
  event.preventDefault();
  window.print();
});
document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-alone-script], [data-alone-step]");
  if (!control) return;
  const panel = control.closest("[data-write]");
  if (control.dataset.aloneScript) {
    follow(panel, control.dataset.aloneScript, callTeam.key, control.textContent.trim());
    return;
  }
  const [script, step] = control.dataset.aloneStep.split(" ");
  const line = control.closest("li");
  const fields = [["script", script], ["emergency", callTeam.key], ["step", step]];
  send(panel, "emergency-step", fields, line.querySelector("span").textContent.trim());
  line.dataset.state = "done";
  control.remove();
});
