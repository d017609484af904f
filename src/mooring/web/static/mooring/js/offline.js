// What the service worker answers with where the network does not: the page of this address, if this person has it on
// this device, else the way back to one that they have.

import { canStore, pageAt, pathsKept } from "./store.js";

const main = document.getElementById("main");

function asWritten(page) {
  const opened = new DOMParser().parseFromString(page.html, "text/html");
  const holder = opened.createElement("template");
  for (const [id, part] of Object.entries(page.parts)) {
    holder.innerHTML = part;
    opened.getElementById(id)?.replaceWith(holder.content.firstElementChild);
  }
  opened.getElementById("main").inert = true; // until its scripts run (pack.js, `isRunning`): a form alone would be lost
  opened.getElementById("pack-state")?.remove();
  const state = opened.createElement("script");
  Object.assign(state, { id: "pack-state", type: "application/json" });
  const { aheadMs, heardAt, parts, panels } = page;
  state.textContent = JSON.stringify({ aheadMs, heardAt, parts, panels }).replaceAll("<", "\\u003c");
  opened.head.append(state);
  return `<!DOCTYPE html>${opened.documentElement.outerHTML}`;
}

async function show() {
  const page = canStore ? await pageAt(location.pathname) : null;
  if (page && page.version === main.dataset.version) {
    const html = asWritten(page);
    document.open();
    document.write(html);
    document.close();
    return;
  }
  const place = main.querySelector("[data-ways]");
  for (const path of canStore ? await pathsKept() : []) {
    const way = Object.assign(document.createElement("a"), { href: path, className: "btn", textContent: place.dataset.back });
    place.append(way);
  }
  if (page) main.querySelector("[data-older]").hidden = false;
}

show();
window.addEventListener("online", () => location.reload());
document.addEventListener("click", (event) => event.target.closest("[data-again]") && location.reload());
