// A screen that slept (a closed lid, a tab behind others) says from when to when, and how much came meanwhile. A browser
// lets the clock of a hidden page tick once a minute: those naps are one sleep, and one line.

import { lookAgain } from "./shell.js";
import { addLine, clock } from "./queue.js";

let said;
let nap = null;
let line = null;

const shown = () => [...document.querySelectorAll("#log [data-key]")].map((entry) => entry.dataset.key);

/** Nothing ran since then (ms of this device's clock); `ahead` is the server's clock before it. */
export function wokeUp(words, since, ahead) {
  said = words;
  if (!nap || nap.isOver) nap = { since, known: new Set(shown()), isOver: false };
  nap.ahead = ahead;
  if (!line?.isConnected) line = makeLine();
  say();
  lookAgain();
}

function makeLine() {
  const made = addLine("");
  const close = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: "OK" });
  close.addEventListener("click", () => made.remove());
  made.append(close);
  return made;
}

function say() {
  const missed = shown().filter((key) => !nap.known.has(key)).length;
  const [since, until] = [clock(nap.since + nap.ahead), clock(Date.now() + nap.ahead)];
  const count = { 0: said.saidMissedNone, 1: said.saidMissedOne }[missed] ?? said.saidMissedMany.replace("{n}", missed);
  line.querySelector("span").textContent = `${said.saidSlept.replace("{since}", since).replace("{until}", until)} ${count}`;
}

document.addEventListener("mooring:parts", () => {
  if (!nap || nap.isOver) return;
  say();
  nap.isOver = !document.hidden;
});
