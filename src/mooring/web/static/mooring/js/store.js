// What this device keeps for the time without a network, in IndexedDB, each piece encrypted: entries that wait, and the
// page that is open. The key comes from the server, for one person and one session. An entry waits under it until it is
// sent. For the page the key itself is kept, in a form that no script can read out, until the session is over here, or
// until somebody else uses this device.

const NAME = "mooring";
const ENTRIES = "entries";
const KEYS = "keys";
const PAGES = "pages";
const PAGE_HOLDS_MS = 16 * 3600_000;
const KEPT_FOR = "mooring-kept-for";

function database() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(NAME, 2);
    opening.onupgradeneeded = () => {
      const base = opening.result;
      if (!base.objectStoreNames.contains(ENTRIES)) base.createObjectStore(ENTRIES, { keyPath: "key" });
      if (!base.objectStoreNames.contains(KEYS)) base.createObjectStore(KEYS, { keyPath: "owner" });
      if (!base.objectStoreNames.contains(PAGES)) base.createObjectStore(PAGES, { keyPath: "path" });
    };
    opening.onsuccess = () => {
      opening.result.onversionchange = () => opening.result.close();
      done(opening.result);
    };
    opening.onerror = opening.onblocked = () => failed(opening.error);
  });
}

async function inStore(name, mode, act) {
  const base = await database();
  return new Promise((done, failed) => {
    const turn = base.transaction(name, mode);
    const asked = act(turn.objectStore(name));
    turn.oncomplete = () => { base.close(); done(asked?.result); };
    turn.onabort = turn.onerror = () => { base.close(); failed(turn.error); };
  });
}

/** Whether this browser can keep anything here: it needs a secure address (https, or this machine itself). */
export const canStore = Boolean(globalThis.isSecureContext && globalThis.indexedDB && globalThis.crypto?.subtle);

export function keyFrom(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function seal(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
}

async function unseal(key, row) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

// ---- entries that wait ---------------------------------------------------------------------------------------

export async function keepEntry(key, owner, entry) {
  const row = { key: entry.key, owner, at: entry.at, ...(await seal(key, entry)) };
  await inStore(ENTRIES, "readwrite", (store) => store.put(row));
}

export const forgetEntry = (entryKey) => inStore(ENTRIES, "readwrite", (store) => store.delete(entryKey));

/** The entries of this owner, oldest first; what cannot be read is left where it is. */
export async function entriesOf(key, owner) {
  const rows = (await inStore(ENTRIES, "readonly", (store) => store.getAll())).filter((row) => row.owner === owner);
  const entries = [];
  for (const row of rows.sort((one, other) => one.at - other.at || one.key.localeCompare(other.key))) {
    try {
      entries.push(await unseal(key, row));
    } catch {
      continue;
    }
  }
  return entries;
}

// ---- the page that is open, for a reload without a network -------------------------------------------------------

/**
 * Keep a page under its path for `person`; a page of anybody else goes first. Its version stands beside it in the open:
 * the worker opens it with the files of that version (worker.js).
 */
export async function keepPage({ key, owner, person, path, page }) {
  if (localStorage.getItem(KEPT_FOR) !== person) await forgetPages();
  localStorage.setItem(KEPT_FOR, person);
  const until = Date.now() + PAGE_HOLDS_MS;
  await inStore(KEYS, "readwrite", (store) => store.put({ owner, key, until }));
  const row = { path, owner, until, version: page.version, ...(await seal(key, page)) };
  await inStore(PAGES, "readwrite", (store) => store.put(row));
}

/** The page that was kept under this path, or null. */
export async function pageAt(path) {
  const row = await inStore(PAGES, "readonly", (store) => store.get(path));
  const held = row && (await inStore(KEYS, "readonly", (store) => store.get(row.owner)));
  if (!held || Math.min(held.until, row.until) < Date.now()) return null;
  return unseal(held.key, row).catch(() => null);
}

/** The paths of all pages that this device could open now. */
export async function pathsKept() {
  const rows = await inStore(PAGES, "readonly", (store) => store.getAll());
  return rows.filter((row) => row.until > Date.now()).map((row) => row.path);
}

/** Forget every page and the keys to them, or only the pages whose path starts so; entries that wait stay. */
export async function forgetPages(start = "") {
  const rows = await inStore(PAGES, "readonly", (store) => store.getAll());
  for (const row of rows.filter((each) => each.path.startsWith(start))) {
    await inStore(PAGES, "readwrite", (store) => store.delete(row.path));
    await inStore(KEYS, "readwrite", (store) => store.delete(row.owner));
  }
  if (!start) {
    await inStore(KEYS, "readwrite", (store) => store.clear());
    localStorage.removeItem(KEPT_FOR);
  }
}
