// What waits for the network on this page: under the key that the server gave to this person for this session alone.
// Another person, or another session, reads nothing of it.

import { canStore, entriesOf, forgetEntry, keepEntry, keyFrom } from "./store.js";

const page = document.querySelector("[data-kept-key]");
const owner = page?.dataset.keptFor ?? "";
let secret;
const key = () => (secret ??= keyFrom(page.dataset.keptKey));

/** Whether this device can keep an entry through a reload. */
export const canKeep = Boolean(owner && canStore);

/** Keep it until it is sent; an error where this device cannot. */
export async function keep(entry) {
  if (!canKeep) throw new Error("nothing can be kept here");
  const { address, fields, key: entryKey, at, aheadMs, words, refusal } = entry;
  await keepEntry(await key(), owner, { address, fields, key: entryKey, at, aheadMs, words, refusal });
}

export async function forget(entryKey) {
  if (canKeep) await forgetEntry(entryKey);
}

/** What this person left unsent in this session, oldest first. */
export async function kept() {
  return canKeep ? entriesOf(await key(), owner) : [];
}

/** The key under which an entry is sent, however often; `crypto.randomUUID` asks for a secure address, this does not. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
