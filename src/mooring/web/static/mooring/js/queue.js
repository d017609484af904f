// What a person recorded, on its way to the server: one at a time, in order, each under its own key, shown as saved only
// when the server has it. What waits is kept on the device through a reload, a dead battery or an expired sign-in.

import { lookAgain, swapPartial, wake } from "./shell.js";
import { forget, keep, kept } from "./kept.js";

const RETRY_MS = 3000;
const PATIENCE_MS = 20_000;
const LATE_MS = 1500;

const page = document.querySelector("[data-kept-queue]");
const said = page.dataset;
const gates = (said.gates ?? "").split(" ");
const queue = [];
let sending = false;
let since = null;
let aheadMs = 0;

// ---- the network, as the last answer or its absence told it -----------------------------------------------------

/** Since when nothing came back (ms of this device's clock), or null. */
export const lostSince = () => since;

/** Nothing comes back any more, since then (ms of this device's clock): by default since now. */
export function lost(then = Date.now()) {
  if (since !== null) return;
  since = then;
  document.dispatchEvent(new Event("mooring:network"));
}

export function answered() {
  if (since === null) return;
  since = null;
  document.dispatchEvent(new Event("mooring:network"));
}

/** How far the server's clock is ahead of this device's; each entry is dated by both. */
export function setAhead(milliseconds) {
  aheadMs = milliseconds;
}

// ---- the queue ----------------------------------------------------------------------------------------------------

const inCookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

/** The token of this browser as it is now: another tab may have signed in since this page was made. */
const token = () => inCookie() ?? document.querySelector('input[name="csrfmiddlewaretoken"]').value;

export function addLine(words) {
  const line = document.createElement("li");
  line.append(Object.assign(document.createElement("span"), { textContent: words }));
  document.getElementById("pending").prepend(line);
  return line;
}

export const clock = (at) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: said.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);

export const plus = (minute) => (minute > 0 ? `+${minute}` : minute < 0 ? `−${-minute}` : "0");

function sayWords(line, entry) {
  const words = document.createElement(isTakenBack(entry) ? "del" : "span");
  words.textContent = entry.words;
  line.querySelector("[data-words]").replaceChildren(words);
}

/** The line of an entry that the server does not have yet: its minute, its words, who recorded it and when. */
function addEntry(entry) {
  const line = document.getElementById("kept-line").content.firstElementChild.cloneNode(true);
  const at = entry.at + entry.aheadMs;
  const started = JSON.parse(document.getElementById("pack-now")?.textContent ?? "null")?.started_at;
  line.querySelector(".num").textContent = started ? plus(Math.floor((at - started) / 60_000)) : clock(at);
  sayWords(line, entry);
  line.querySelector("[data-whose]").textContent = said.saidHere.replace("{person}", said.person).replace("{time}", clock(at));
  document.getElementById("pending").prepend(line);
  return line;
}

function setState(line, state, words) {
  line.dataset.state = state;
  line.querySelector(".vh").textContent = words;
}

function button(words, act) {
  const made = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: words });
  made.addEventListener("click", act);
  return made;
}

const codeOf = (address) => address.match(/\/write\/([^/]+)\/$/)?.[1] ?? (address.includes("/cancel/") ? "cancel" : "");

/** Whether the server judges it before it counts: it is never kept to be sent later. */
const isGated = (entry) => gates.includes(codeOf(entry.address));

/** What waits in this page, oldest first. */
export const waiting = () => [...queue];

export const isTakenBack = (entry) => entry.fields.some(([name]) => name === "withdraw");

/** Undo what waits: the server may have it already, so it is sent all the same and stands in the log struck through. */
export function takeBack(entry) {
  entry.fields.push(["withdraw", "1"]);
  sayWords(entry.line, entry);
  keepOnDevice(entry);
}

export function enqueue(entry) {
  entry.aheadMs ??= aheadMs;
  entry.line = addEntry(entry);
  setState(entry.line, "sending", said.saidSending);
  if (isGated(entry) && since !== null) {
    mustWait(entry);
    return;
  }
  queue.push(entry);
  if (!isGated(entry)) keepOnDevice(entry);
  pump();
  if (since !== null) showWaiting("waiting");
}

/** Its line says when it lies on this device; where it cannot, a person must not close the page while it waits. */
function keepOnDevice(entry) {
  keep(entry).then(
    () => { entry.line.dataset.kept = ""; },
    () => { entry.line.dataset.unkept = ""; sayUnkept(entry.line); },
  );
}

function sayUnkept(line) {
  if (line.dataset.state !== "waiting" || line.dataset.unkept === undefined || line.querySelector(".hint")) return;
  line.append(Object.assign(document.createElement("span"), { className: "hint", textContent: said.saidUnkept }));
}

