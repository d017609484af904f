// The session while the patient is in the room: panels in their place, one tap an event with five seconds of undo,
// the countdown, and a queue that sends each entry once. Without it every control is a link or a plain form.

import { lookAgain, releaseSubmit, swapPartial, wake } from "./shell.js";
import { emptyPad, keepQuestions, leaveOutQuestions, openPad } from "./pad.js";
import { canKeep, forget, keep, kept } from "./kept.js";
import { hear } from "./sound.js";

const live = document.querySelector(".live");
const said = live.dataset;
const UNDO_S = 5;
const HOLD_MS = 700;
const RETRY_MS = 3000;
const SLEPT_MS = 20_000;

// ---- time: the server's, carried on by the device's own clock --------------------------------------------
let ahead = 0;
let lastTick = Date.now();

function readTime() {
  const due = document.getElementById("due");
  if (due && due.dataset.now && due !== readTime.seen) {
    ahead = new Date(due.dataset.now).getTime() - Date.now();
    readTime.seen = due;
  }
}

function tick() {
  if (Date.now() - lastTick > SLEPT_MS) wokeUp();
  lastTick = Date.now();
  readTime();
  const now = Date.now() + ahead;
  for (const place of document.querySelectorAll("[data-minute]")) {
    if (place.dataset.minute) place.textContent = Math.floor((now - new Date(place.dataset.minute)) / 60_000);
  }
  for (const place of document.querySelectorAll("[data-minute-plus]")) {
    place.textContent = `+${Math.max(0, Math.floor((now - new Date(place.dataset.minutePlus)) / 60_000))}`;
  }
  for (const place of document.querySelectorAll("[data-due]")) countDown(place, now);
  hear(document.getElementById("pressing"));
}

function countDown(place, now) {
  const left = Math.round((new Date(place.dataset.due) - now) / 1000);
  const words = place.querySelector(".vh");
  words.textContent = `${left < 0 ? words.dataset.late : words.dataset.left} `;
  const [minutes, seconds] = [Math.floor(Math.abs(left) / 60), String(Math.abs(left) % 60).padStart(2, "0")];
  place.querySelector("[data-count]").textContent = `${left < 0 ? "−" : ""}${minutes}:${seconds}`;
  place.classList.toggle("live-late", left < 0);
}

function wokeUp() {
  lookAgain();
  const line = addLine(said.saidSlept);
  const close = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: "OK" });
  close.addEventListener("click", () => line.remove());
  line.append(close);
}

// ---- panels: they lie over the page in its own frame; the head and the emergency control stay ----------------
let cameFrom;

function show(which) {
  live.dataset.open = which;
  document.getElementById("panel").hidden = which !== "panel";
  if (document.getElementById("pad")) document.getElementById("pad").hidden = which !== "pad";
}

function close() {
  delete live.dataset.open;
  document.getElementById("panel").replaceChildren();
  document.getElementById("panel").hidden = true;
  if (document.getElementById("pad")) document.getElementById("pad").hidden = true;
  const control = cameFrom && document.querySelector(`.live a[data-panel="${cameFrom}"]`);
  (control ?? live).focus();
}

async function open(link) {
  cameFrom = link.dataset.panel;
  for (const menu of document.querySelectorAll(".menu[open]")) menu.open = false;
  if (cameFrom === "vitals" && document.getElementById("pad")) {
    show("pad");
    openPad();
    return;
  }
  try {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.status === 204) throw new Error(String(answer.status));
    fill(await answer.text());
  } catch {
    location.assign(link.href);
  }
}

function fill(html) {
  const place = document.getElementById("panel");
  place.innerHTML = html;
  show("panel");
  wake(place);
  window.htmx?.process(place);
  (place.querySelector(".error-summary") ?? place.querySelector("h2"))?.focus();
}

// ---- the queue: one at a time, in order, each with its own key; shown as saved only when the server has it ----
const queue = [];
let sending = false;

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function addLine(words) {
  const line = document.createElement("li");
  line.append(Object.assign(document.createElement("span"), { textContent: words }));
  document.getElementById("pending").prepend(line);
  return line;
}

function enqueue(entry) {
  entry.line = addLine(`${said.saidSending}: ${entry.words}`);
  entry.line.dataset.state = "sending";
  queue.push(entry);
  keep(entry).catch(() => {});
  pump();
}

// What a reload or a dead battery left unsent is sent now, in its order, under its own key and time.
async function sendKept() {
  for (const entry of await kept()) {
    if (queue.some((each) => each.key === entry.key)) continue;
    enqueue({ ...entry, refused: () => addLine(`${entry.words}. ${said.saidRefused}`) });
  }
}

async function pump() {
  if (sending) return;
  sending = true;
  while (queue.length) {
    const entry = queue[0];
    const outcome = await deliver(entry);
    if (outcome === "waiting") {
      entry.line.dataset.state = "waiting";
      entry.line.firstElementChild.textContent = `${entry.words}. ${said.saidWaiting}`;
      entry.settled?.("waiting");
      setTimeout(() => { sending = false; pump(); }, RETRY_MS);
      return;
    }
    queue.shift();
    forget(entry.key).catch(() => {});
    entry.line.remove();
    if (outcome === "saved") offerUndo(entry);
    entry.settled?.(outcome);
  }
  sending = false;
}

