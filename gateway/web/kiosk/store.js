// What outlasts a power cut: keys that cannot be taken out, numbers, and items that wait, encrypted.

export const CAP = 500;

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("motcua-kiosk", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("items", { keyPath: "place", autoIncrement: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// Runs `work` on the stores; resolves with what it answered once all of it is on the disk.
async function written(stores, work, durability = "strict") {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, "readwrite", { durability });
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    work(...stores.map((name) => transaction.objectStore(name)));
  });
}

async function asked(store, question) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const answer = question(db.transaction(store).objectStore(store));
    answer.onsuccess = () => resolve(answer.result);
    answer.onerror = () => reject(answer.error);
  });
}

export const read = (name) => asked("kept", (kept) => kept.get(name));
export const write = (name, value, durability) => written(["kept"], (kept) => kept.put(value, name), durability);
export const waiting = () => asked("items", (items) => items.count());

// One of several windows at a time: numbers are given out once.
export const alone = (name, work) => navigator.locks.request(`motcua-kiosk-${name}`, work);

export function count(name) {
  return alone(name, async () => {
    const next = ((await read(name)) ?? 0) + 1;
    // After a power cut a number may come twice: it is noted, and harms nobody.
    await write(name, next, "relaxed");
    return next;
  });
}

async function boxKey() {
  let key = await read("box-key");
  if (!key) {
    key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await write("box-key", key);
  }
  return key;
}

// Keeps an item and the end of the chain together. Resolves when a power cut cannot take it away.
export async function keepItem(seq, signed, hash) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(signed);
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await boxKey(), text);
  await written(["items", "kept"], (items, kept) => {
    items.add({ iv, box });
    kept.put({ seq, hash }, "chain");
  });
}

// The oldest items; without `signed` where a box cannot be opened any more.
export async function firstItems(most) {
  const rows = await asked("items", (items) => items.getAll(null, most));
  const key = await boxKey();
  return Promise.all(rows.map(async ({ place, iv, box }) => {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, box).catch(() => null);
    return { place, signed: text && new TextDecoder().decode(text) };
  }));
}

export const dropItems = (places) =>
  written(["items"], (items) => places.forEach((place) => items.delete(place)));