function mustWait(entry) {
  entry.line.remove();
  const line = addLine(`${entry.words}. ${said.saidGated}`);
  line.dataset.state = "refused";
  line.append(button(said.saidOk, () => line.remove()));
  entry.settled?.("gated");
}

/** What a reload, a dead battery or an expired sign-in left unsent goes now, in its order, under its own key and time. */
export async function sendKept(refused) {
  for (const entry of await kept()) {
    if (queue.some((each) => each.key === entry.key)) continue;
    const late = { ...entry, refused, late: true };
    if (entry.refusal) showRefused(late);
    else enqueue(late);
  }
}

export async function pump() {
  if (sending) return;
  sending = true;
  while (queue.length) {
    const entry = queue[0];
    const outcome = await deliver(entry);
    if (outcome === "waiting" || outcome === "signed-out") {
      if (isGated(entry)) {
        queue.shift();
        mustWait(entry);
        continue;
      }
      showWaiting(outcome);
      if (outcome === "waiting") setTimeout(() => { sending = false; pump(); }, RETRY_MS);
      return;
    }
    if (outcome === "saved" && entry.fields.length > entry.sentFields) continue; // taken back while it was on its way
    queue.shift();
    entry.line.remove();
    if (outcome === "refused") refuse(entry);
    else {
      forget(entry.key).catch(() => {});
      entry.saved?.();
    }
    entry.settled?.(outcome);
  }
  sending = false;
  document.dispatchEvent(new Event("mooring:queue"));
}

function showWaiting(outcome) {
  for (const each of queue) {
    setState(each.line, "waiting", said.saidWaiting);
    sayUnkept(each.line);
  }
  if (outcome === "signed-out" && !document.getElementById("signed-out")) {
    const line = addLine(said.saidSignedOut);
    line.id = "signed-out";
    line.dataset.state = "refused";
    line.append(Object.assign(document.createElement("a"), { className: "btn", href: said.signIn, textContent: said.saidSignIn }));
  }
  for (const each of queue) each.settled?.("waiting");
  document.dispatchEvent(new Event("mooring:queue"));
}

// ---- refused: while the form is open it shows why; what was sent late stays until a person has looked at it ---------
function refuse(entry) {
  if (entry.html && !entry.late) {
    forget(entry.key).catch(() => {});
    entry.refused(entry);
    return;
  }
  entry.refusal = true;
  keep(entry).catch(() => {});
  showRefused(entry);
}

function showRefused(entry) {
  entry.line?.remove();
  const line = addLine(`${entry.words}. ${said.saidRefused}`);
  entry.line = line;
  line.dataset.state = "refused";
  const again = () => {
    line.remove();
    if (entry.html) entry.refused(entry);
    else enqueue({ ...entry, refusal: false, late: false });
  };
  line.append(button(said.saidCheck, again), button(said.saidDiscard, () => {
    forget(entry.key).catch(() => {});
    line.remove();
  }));
}

async function deliver(entry) {
  const body = new URLSearchParams(entry.fields);
  entry.sentFields = entry.fields.length;
  body.set("once", entry.key);
  body.set("csrfmiddlewaretoken", token());
  const again = document.querySelector("[data-again]")?.dataset.again.split("?")[1];
  for (const [name, value] of new URLSearchParams(again)) body.set(name, value); // which opening, what the page has seen
  entry.late ||= Date.now() - entry.at > LATE_MS;
  if (entry.late) {
    body.set("device_at", new Date(entry.at).toISOString());
    body.set("offset_ms", Math.round(entry.aheadMs ?? 0));
  }
  let answer;
  try {
    answer = await fetch(entry.address, {
      method: "POST", body, headers: { "HX-Request": "true", "X-Mooring-Queue": "yes" }, signal: AbortSignal.timeout(PATIENCE_MS),
    });
    entry.html = await answer.text();
  } catch {
    answer = null;
  }
  if (!answer || answer.status >= 500) {
    entry.late = true;
    lost();
    return "waiting";
  }
  answered();
  return outcomeOf(entry, answer);
}

function outcomeOf(entry, answer) {
  if (answer.headers.get("X-Mooring-Locked")) { // sent when its person goes on
    document.body.dispatchEvent(new Event("mooring-locked"));
    return "waiting";
  }
  if (answer.headers.get("X-Mooring-Signed-Out")) return "signed-out";
  if (answer.status === 204 && answer.headers.get("HX-Redirect")) {
    location.assign(answer.headers.get("HX-Redirect"));
    return "moved";
  }
  if (answer.ok) {
    swapPartial(entry.html);
    wake(document);
    return "saved";
  }
  if (answer.status !== 422) entry.html = "";
  return "refused";
}

window.addEventListener("online", () => { sending = false; pump(); lookAgain(); });
window.addEventListener("beforeunload", (event) => {
  if (queue.length && !document.getElementById("signed-out")) event.preventDefault();
});
document.addEventListener("mooring:lost", () => lost());
document.addEventListener("mooring:parts", answered);
