// The way to the server: every request is proved by a key that this browser cannot give away.
import { CAP, alone, count, dropItems, firstItems, keepItem, read, waiting, write } from "./store.js";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const AT_ONCE = 25;
// The key stays until another takes its place: what is refused today may be a mistake of the server's.
const OVER = ["kiosk-revoked", "kiosk-key-over", "kiosk-proof-invalid"];
const bytes = (text) => new TextEncoder().encode(text);

export class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
    this.over = status === 401 && OVER.includes(code);
  }
}

// What is known of the connection, for the staff.
export const contact = { online: false, at: 0, skew: 0 };

function base64url(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const sha256 = (text) => crypto.subtle.digest("SHA-256", bytes(text));

async function hex(text) {
  return Array.from(new Uint8Array(await sha256(text)), (b) => b.toString(16).padStart(2, "0")).join("");
}

async function newKey() {
  const pair = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const kid = base64url(await sha256(JSON.stringify({ crv, kty, x, y })));
  return { key: pair.privateKey, kid, jwk: { kty, crv, x, y } };
}

async function sign(typ, claims, { key, kid }) {
  const parts = [{ alg: "ES256", typ, kid }, claims].map((part) => base64url(bytes(JSON.stringify(part))));
  const text = parts.join(".");
  return `${text}.${base64url(await crypto.subtle.sign(ES256, key, bytes(text)))}`;
}

async function send(method, path, body, headers) {
  const told = body ? { ...headers, "Content-Type": "application/json" } : headers;
  const request = { method, headers: told, body, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" };
  let answer;
  try {
    answer = await fetch(path, { ...request, signal: AbortSignal.timeout(25_000) });
  } catch (failed) {
    contact.online = false;
    throw failed;
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    contact.online = answer.status < 500;
    throw new Refused(answer.status, said.code ?? "");
  }
  contact.online = true;
  contact.at = Date.now();
  if (said.server_time) contact.skew = contact.at - Date.parse(said.server_time);
  return said;
}

async function call(method, path, sent) {
  const self = await read("self");
  const body = sent ? JSON.stringify(sent) : undefined;
  const claims = {
    htm: method,
    htu: path.split("?")[0],
    iat: Math.floor(Date.now() / 1000),
    jti: crypto.randomUUID(),
    seq: await count("requests"),
    bh: base64url(await sha256(body ?? "")),
  };
  const proof = await sign("kiosk-proof+jwt", claims, self);
  return send(method, path, body, { "Motcua-Proof": proof, "Motcua-Device": self.id });
}

export async function enrol(typed) {
  const code = typed.replace(/[\s-]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  const made = await newKey();
  const proof = await sign("kiosk-key+jwt", { code }, made);
  const sent = JSON.stringify({ code, public_key: made.jwk, proof });
  const { id, counter, agency } = await send("POST", "/v1/kiosks", sent, {});
  await write("requests", 0);
  await write("chain", { seq: 0, hash: "" });
  await write("self", { id, counter, agency, key: made.key, kid: made.kid });
}

async function rotate() {
  const self = await read("self");
  const made = await newKey();
  const proof = await sign("kiosk-key+jwt", { code: self.id }, made);
  await call("POST", "/v1/kiosks/self/key", { public_key: made.jwk, proof });
  await write("self", { ...self, key: made.key, kid: made.kid });
}

export const screen = (shown) =>
  call("GET", `/v1/kiosks/self/ticket${shown === null ? "" : `?shown=${encodeURIComponent(shown)}`}`);

export async function beat() {
  const told = { waiting: await waiting(), device_time: new Date().toISOString() };
  const { rotate: wanted } = await call("POST", "/v1/kiosks/self/heartbeat", told);
  if (wanted) await rotate();
}

// Keeps what a citizen did. Only when this has resolved may anybody be thanked.
export const keep = (done) =>
  alone("items", async () => {
    if (await waiting() >= CAP) throw new Error("full");
    const self = await read("self");
    const chain = await read("chain");
    const claims = { seq: chain.seq + 1, prev: chain.hash, at: Date.now(), ...done };
    const signed = await sign("kiosk-item+jwt", claims, self);
    await keepItem(claims.seq, signed, await hex(signed));
  });

// Hands over what waits, oldest first. An item goes from here when the server has said what became of it.
export const flush = () =>
  alone("flush", async () => {
    for (;;) {
      const found = await firstItems(AT_ONCE);
      if (!found.length) return;
      const items = found.filter((one) => one.signed);
      const sent = { items: items.map((one) => one.signed), device_time: new Date().toISOString() };
      if (items.length) await call("POST", "/v1/kiosks/self/ratings", sent);
      // Each was answered; a box that is broken goes too, or it would keep the others here for ever.
      await dropItems(found.map((one) => one.place));
    }
  });
