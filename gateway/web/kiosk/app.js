// The kiosk: rest, ask, thank; nothing stays on the screen or in memory once a citizen is done.
import { code, face, made } from "./drawing.js";
import { beat, contact, enrol, flush, keep, screen as nextScreen } from "./link.js";
import { read, waiting, write } from "./store.js";

const IDLE = 20_000;
const WARNING = 20_000;
const THANKS = 6_000;
const BEAT = 60_000;
const STAFF = 120_000;
const LONG_PRESS = 3_000;
const room = document.getElementById("screen");

let texts;
let language = "vi";
let resting = null;
let ticket = null;
// The ticket that was last rated: the server may still tell of it until it has the item.
let rated = null;
let deadline = 0;
// What the citizen at hand has done: question by question.
let visit = null;
let idle;
let view = "";
// Whether another version of this page is here, to be taken up when nobody is rating.
let stale = false;

const t = (key) => texts[key][language];
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function show(name, ...children) {
  view = name;
  document.documentElement.lang = language;
  document.title = t("title");
  document.body.className = name;
  room.replaceChildren(...children.filter(Boolean));
}

const heading = (text, attributes = {}) => made("h1", { tabindex: "-1", ...attributes }, text);
const focused = () => (room.querySelector("[data-focus]") ?? room.querySelector("h1"))?.focus();

// --- asking ---

function forms() {
  return visit?.forms ?? (ticket && Date.now() < deadline ? ticket.forms : resting);
}

function begin() {
  if (visit) return;
  const mine = ticket && Date.now() < deadline;
  visit = { forms: forms(), ticket: mine ? ticket.id : null, code: mine ? ticket : null, answers: {}, step: 0 };
}

function rest({ focus = false } = {}) {
  clearTimeout(idle);
  visit = null;
  language = "vi";
  if (stale && !ticket) return location.reload();
  if (location.hash === "#staff") return staff();
  if (!forms()) return show("resting", heading(t("preparing")));
  ask();
  if (focus) focused();
}

function ask() {
  const form = forms().find((one) => one.language === language) ?? forms()[0];
  const step = visit?.step ?? 0;
  const question = form.questions[step];
  const chosen = visit?.answers[question.id];
  const about = visit ? visit.code : ticket && Date.now() < deadline ? ticket : null;
  const last = step === form.questions.length - 1;
  show("asking",
    made("header", {},
      made("p", { class: "where" }, form.agency ?? t("title"), made("span", { class: "counter" }, form.counter)),
      form.procedure ? made("p", { class: "procedure" }, form.procedure) : null,
      heading(question.label, { id: "question" }),
      about?.qr ? made("div", { class: "phone" },
        code(about.qr, about.qr_size, t("qr")), made("p", {}, t("phone"))) : null),
    made("form", { onsubmit: (event) => { event.preventDefault(); go(question, last); } },
      made("fieldset", { "aria-labelledby": "question" }, made("div", { class: "levels" },
        ...question.options.map((option, n) => level(question, option, n, chosen)))),
      made("p", { role: "alert", class: "mistake" }),
      made("div", { class: "acts" },
        made("button", { type: "button", class: "quiet", lang: language === "vi" ? "en" : "vi",
          onclick: () => { language = language === "vi" ? "en" : "vi"; again(); } }, t("language")),
        about ? made("button", { type: "button", class: "quiet", onclick: decline }, t("decline")) : null,
        made("button", { type: "submit", class: "main" }, t(last ? "confirm" : "next")))));
}

function level(question, option, n, chosen) {
  const among = question.options.length - 1;
  const numbers = question.options.map((one) => Number(one.id));
  const scale = numbers.every(Number.isFinite) && among;
  const low = Math.min(...numbers);
  const height = scale ? (numbers[n] - low) / (Math.max(...numbers) - low) : null;
  const id = `level-${n}`;
  return made("div", { class: "level" },
    made("input", { type: "radio", name: "level", id, value: option.id, checked: chosen === option.id,
      onchange: () => { begin(); visit.answers[question.id] = option.id; room.querySelector(".mistake").textContent = ""; } }),
    made("label", { for: id, class: height === null ? "" : `height-${Math.round(height * 4)}` },
      height === null ? null : face(height), made("span", {}, option.label)));
}

