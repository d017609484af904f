// The session while the patient is in the room: panels in their place, one tap an event with five seconds of undo,
// the countdown, and what goes on without a network. Without it every control is a link or a plain form.

import { lookAgain, lookSoon, releaseSubmit, wake } from "./shell.js";
import { askAgain, emptyPad, isSaidAgain, keepAll, keepQuestions, leaveOutQuestions, openPad } from "./pad.js";
import { addLine, answered, clock, enqueue, lost, lostSince, sendKept, setAhead, takeBack, waiting } from "./queue.js";
import { newKey } from "./kept.js";
import { aheadOfHere, canOpenAlone, isRunning, keepPanels, opened } from "./pack.js";
import { goOn, sameSetAt, signsInWords } from "./alone.js";
import { callTeam, drawEmergency } from "./emergency_alone.js";
import { wokeUp } from "./slept.js";
import { hear } from "./sound.js";

const live = document.querySelector(".live");
const said = live.dataset;
const network = document.querySelector("[data-kept-queue]").dataset;
const UNDO_S = 5;
const HOLD_MS = 700;
const SLEPT_MS = 20_000;
const PANEL_PATIENCE_MS = 5000;

// ---- time: the server's, carried on by the device's own clock --------------------------------------------
let ahead = aheadOfHere();
let lastTick = Date.now();

function tick() {
  if (Date.now() - lastTick > SLEPT_MS) wokeUp(said, lastTick, ahead);
  lastTick = Date.now();
  ahead = aheadOfHere();
  setAhead(ahead);
  const now = Date.now() + ahead;
  for (const place of document.querySelectorAll("[data-clock]")) place.textContent = clock(now);
  for (const place of document.querySelectorAll("[data-minute]")) {
    if (place.dataset.minute) place.textContent = Math.floor((now - new Date(place.dataset.minute)) / 60_000);
  }
  for (const place of document.querySelectorAll("[data-minute-plus]")) {
    place.textContent = `+${Math.max(0, Math.floor((now - new Date(place.dataset.minutePlus)) / 60_000))}`;
  }
  const reds = goOn(now) + Number(document.getElementById("device")?.dataset.reds ?? 0);
  for (const place of document.querySelectorAll("[data-due]")) countDown(place, now);
  for (const place of document.querySelectorAll("[data-rest-until]")) {
    place.toggleAttribute("data-rests", now < new Date(place.dataset.restUntil));
  }
  drawEmergency(now);
  hear(document.getElementById("pressing"), reds);
}

