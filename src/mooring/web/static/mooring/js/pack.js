// The open page, kept on this device so that it opens without a network: as it came from the server, with the parts
// that changed since, and with the panels that it may open. It stands first among the scripts, so that what it keeps is
// the page before any of them touched it. See docs/decisions/0020.

import { canStore, forgetPages, keepPage, keyFrom } from "./store.js";

const html = `<!DOCTYPE html>${document.documentElement.outerHTML}`;
const page = document.querySelector("[data-kept-key]");
const path = location.pathname;
const parts = {};
let panels = "";
let waiting;

/** What the page held when it was opened without a network; null for a page that the server answered. */
export const opened = JSON.parse(document.getElementById("pack-state")?.textContent ?? "null");

/** By how much the server's clock is ahead of this device's, in ms, as the page last heard it. */
export function aheadOf(element) {
  return opened && !aheadOf.heard ? opened.aheadMs : new Date(element.dataset.now).getTime() - Date.now();
}

/** Whether this browser will open the page without a network: it keeps it, and its worker is in place. */
export async function canOpenAlone() {
  if (!page || !canStore || !navigator.serviceWorker) return false;
  const worker = await Promise.race([navigator.serviceWorker.ready, new Promise((done) => setTimeout(done, 20_000))]);
  return Boolean(worker?.active);
}

export function keepPanels(text) {
  panels = text;
  keepSoon();
}

function keepParts(event) {
  aheadOf.heard = true;
  const holder = document.createElement("template");
  holder.innerHTML = event.detail ?? "";
  for (const piece of holder.content.querySelectorAll("[id][data-part]")) parts[piece.id] = piece.outerHTML;
  keepSoon();
}

function keepSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => keepNow().catch(() => {}), 300);
}

async function keepNow() {
  const now = document.querySelector("[data-now]");
  const state = { aheadMs: now ? new Date(now.dataset.now).getTime() - Date.now() : 0, version: page.dataset.version };
  const { keptFor: owner, keptPerson: person, keptKey } = page.dataset;
  await keepPage({ key: await keyFrom(keptKey), owner, person, path, page: { html, parts, panels, ...state } });
}

if (page && canStore) {
  if (opened) Object.assign(parts, opened.parts);
  else keepNow().catch(() => {});
  panels = opened?.panels ?? "";
  document.addEventListener("mooring:parts", keepParts);
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
} else if (!page && canStore) forgetPages(path).catch(() => {});
