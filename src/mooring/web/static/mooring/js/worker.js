// The service worker. It keeps what is the same for everybody (styles, scripts, one page that names nobody), asks the
// network first, and never keeps an answer about a person. What it is told (`self.mooring`) stands before this text.
//
// Each version of the program has a cache of its own, whole once the page without a network lies in it. A page that is
// kept here (store.js) opens with the files of its own version alone, so a cache stays until no kept page needs it.

const { VERSION, ASSETS, OFFLINE } = self.mooring;

const PATIENCE_MS = 15_000;
const AWAY = [502, 503, 504];
const nameOf = (version) => `mooring-${version}`;
const openedAlone = new Map(); // id of a page that was answered from here -> the version of its files

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));
self.addEventListener("message", (event) => event.data === "tidy" && event.waitUntil(tidy()));

async function fill() {
  const cache = await caches.open(nameOf(VERSION));
  const fresh = (path) => new Request(path, { cache: "reload" });
  await cache.addAll(ASSETS.map(fresh));
  await cache.add(fresh(OFFLINE));
}

/** Path and version of every page that this device keeps. */
function pagesKept() {
  return new Promise((done) => {
    const opening = indexedDB.open("mooring");
    opening.onupgradeneeded = () => opening.transaction.abort(); // nothing is kept here yet; the page makes the store
    opening.onerror = () => done([]);
    opening.onsuccess = () => {
      const base = opening.result;
      const end = (rows) => { base.close(); done(rows); };
      if (!base.objectStoreNames.contains("pages")) return end([]);
      const asked = base.transaction("pages").objectStore("pages").getAll();
      asked.onsuccess = () => end(asked.result.filter((row) => row.until > Date.now()));
      asked.onerror = () => end([]);
    };
  });
}

async function versionAt(path) {
  return (await pagesKept()).find((row) => row.path === path)?.version ?? VERSION;
}

/** Forget the caches of versions that no kept page needs; not while a newer worker fills its own. */
async function tidy() {
  if (self.registration.installing || self.registration.waiting) return;
  const needed = new Set([VERSION, ...(await pagesKept()).map((row) => row.version)].map(nameOf));
  const spare = (await caches.keys()).filter((name) => name.startsWith("mooring-") && !needed.has(name));
  await Promise.all(spare.map((name) => caches.delete(name)));
}

async function openPage({ request, resultingClientId }) {
  const kept = async () => {
    const wanted = await versionAt(new URL(request.url).pathname);
    for (const version of [wanted, VERSION]) {
      const page = await caches.match(OFFLINE, { cacheName: nameOf(version) });
      if (!page) continue;
      openedAlone.set(resultingClientId, version);
      return page;
    }
    return Response.error();
  };
  try {
    const answer = await Promise.race([
      fetch(request),
      new Promise((_, late) => setTimeout(late, PATIENCE_MS, new Error("no answer"))),
    ]);
    return AWAY.includes(answer.status) ? kept() : answer;
  } catch {
    return kept();
  }
}

/** A form that was sent before its page's scripts ran: without a network it goes back to its page, which says so. */
async function sendForm({ request }) {
  try {
    return await fetch(request);
  } catch {
    return request.referrer ? Response.redirect(`${request.referrer.split("#")[0]}#not-sent`, 303) : Response.error();
  }
}

/** A file: from the cache for a page that was opened from it, else from the network as long as that answers. */
async function openFile({ request, clientId }) {
  const here = (version) => caches.match(request, { cacheName: nameOf(version) });
  const version = openedAlone.get(clientId);
  if (version) return (await here(version)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch {
    const client = await self.clients.get(clientId);
    return (client && (await here(await versionAt(new URL(client.url).pathname)))) ?? (await here(VERSION)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && request.mode === "navigate") event.respondWith(sendForm(event));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(openPage(event));
  else if (ASSETS.includes(address.pathname) || (request.destination && openedAlone.has(event.clientId))) event.respondWith(openFile(event));
});