function countDown(place, now) {
  const left = Math.round((new Date(place.dataset.due) - now) / 1000);
  const words = place.querySelector(".vh");
  words.textContent = `${left < 0 ? words.dataset.late : words.dataset.left} `;
  const [minutes, seconds] = [Math.floor(Math.abs(left) / 60), String(Math.abs(left) % 60).padStart(2, "0")];
  place.querySelector("[data-count]").textContent = `${left < 0 ? "−" : ""}${minutes}:${seconds}`;
  place.classList.toggle("live-late", left < 0);
  const bar = place.parentElement.querySelector("progress");
  const since = new Date(bar?.dataset.since ?? NaN);
  if (bar) bar.value = Math.min(100, (100 * (now - since)) / (new Date(place.dataset.due) - since)) || 0;
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

const panels = document.createElement("template");

/** The panel of a kind as it was fetched with the page, for when the network does not answer. */
const panelOf = (code) => panels.content.querySelector(`template[data-panel-of="${code}"]`)?.innerHTML;

async function fetchPanels() {
  const again = document.querySelector("[data-again]")?.dataset.again;
  if (!said.panels || !again || lostSince() !== null) return;
  const answer = await fetch(`${said.panels}?${again.split("?")[1]}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.status === 204) return;
  panels.innerHTML = await answer.text();
  keepPanels(panels.innerHTML);
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
    if (lostSince() !== null && panelOf(cameFrom)) throw new Error("no network");
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PANEL_PATIENCE_MS) });
    if (!answer.ok || answer.status === 204) throw new Error(String(answer.status));
    fill(await answer.text());
  } catch {
    const kept = panelOf(cameFrom);
    if (kept) fill(kept);
    else if (lostSince() === null) location.assign(link.href);
    else addLine(said.saidNeedsNetwork);
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

// ---- undo: five seconds, once the server has the entry; without a network at once, and it is sent as taken back -------
function countdown(line, undone) {
  let left = UNDO_S;
  const undo = Object.assign(document.createElement("button"), { className: "btn", type: "button" });
  const say = () => { undo.textContent = `${said.saidUndo} (${left})`; };
  const end = () => { clearInterval(timer); undo.remove(); };
  const timer = setInterval(() => {
    left -= 1;
    say();
    if (left <= 0) { end(); undone(false); }
  }, 1000);
  say();
  line.append(undo);
  undo.addEventListener("click", () => { end(); undone(true); });
}

function offerUndo(entry) {
  const saved = document.querySelector(`#log [data-key="${entry.key}"][data-correct]`);
  if (!saved) return;
  const line = addLine(entry.words);
  line.dataset.state = "undo";
  countdown(line, (undo) => {
    line.remove();
    if (!undo) return;
    enqueue({
      address: saved.dataset.correct,
      fields: [["withdraw", "1"]],
      key: newKey(),
      at: Date.now(),
      words: `${said.saidUndo}: ${entry.words}`,
      refused: () => lookAgain(),
    });
  });
}

/** One tap that waits for the network can be taken back while it waits. */
function offerTakeBack(entry) {
  if (entry.offered) return;
  entry.offered = true;
  countdown(entry.line, (undo) => { if (undo) takeBack(entry); });
}

// ---- forms: everything that is recorded goes through the queue -----------------------------------------------
function wordsOf(form, button, fields) {
  const name = button?.closest("fieldset")?.querySelector("legend")?.textContent;
  const own = button?.textContent.replace(/\s+/g, " ").trim();
  if (form.matches("[data-pad]")) return signsInWords(fields) || form.dataset.saidSame;
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
  const inPlace = (button ?? form).closest("#panel, #pad");
  releaseSubmit(document);
  if (form.matches("[data-pad]") && isTheSame(form, fields)) return;
  const entry = {
    address: form.action,
    fields,
    key: newKey(),
    at: Date.now(),
    words: wordsOf(form, button, fields),
    refused: showRefusal,
    saved: () => offerUndo(entry),
    settled: (outcome) => {
      if (outcome === "waiting" && form.id.startsWith("tap-")) offerTakeBack(entry);
      if (!inPlace || entry.closed || ["refused", "moved", "gated"].includes(outcome)) return;
      entry.closed = true;
      if (left.length) keepQuestions(form, left);
      else {
        if (form.matches("[data-pad]")) emptyPad(form);
        close();
      }
    },
  };
  enqueue(entry);
}

/** Whether the set of a minute ago is typed once more; it is then asked about, and nothing is sent yet. */
function isTheSame(form, fields) {
  if (isSaidAgain(form) || fields.some(([name, value]) => name === "vitals-happened" && value !== "")) return false;
  const before = sameSetAt(fields, Date.now() + ahead);
  if (before === undefined) return false;
  keepAll(form);
  askAgain(form, clock(before));
  return true;
}

// What the server refused is shown in its own form, also when it was sent late.
function showRefusal(entry) {
  if (entry.address.endsWith("/write/vitals/")) refusedPad(entry.html);
  else fill(entry.html);
  const when = document.querySelector('.live-panel:not([hidden]) input[name$="-happened"]');
  if (entry.late && when?.value === "") when.value = clock(entry.at + (entry.aheadMs ?? 0)); // when it was, not when it is checked
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

// ---- without a network: since when, how many wait, what still works --------------------------------------------------
function drawNetwork() {
  const bar = document.getElementById("network");
  const since = lostSince();
  bar.hidden = since === null;
  if (since === null) {
    if (opened && !waiting().length && !live.dataset.open) location.reload();
    return;
  }
  bar.querySelector("b").textContent = network.saidLostSince.replace("{time}", clock(since + ahead));
  const count = waiting().length;
  const words = count === 1 ? network.saidOneWaits : network.saidManyWait.replace("{n}", count);
  bar.querySelector("[data-count-words]").textContent = count ? words : "";
}

async function sayWhetherAlone() {
  if (await canOpenAlone()) return;
  document.getElementById("not-alone").hidden = false;
}

// ---- the emergency control: it calls over the network, and without one it opens the scripts here ---------------------
async function callForHelp(event) {
  const form = event.target.closest(".emergency");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const key = form.querySelector('[name="once"]').value;
  const html = await callTeam(form, key, panelOf("emergency"));
  if (html) fill(html);
}

// ---- what others wrote: the stream says that there is something new, the page then asks for it; what this page wrote
// itself came with the answer ------------------------------------------------------------------------------------------
const stream = document.querySelector('meta[name="mooring-stream"]')?.content;
let heard = 0;
const seen = () => Number(new URLSearchParams(document.querySelector("[data-again]")?.dataset.again.split("?")[1]).get("seen"));
if (stream) {
  new EventSource(stream).addEventListener("entry", (event) => {
    heard = Math.max(heard, Number(event.lastEventId));
    lookSoon(() => heard > seen());
  });
}

document.addEventListener("submit", callForHelp, true);
document.addEventListener("submit", submit, true);
document.addEventListener("pointerdown", startHold);
document.addEventListener("click", click);
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && live.dataset.open) close(); });
document.addEventListener("mooring:network", drawNetwork);
document.addEventListener("mooring:queue", drawNetwork);

panels.innerHTML = opened?.panels ?? "";
if (opened) lost(opened.heardAt);
sendKept(showRefusal).catch(() => {});
if (isRunning()) addLine(said.saidNotSent).dataset.state = "refused";
live.dataset.keys = "";
if (location.hash === "#vitals" && document.getElementById("pad")) show("pad");
if (live.dataset.open === "pad") openPad();
tick();
setInterval(tick, 1000);
document.addEventListener("mooring:parts", tick);
if (said.stage !== undefined) {
  sayWhetherAlone();
  fetchPanels().catch(() => {});
}
document.addEventListener("mooring:parts", () => {
  const stage = document.getElementById("taps")?.dataset.stage;
  if (stage && stage !== said.stage) {
    said.stage = stage;
    fetchPanels().catch(() => {});
  }
});
navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
});
