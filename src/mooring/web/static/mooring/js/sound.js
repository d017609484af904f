// What is heard: red alerts and calls of the patient sound until they are answered, a new cue sounds once, quietly.
// A browser lets a page sound only after a gesture; until then the page says that it is silent.

const EVERY_MS = 4000;
let context;
let known;
let lastAlarm = 0;

function tone(hertz, loudness, from, length) {
  const [wave, gain] = [context.createOscillator(), context.createGain()];
  wave.frequency.value = hertz;
  gain.gain.setValueAtTime(loudness, context.currentTime + from);
  gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + from + length);
  wave.connect(gain).connect(context.destination);
  wave.start(context.currentTime + from);
  wave.stop(context.currentTime + from + length);
}

const control = window.AudioContext ? document.querySelector("[data-sound]") : null;
if (control) control.hidden = false;

function arm() {
  if (!window.AudioContext) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  const words = control?.querySelector("span");
  if (words) words.textContent = words.dataset.on;
}

/** One quiet cue. */
export function cue() {
  if (context?.state === "running") tone(520, 0.06, 0, 0.3);
}

/** Sound what stands open in this part of the page (`data-reds`, `data-calls`, `data-ambers`), and red alerts beside it. */
export function hear(place, moreReds = 0) {
  if (!place) return;
  const now = { reds: Number(place.dataset.reds) + moreReds, calls: Number(place.dataset.calls), ambers: Number(place.dataset.ambers) };
  const fresh = known && now.ambers > known.ambers;
  known = now;
  if (!context || context.state !== "running") return;
  if (now.reds || now.calls) {
    if (Date.now() - lastAlarm < EVERY_MS) return;
    lastAlarm = Date.now();
    tone(880, 0.3, 0, 0.25);
    tone(660, 0.3, 0.3, 0.35);
  } else if (fresh) cue();
}

document.addEventListener("pointerdown", arm, { once: false });
document.addEventListener("keydown", arm, { once: true });
