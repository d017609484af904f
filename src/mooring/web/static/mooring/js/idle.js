// A page that is left alone is covered, not left: what was typed stays beneath, and its person goes on quickly.
// The server locks by its own clock; this file covers what is on the screen, and reports hands on the device.

import { hear } from "./sound.js";

const ALERTS = "[data-lock-alerts]";
const [allowed, hereUrl, lockedUrl, lockUrl] = document
  .querySelector('meta[name="mooring-idle"]')
  .content.split(" ");
const LIMIT = Number(allowed) * 1000;
const REPORT_EVERY = 60_000;
let lastUse = Date.now();
let reported = Date.now();
let cover = null;

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

function ask(url, method, body) {
  return fetch(url, { method, body, headers: { "HX-Request": "true", "X-CSRFToken": token() } });
}

function used() {
  if (cover) return;
  const now = Date.now();
  if (now - lastUse > LIMIT) return lockNow();
  lastUse = now;
  if (now - reported < REPORT_EVERY) return;
  reported = now;
  ask(hereUrl, "POST").then((answer) => answer.headers.get("X-Mooring-Locked") && coverPage(), () => {});
}

// Locking answers with what stands on the cover: asked for beside it, the server might not have locked yet.
function lockNow() {
  coverWith(() => ask(lockUrl, "POST"));
}

function coverPage() {
  coverWith(askLocked);
}

function askLocked() {
  return ask(lockedUrl, "GET");
}

function coverWith(asked) {
  if (cover) return;
  cover = document.createElement("dialog");
  cover.className = "lock";
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("submit", resume);
  document.body.append(cover);
  cover.showModal();
  fill(asked);
}

async function fill(asked) {
  try {
    const answer = await asked();
    if (answer.status === 204) return uncover();
    show(await answer.text());
  } catch {
    offerWithoutNetwork();
    setTimeout(fill, 5000, askLocked); // the loop ends when the server answers
  }
}

// In a session with a patient in the room a lost network must not lock the team out. Who goes on here proves who they
// are before the server takes anything: it keeps the sign-in locked until then.
function offerWithoutNetwork() {
  const words = document.querySelector("[data-go-on]")?.dataset;
  if (!words || !cover || cover.querySelector("button")) return;
  const button = Object.assign(document.createElement("button"), { className: "btn btn-primary", type: "button", textContent: words.goOn });
  button.addEventListener("click", uncover);
  cover.replaceChildren(Object.assign(document.createElement("p"), { textContent: words.goOnWhy }), button);
}

// Another page of the same sign-in went on: this one does, too. What is being typed into the cover stays, and what
// stands open in running sessions is shown and sounds above it, by room and without a name.
async function askAgain() {
  const answer = await askLocked().catch(() => null);
  if (answer?.status === 204) return uncover();
  if (!answer?.ok || !cover) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(ALERTS);
  if (part) cover?.querySelector(ALERTS)?.replaceWith(part);
  hear(part);
}

function show(html) {
  if (!cover) return;
  cover.innerHTML = html;
  hear(cover.querySelector(ALERTS));
  cover.querySelector("input[type=password]")?.focus();
}

async function resume(event) {
  if (!event.target.matches("[data-locked]")) return;
  event.preventDefault();
  event.stopPropagation();
  const answer = await ask(lockedUrl, "POST", new FormData(event.target));
  if (answer.status === 204) return uncover();
  show(await answer.text());
}

function uncover() {
  lastUse = reported = Date.now();
  cover?.remove();
  cover = null;
}

for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
  document.addEventListener(kind, used, { passive: true, capture: true });
}
document.body.addEventListener("mooring-locked", coverPage);
document.addEventListener("visibilitychange", () => !document.hidden && Date.now() - lastUse > LIMIT && lockNow());
setInterval(() => {
  if (cover) askAgain();
  else if (Date.now() - lastUse > LIMIT) lockNow();
}, 5000);
