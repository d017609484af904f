// In an emergency vital signs are asked for each minute: how long ago the last ones were taken, that they are due again,
// and one quiet cue each minute until they are taken.

import { cue } from "./sound.js";

const MINUTE_S = 60;
let cued = "";

export function minutesAndSeconds(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Every line that asks for them, at this moment of the server's clock (ms). */
export function drawMeasured(now) {
  for (const line of document.querySelectorAll(".sos-measure")) {
    const place = line.querySelector("[data-measured]");
    const taken = place.dataset.measured;
    const passed = taken ? (now - new Date(taken)) / 1000 : Infinity;
    const isDue = passed > MINUTE_S;
    place.textContent = taken ? `(${minutesAndSeconds(passed)})` : "";
    line.querySelector("[data-measure-due]").hidden = !isDue;
    line.classList.toggle("sos-measure-due", isDue);
    const minute = `${taken} ${Math.floor(passed / MINUTE_S)}`;
    if (isDue && cued !== minute) cue();
    if (isDue) cued = minute;
  }
}