async function deliver(entry) {
  const body = new URLSearchParams(entry.fields);
  body.set("once", entry.key);
  body.set("csrfmiddlewaretoken", token());
  const waitedMs = Date.now() - entry.at;
  if (waitedMs > RETRY_MS / 2) body.set("waited_ms", waitedMs);
  let answer;
  let html;
  try {
    answer = await fetch(entry.address, { method: "POST", body, headers: { "HX-Request": "true" } });
    html = await answer.text();
  } catch {
    return "waiting";
  }
  if (answer.headers.get("X-Mooring-Locked")) return "waiting"; // sent when its person goes on
  if (answer.status === 204 && answer.headers.get("HX-Redirect")) {
    location.assign(answer.headers.get("HX-Redirect"));
    return "moved";
  }
  if (answer.ok) {
    swapPartial(html);
    wake(document);
    return "saved";
  }
  if (answer.status === 422) {
    entry.refused(html);
    return "refused";
  }
  if (answer.status >= 500) return "waiting";
  const line = addLine(`${entry.words}. ${said.saidRefused}`);
  line.dataset.state = "refused";
  return "refused";
}

function offerUndo(entry) {
  const saved = document.querySelector(`#log [data-key="${entry.key}"][data-correct]`);
  if (!saved) return;
  const line = addLine(entry.words);
  line.dataset.state = "undo";
  let left = UNDO_S;
  const undo = Object.assign(document.createElement("button"), { className: "btn", type: "button" });
  const say = () => { undo.textContent = `${said.saidUndo} (${left})`; };
  say();
  line.append(undo);
  const timer = setInterval(() => {
    left -= 1;
    say();
    if (left <= 0) end();
  }, 1000);
  const end = () => { clearInterval(timer); line.remove(); };
  undo.addEventListener("click", () => {
    end();
    const fields = [["withdraw", "1"], ["csrfmiddlewaretoken", token()]];
    enqueue({ address: saved.dataset.correct, fields, key: newKey(), at: Date.now(), words: `${said.saidUndo}: ${entry.words}`, refused: () => lookAgain() });
  });
}

const token = () => document.querySelector('input[name="csrfmiddlewaretoken"]').value;

window.addEventListener("online", () => { sending = false; pump(); });
window.addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });

// ---- forms: everything that is recorded goes through the queue -----------------------------------------------
function wordsOf(form, button) {
  const name = button?.closest("fieldset")?.querySelector("legend")?.textContent;
  const own = button?.textContent.replace(/\s+/g, " ").trim();
  if (form.matches("[data-pad]")) return form.dataset.saidSame;
  return name && !own?.startsWith(name) ? `${name}, ${own}` : own;
}

function submit(event) {
  const form = event.target;
  if (form.method !== "post" || !form.matches("#panel form, [data-send]")) return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.hasAttribute("data-hold") && !button.hasAttribute("data-held")) {
    releaseSubmit(document);
    confirmHold(button);
    return;
  }
  const left = form.matches("[data-pad]") ? leaveOutQuestions(form) : [];
  const fields = [...new FormData(form, button)].filter(([name]) => name !== "once");
  const inPlace = form.closest("#panel, #pad");
  releaseSubmit(document);
  enqueue({
    address: form.action,
    fields,
    key: newKey(),
    at: Date.now(),
    words: wordsOf(form, button),
    refused: (html) => (form.matches("[data-pad]") ? refusedPad(html) : fill(html)),
    settled: (outcome) => {
      if (!inPlace || outcome === "refused" || outcome === "moved") return;
      if (left.length) keepQuestions(form, left);
      else {
        if (form.matches("[data-pad]")) emptyPad(form);
        close();
      }
    },
  });
}

function refusedPad(html) {
  document.getElementById("pad").innerHTML = html;
  show("pad");
  openPad();
  document.querySelector("#pad .error-summary, #pad .pad-ask input")?.focus();
}

// ---- hold to confirm: a short tap, a key or a switch leads to the form instead --------------------------------
function startHold(event) {
  const button = event.target.closest("[data-hold]");
  if (!button) return;
  button.setAttribute("data-holding", "");
  const timer = setTimeout(() => {
    button.removeAttribute("data-holding");
    button.setAttribute("data-held", "");
    button.form.requestSubmit(button);
    button.removeAttribute("data-held");
    startHold.done = button;
  }, HOLD_MS);
  const stop = () => { clearTimeout(timer); button.removeAttribute("data-holding"); };
  for (const type of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(type, stop, { once: true });
}

function confirmHold(button) {
  open(Object.assign(document.createElement("a"), { href: button.dataset.hold })).then(() => {
    const field = document.querySelector(`#panel select[name="${button.name}"]`);
    if (field) field.value = button.value;
  });
}

function click(event) {
  const held = event.target.closest("[data-hold]");
  if (held && startHold.done === held) {
    startHold.done = null;
    event.preventDefault();
    return;
  }
  const link = event.target.closest("a[data-panel], a[data-close]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (link.hasAttribute("data-close")) close();
  else open(link);
}

// ---- what others wrote: the stream says that there is something new, the page then asks for it ----------------
const stream = document.querySelector('meta[name="mooring-stream"]')?.content;
if (stream) {
  let soon;
  new EventSource(stream).addEventListener("entry", () => {
    clearTimeout(soon);
    soon = setTimeout(lookAgain, 100);
  });
}

document.addEventListener("submit", submit, true);
document.addEventListener("pointerdown", startHold);
document.addEventListener("click", click);
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && live.dataset.open) close(); });

if (!canKeep && said.saidNotKept) addLine(said.saidNotKept).dataset.state = "waiting";
sendKept().catch(() => {});
live.dataset.keys = "";
if (live.dataset.open === "pad") openPad();
tick();
setInterval(tick, 1000);
document.addEventListener("mooring:parts", tick);
navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
});
