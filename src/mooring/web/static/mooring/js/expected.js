// The expected curve behind the vital signs of a session: off until somebody turns it on, and off again after a reload.
// Without scripts, and without a network, the control is a link to the page that says the same.

import { redraw } from "./charts.js";

let curve = null; // what the chart draws, once it was asked for
let words = ""; // what stands beside it
let shown = false;

async function fetchCurve(address) {
  const answer = await fetch(`${address}?in=chart`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.status === 204) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const source = holder.content.querySelector("script");
  curve = source ? JSON.parse(source.textContent) : null;
  source?.remove();
  words = holder.innerHTML;
}

/** Into the chart that stands in the page now; a part that came from the server since knows nothing of it. */
function put() {
  const source = document.getElementById("d-live");
  const control = document.querySelector("[data-expected]");
  if (!source || !control) return null;
  const spec = { ...JSON.parse(source.textContent), expected: shown ? curve : null };
  source.textContent = JSON.stringify(spec);
  control.setAttribute("aria-pressed", String(shown));
  document.querySelector("[data-expected-words]").innerHTML = shown ? words : "";
  return spec;
}

async function toggle(control) {
  try {
    if (!words) await fetchCurve(control.dataset.expected);
  } catch {
    location.assign(control.dataset.expected);
    return;
  }
  shown = !shown;
  const spec = put();
  if (spec) redraw(document.querySelector("#chart [data-chart]"), spec);
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-expected]");
  if (control) toggle(control);
});
document.addEventListener("mooring:parts", () => shown && put());
