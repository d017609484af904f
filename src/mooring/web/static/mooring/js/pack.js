// The open page, kept on this device so that it opens without a network: as it came from the server, with the parts
// that changed since, and with the panels that it may open. It stands first among the scripts, so that what it keeps is
// the page before any of them touched it. See docs/decisions/0020.

import { canStore, forgetPages, keepPage, keyFrom } from "./store.js";

const html = `<!DOCTYPE html>${document.documentElement.outerHTML}`;
const page = document.querySelector("[data-kept-key]");
const path = location.pathname;
const PAUSE_MS = 300;
const AGAIN_MS = 500;
const PATIENCE_MS = 20_000;
const parts = {};
let panels = "";
let waiting;
let heardAt = Date.now();
let aheadMs = aheadIn(document) ?? 0;
let sayKept;
const isKept = new Promise((done) => { sayKept = done; });

/** What the page held when it was opened without a network; null for a page that the server answered. */
export const opened = JSON.parse(document.getElementById("pack-state")?.textContent ?? "null");

/** By how much the server's clock is ahead of this device's, in ms, as the page last heard it. */
export const aheadOfHere = () => aheadMs;

/** The same, from what has just come from the server; undefined where it names no time. */
function aheadIn(root) {
  const now = root.querySelector("[data-now]");
  return now ? new Date(now.dataset.now).getTime() - Date.now() : undefined;
}

/** Whether every file of this page's version lies on this device: the page without a network is put there last. */
async function filesAreHere() {
  const { version, offline } = page.dataset;
  return Boolean(await caches.match(offline, { cacheName: `mooring-${version}` }));
}

/**
 * Whether this browser opens the page without a network: the page lies here, and all files of its version. Right after
 * an upgrade they come within seconds; until then the page that was kept before stays, with its own files.
 */
export async function canOpenAlone() {
  if (!page || !canStore || !navigator.serviceWorker) return false;
  return Promise.race([isKept, new Promise((late) => setTimeout(late, PATIENCE_MS, false))]);
}

/** The page's own scripts stand: what is tapped from here on is kept. Answers whether a form was lost before that. */
export function isRunning() {
  document.getElementById("main").inert = false;
  const lost = location.hash === "#not-sent";
  if (lost) history.replaceState(null, "", location.pathname);
  return lost;
}

export function keepPanels(text) {
  panels = text;
  keepSoon();
}

function keepParts(event) {
  heardAt = Date.now();
  const holder = document.createElement("template");
  holder.innerHTML = event.detail ?? "";
  aheadMs = aheadIn(holder.content) ?? aheadMs;
  for (const piece of holder.content.querySelectorAll("[id][data-part]")) parts[piece.id] = piece.outerHTML;
  for (const piece of holder.content.querySelectorAll("[data-onto]")) {
    const list = document.getElementById(piece.dataset.onto);
    if (list) parts[list.id] = list.outerHTML;
  }
  keepSoon();
}

function keepSoon(pause = PAUSE_MS) {
  if (!page || !canStore) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keepNow().catch(() => {}), pause);
}

async function keepNow() {
  if (!(await filesAreHere())) {
    keepSoon(AGAIN_MS);
    return;
  }
  const { keptFor: owner, keptPerson: person, keptKey, version } = page.dataset;
  await keepPage({ key: await keyFrom(keptKey), owner, person, path, page: { html, parts, panels, heardAt, aheadMs, version } });
  sayKept(true);
  navigator.serviceWorker.controller?.postMessage("tidy");
}

document.addEventListener("mooring:parts", keepParts);
if (opened) {
  Object.assign(parts, opened.parts);
  ({ heardAt, aheadMs, panels } = opened);
  sayKept(true);
} else if (page && canStore) keepNow().catch(() => {});
else if (canStore) forgetPages(path).catch(() => {});
if (page && canStore) navigator.serviceWorker?.register("/sw.js").catch(() => {});
