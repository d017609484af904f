// The chaperone's phone: a tap is kept on the phone, sent at once and again until it arrives, dated by how long it
// was kept (never by the phone's clock). Without a connection the page says so and the count goes on.

import { releaseSubmit, swapPartial } from "./shell.js";

const AGAIN_MS = 4000;
const KEPT = "mooring-chaperone";
const lost = document.querySelector(".sit-lost");
let sending = false;
let counted = { leftS: null, since: performance.now() };

function kept() {
  return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
}

function keep(list) {
  localStorage.setItem(KEPT, JSON.stringify(list));
}

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
}

function read() {
  const left = document.getElementById("sit")?.dataset.leftS;
  counted = { leftS: left === undefined ? null : Number(left), since: performance.now() };
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

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let list = kept(); list.length; list = kept()) {
      const [first, ...rest] = list;
      const body = new URLSearchParams(first.fields);
      body.set("waited_ms", String(Math.max(Date.now() - first.at, 0)));
      const answer = await fetch(first.address, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.status >= 500) throw new Error(String(answer.status));
      keep(rest);
      if (answer.status === 204) location.reload();
      else shown(await answer.text());
    }
    connected(true);
  } catch {
    connected(false);
  } finally {
    sending = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-send]");
  if (!form) return;
  event.preventDefault();
  releaseSubmit(document);
  const fields = [...new FormData(form, event.submitter)].map(([name, value]) => [name, String(value)]);
  fields.push(["once", crypto.randomUUID()]);
  keep([...kept(), { address: form.action, fields, at: Date.now() }]);
  send();
}, true);

async function look() {
  if (kept().length) {
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

read();
setInterval(count, 1000);
setInterval(look, AGAIN_MS);
send();
