// The service worker. It keeps what is the same for everybody (styles, scripts, one page that names nobody), asks the
// network first, and never keeps an answer about a person. What it is told (`self.mooring`) stands before this text.

const { VERSION, ASSETS, OFFLINE } = self.mooring;

const CACHE = `mooring-${VERSION}`;
const PATIENCE_MS = 15_000;
const AWAY = [502, 503, 504];

self.addEventListener("install", (event) => {
  const fresh = [...ASSETS, OFFLINE].map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const older = (names) => names.filter((name) => name.startsWith("mooring-") && name !== CACHE);
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(older(names).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function openPage(request) {
  const kept = async () => (await caches.match(OFFLINE)) ?? Response.error();
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

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(request));
  else if (ASSETS.includes(address.pathname)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});