// Drawn again in another language, at the same place and with the same choice.
function again() {
  if (language !== "vi") begin();
  ask();
  room.querySelector(".acts .quiet").focus();
  stir();
}

function go(question, last) {
  begin();
  if (!(question.id in visit.answers)) {
    room.querySelector(".mistake").textContent = t("choose");
    room.querySelector("input").focus();
    return;
  }
  if (last) return finish({ answers: visit.answers, declined: false });
  visit.step += 1;
  ask();
  focused();
}

function decline() {
  begin();
  return finish({ answers: {}, declined: true });
}

async function finish(done) {
  clearTimeout(idle);
  // By then the next dossier may be here.
  const mine = visit;
  const kept = { ticket: mine.ticket, language, ...done };
  room.querySelectorAll("button, input").forEach((one) => { one.disabled = true; });
  try {
    await keep(kept);
  } catch (failed) {
    if (visit !== mine) return rest();
    ask();
    room.querySelector(".mistake").textContent = t(failed.message === "full" ? "full" : "not_kept");
    return stir();
  }
  rated = kept.ticket ?? rated;
  if (ticket?.id === rated) ticket = null;
  language = kept.language;
  const form = mine.forms.find((one) => one.language === language);
  visit = null;
  show("thanks", face(1), made("div", { role: "status" }, heading(t("thanks")),
    made("p", {}, done.declined ? t("declined") : form.thanks)));
  focused();
  hand();
  idle = setTimeout(rest, THANKS);
}

// --- time ---

function stir() {
  clearTimeout(idle);
  const beside = view === "asking" && !visit && language === "vi";
  if (view !== "asking" || beside) return;
  idle = setTimeout(warn, IDLE);
}

function warn() {
  const before = document.activeElement;
  const dialog = made("dialog", { "aria-labelledby": "more", "aria-describedby": "clears", oncancel: (event) => { event.preventDefault(); stay(); } },
    made("h2", { id: "more" }, t("still_there")), made("p", { id: "clears" }, t("clears")),
    made("button", { type: "button", class: "main", onclick: () => stay() }, t("more_time")));
  const stay = () => { dialog.close(); dialog.remove(); before?.focus(); stir(); };
  room.append(dialog);
  dialog.showModal();
  idle = setTimeout(rest, WARNING);
}

for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => { if (!room.querySelector("dialog")) stir(); });
}
addEventListener("change", stir);

// --- staff ---

async function standing() {
  const self = await read("self");
  const rows = [["device", self?.id ?? "–"], ["counter", self?.counter ?? "–"], ["waiting", await waiting()],
    ["connection", t(contact.online ? "online" : "offline")],
    ["heard", contact.at ? new Date(contact.at).toLocaleString(language) : "–"],
    ["skew", Math.round(contact.skew / 1000)]];
  return rows.map(([name, value]) => made("div", {},
    made("dt", {}, t(name)), made("dd", { "data-name": name }, String(value))));
}

async function staff() {
  clearTimeout(idle);
  visit = null;
  language = "vi";
  const leave = () => {
    history.replaceState(null, "", "/kiosk");
    start();
  };
  show("staff", heading(t("staff")), made("dl", {}, ...await standing()),
    made("button", { type: "button", class: "main", onclick: leave }, t("back")));
  focused();
  // Left open it would keep citizens from rating.
  idle = setTimeout(leave, STAFF);
}

addEventListener("hashchange", () => (location.hash === "#staff" ? staff() : start()));
let pressed;
const corner = document.getElementById("corner");
corner.addEventListener("pointerdown", () => { pressed = setTimeout(() => { location.hash = "staff"; }, LONG_PRESS); });
for (const kind of ["pointerup", "pointerleave", "pointercancel"]) {
  corner.addEventListener(kind, () => clearTimeout(pressed));
}

// --- enrolling ---

