// The chaperone's phone: a tap is kept on the phone, sent at once and again until it arrives, dated by how long it
// was kept (never by the phone's clock). Without a connection the page says so, opens again, and the count goes on.

import { releaseSubmit, swapPartial } from "./shell.js";
import { forget, keep, kept, newKey } from "./kept.js";
import { isRunning, opened } from "./pack.js";

const AGAIN_MS = 4000;
const lost = document.querySelector(".sit-lost");
const taps = [];
let sending = false;
let counted = { leftS: null, since: performance.now() };

function connected(yes) {
  lost.hidden = yes;
  if (!yes && !lost.textContent) {
    const call = document.createElement("a");
    call.href = `tel:${lost.dataset.phone}`;
    call.textContent = lost.dataset.phone;
    lost.append(`${lost.dataset.lost} `, call);
  }
}

function shown(text) {
  swapPartial(text);
  read();
  drawWaiting();
}

/** What waits on this phone stands under what is done, with a dashed edge, until the clinic has it. */
function drawWaiting() {
  const list = document.querySelector("[data-done]");
  if (!list) return;
  for (const line of list.querySelectorAll("[data-state=waiting]")) line.remove();
  for (const tap of taps) {
    const line = document.createElement("li");
    line.dataset.state = "waiting";
    for (const words of ["", tap.words, list.dataset.waiting]) line.append(Object.assign(document.createElement("span"), { textContent: words }));
    list.append(line);
  }
}

/** What is left until the next check, as the server said it `agoMs` ago. */
function read(agoMs = 0) {
  const left = document.getElementById("sit")?.dataset.leftS;
  counted = { leftS: left === undefined ? null : Number(left), since: performance.now() - agoMs };
  count();
}

function count() {
  const place = document.querySelector("[data-count]");
  if (!place || counted.leftS === null) return;
  const left = Math.round(counted.leftS - (performance.now() - counted.since) / 1000);
  const minutes = Math.floor(Math.abs(left) / 60);
  const seconds = String(Math.abs(left) % 60).padStart(2, "0");
  place.textContent = `${left < 0 ? "+" : ""}${minutes}:${seconds}`;
}

const token = () => document.querySelector('#sit input[name="csrfmiddlewaretoken"]').value;

async function send() {
  if (sending || !taps.length) return;
  sending = true;
  try {
    while (taps.length) await deliver(taps[0]);
    connected(true);
  } catch {
    connected(false);
    drawWaiting();
  } finally {
    sending = false;
  }
}

async function deliver(tap) {
  const body = new URLSearchParams(tap.fields);
  body.set("once", tap.key);
  body.set("csrfmiddlewaretoken", token());
  body.set("waited_ms", String(Math.max(Date.now() - tap.at, 0)));
  const answer = await fetch(tap.address, { method: "POST", body, headers: { "HX-Request": "true" } });
  if (answer.status >= 500) throw new Error(String(answer.status));
  taps.shift();
  await forget(tap.key).catch(() => {});
  if (answer.status === 204 || answer.status === 404) location.reload();
  else shown(await answer.text());
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-send]");
  if (!form) return;
  event.preventDefault();
  releaseSubmit(document);
  const fields = [...new FormData(form, event.submitter)].map(([name, value]) => [name, String(value)]);
  const words = event.submitter?.textContent.replace(/\s+/g, " ").trim() ?? "";
  const tap = { address: form.action, fields, key: newKey(), at: Date.now(), words };
  taps.push(tap);
  keep(tap).catch(() => {});
  send();
}, true);

async function look() {
  if (taps.length) {
    await send();
    return;
  }
  if (document.activeElement?.closest("[data-send='cuff']")) return;
  try {
    const answer = await fetch(document.getElementById("sit").dataset.again, { headers: { "HX-Request": "true" } });
    if (answer.status === 204) location.reload();
    else if (answer.ok) shown(await answer.text());
    connected(true);
  } catch {
    connected(false);
  }
}

read(opened ? Date.now() - opened.heardAt : 0);
if (opened) connected(false);
isRunning();
setInterval(count, 1000);
setInterval(look, AGAIN_MS);
kept().then((left) => taps.unshift(...left)).then(send).catch(() => {});
