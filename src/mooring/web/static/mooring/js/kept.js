// What waits for the network, kept on this device through a reload or a dead battery: in IndexedDB, encrypted with a
// key that the server gives to this person for this session alone. Another person, or another session, reads nothing.

const STORE = "entries";
const live = document.querySelector(".live");
const owner = live?.dataset.keptFor ?? "";

function database() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("mooring", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
}

async function inStore(mode, act) {
  const open = await database();
  return new Promise((done, failed) => {
    const asked = act(open.transaction(STORE, mode).objectStore(STORE));
    asked.onsuccess = () => { open.close(); done(asked.result); };
    asked.onerror = () => { open.close(); failed(asked.error); };
  });
}

let secret;
function secretKey() {
  const bytes = Uint8Array.from(atob(live.dataset.keptKey), (letter) => letter.charCodeAt(0));
  secret ??= crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  return secret;
}

/** Whether this device can keep an entry: it needs a secure address (https, or this machine itself). */
export const canKeep = Boolean(owner && window.isSecureContext && window.indexedDB && crypto.subtle);

export async function keep(entry) {
  if (!canKeep) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const { address, fields, key, at, words } = entry;
  const plain = new TextEncoder().encode(JSON.stringify({ address, fields, key, at, words }));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await secretKey(), plain);
  await inStore("readwrite", (store) => store.put({ key, owner, at, iv, sealed }));
}

export async function forget(key) {
  if (canKeep) await inStore("readwrite", (store) => store.delete(key));
}

/** What this person left unsent in this session, oldest first; what cannot be read is left where it is. */
export async function kept() {
  if (!canKeep) return [];
  const rows = (await inStore("readonly", (store) => store.getAll())).filter((row) => row.owner === owner);
  const entries = [];
  for (const row of rows.sort((one, other) => one.at - other.at)) {
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await secretKey(), row.sealed);
      entries.push(JSON.parse(new TextDecoder().decode(plain)));
    } catch {
      continue;
    }
  }
  return entries;
}