function askForCode(message) {
  const code_ = made("input", { id: "code", name: "code", autocomplete: "off", autocapitalize: "characters",
    spellcheck: "false", maxlength: "12", required: true, "aria-describedby": "help mistake", "data-focus": true });
  const mistake = made("p", { role: "alert", class: "mistake", id: "mistake" }, message ?? "");
  const send = async (event) => {
    event.preventDefault();
    const button = event.target.querySelector("button");
    button.disabled = true;
    try {
      await enrol(code_.value);
      start();
    } catch (failed) {
      button.disabled = false;
      mistake.textContent = t(failed.status ? "code_wrong" : "no_network");
      code_.focus();
    }
  };
  show("enrolling", heading(t("enrol")), made("p", { id: "help" }, t("enrol_help")),
    made("form", { onsubmit: send }, made("label", { for: "code" }, t("code")), code_, mistake,
      made("button", { type: "submit", class: "main" }, t("enrol_send"))));
  focused();
}

// --- the server ---

const hand = () => flush().catch(() => {});

function hear(told) {
  resting = told.at_rest;
  write("resting", resting, "relaxed");
  const before = ticket;
  const early = Date.now() < deadline - 1_000;
  ticket = told.ticket && told.ticket.id !== rated ? told.ticket : null;
  // Not until `good_until` by this clock, which may stand anywhere: so long from now.
  deadline = ticket ? Date.now() + Date.parse(ticket.good_until) - Date.parse(told.server_time) : 0;
  if (view === "staff") standing().then((rows) => room.querySelector("dl")?.replaceChildren(...rows));
  const other = ticket?.id !== before?.id;
  // The next citizen finds nothing of the last one; whose ticket merely ran out may finish.
  const left = other && (ticket || (early && visit?.ticket === before?.id));
  if (view === "resting" || (view === "asking" && other && (!visit || left))) rest();
}

let round = 0;
let shell;

async function listen(mine) {
  let shown = null;
  let wait = 1_000;
  while (mine === round) {
    const asked = Date.now();
    try {
      await hand();
      const told = await nextScreen(shown);
      if (mine !== round) return;
      hear(told);
      wait = 1_000;
      // A server that answers at once is not asked without a pause.
      if ((told.ticket?.id ?? "") === shown && Date.now() - asked < 1_000) await pause(1_000);
      shown = told.ticket?.id ?? "";
    } catch (failed) {
      if (mine !== round) return;
      if (failed.over) return gone(failed.code);
      await Promise.race([pause(wait), back()]);
      wait = Math.min(wait * 2, 30_000);
      shown = null;
    }
    if (ticket && Date.now() >= deadline) {
      ticket = null;
      if (!visit && view === "asking") rest();
    }
  }
}

const back = () => new Promise((resolve) => addEventListener("online", resolve, { once: true }));

async function pulse(mine) {
  while (mine === round) {
    await beat().catch(() => {});
    await pause(BEAT);
    await shell?.update().catch(() => {});
  }
}

// Not known any more: perhaps the server has only part of what it knew, so that is asked again.
function gone(code) {
  round += 1;
  visit = ticket = null;
  askForCode(t("over"));
  if (code !== "kiosk-proof-invalid") return;
  const field = document.getElementById("code");
  setTimeout(() => { if (field.isConnected && !field.value) start(); }, BEAT);
}

async function start() {
  round += 1;
  if (!(await read("self"))) return askForCode();
  resting = (await read("resting")) ?? null;
  rest();
  listen(round);
  pulse(round);
}

async function main() {
  texts = await (await fetch("/kiosk/texts.json", { credentials: "omit" })).json();
  if (!globalThis.isSecureContext || !crypto.subtle || !navigator.locks) return show("resting", heading(t("no_keys")));
  if (navigator.serviceWorker) {
    const policy = globalThis.trustedTypes?.createPolicy("kiosk", { createScriptURL: () => "/kiosk/sw.js" });
    const known = navigator.serviceWorker.controller;
    navigator.serviceWorker.addEventListener("controllerchange", () => { stale = Boolean(known); });
    shell = await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : "/kiosk/sw.js", { scope: "/kiosk" })
      .catch(() => undefined);
  }
  await navigator.storage?.persist?.();
  await start();
}

main();
