// <motcua-rating token="..." lang="vi|en" mode="inline|compact">: a citizen's rating form on any page.
// Everything is made by DOM calls, so that it works where a page allows no style, no markup from
// strings and no other server. How to use it: the page /widget, docs/portals/widget.md.
const HERE = new URL(import.meta.url).origin;
const PREFIX = "motcua-rating:";
const KEPT = 7 * 864e5;
const WORDS = {
  vi: {
    procedure: "Thủ tục",
    agency: "Cơ quan",
    choose: "cần chọn",
    optional: "không bắt buộc",
    comment: "Ý kiến thêm",
    hint: "Xin đừng ghi tên, số điện thoại hay số giấy tờ tuỳ thân.",
    anonymous: "Phiếu không hỏi tên. Cán bộ giải quyết hồ sơ không xem được phiếu riêng của quý vị.",
    send: "Gửi đánh giá",
    sending: "Đang gửi…",
    decline: "Tôi không muốn đánh giá",
    declined: "Không có đánh giá nào được gửi. Cảm ơn quý vị.",
    missing: "Quý vị chưa trả lời câu này. Xin chọn một mức rồi gửi lại.",
    rejected: "Phiếu chưa được nhận. Xin xem lại câu trả lời rồi gửi lại.",
    kept: "Chưa gửi được: không có mạng hoặc hệ thống đang bận. Phiếu được giữ trên máy này và tự gửi khi có thể.",
    held: "Chưa gửi được: không có mạng hoặc hệ thống đang bận. Xin để mở trang này, phiếu sẽ tự gửi khi có thể.",
    done: "Đánh giá đã được ghi nhận. Cảm ơn quý vị.",
    change: "Sửa đánh giá",
    away: "Chưa tải được phiếu đánh giá.",
    again: "Thử lại",
    page: "Mở trang đánh giá",
    preview: "Bản xem trước: không gửi gì đi.",
  },
  en: {
    procedure: "Procedure",
    agency: "Office",
    choose: "please choose",
    optional: "optional",
    comment: "Anything to add",
    hint: "Please leave out names, telephone numbers and identity numbers.",
    anonymous: "The form does not ask for your name. The officer in charge cannot see your answers.",
    send: "Send",
    sending: "Sending…",
    decline: "I would rather not rate",
    declined: "No rating was sent. Thank you.",
    missing: "This question has no answer yet. Please choose one and send again.",
    rejected: "The form was not taken. Please look at your answers and send again.",
    kept: "Not sent yet: there is no network, or the service is busy. The form is kept on this device and sent as soon as possible.",
    held: "Not sent yet: there is no network, or the service is busy. Please leave this page open; it is sent as soon as possible.",
    done: "Your rating has been recorded. Thank you.",
    change: "Change the rating",
    away: "The form could not be loaded.",
    again: "Try again",
    page: "Open the rating page",
    preview: "A preview: nothing is sent.",
  },
};
// The mouths of five faces, the saddest first; the words beside them say the same.
const MOUTHS = [
  "M15 34.5c2.2-5.4 5.2-8 9-8s6.8 2.6 9 8",
  "M16 32.5c2.2-2.6 4.9-3.9 8-3.9s5.8 1.3 8 3.9",
  "M16 31h16",
  "M16 29.5c2.2 2.6 4.9 3.9 8 3.9s5.8-1.3 8-3.9",
  "M14 27.5c1.8 5.8 5.2 8.7 10 8.7s8.2-2.9 10-8.7z",
];
// Without colours of its own it stands in those of the page, light or dark.
const STYLE = `
:host{display:block;padding:1rem;border-radius:var(--motcua-radius,8px);background:var(--motcua-paper,Canvas);color:var(--motcua-ink,CanvasText);font:1rem/1.6 var(--motcua-font,system-ui,sans-serif);overflow-wrap:anywhere;--a:var(--motcua-accent,#0a7a7b);--l:var(--motcua-line,#767676)}
:host([hidden]){display:none}
*{box-sizing:border-box}
p,dl,dd,fieldset{margin:0 0 .75rem;padding:0;border:0;min-width:0}
dd{margin:0}
.t{font-size:1.25rem;font-weight:600}
dl>div{display:flex;flex-wrap:wrap;gap:0 .5rem}
legend{padding:0 0 .5rem;font-weight:600}
small{font-size:.9375rem;font-weight:400}
.o{display:grid;gap:.5rem;max-width:36rem}
.o label{display:flex;align-items:center;gap:.5rem;min-height:48px;padding:.25rem .75rem;border:2px solid var(--l);border-radius:var(--motcua-radius,8px);cursor:pointer}
.o label:has(:checked){border-color:var(--a);box-shadow:inset 0 0 0 2px var(--a)}
input{flex:none;width:24px;height:24px;margin:0;accent-color:var(--a)}
svg{flex:none;width:40px;height:40px}
.s{fill:var(--motcua-face,#f4d58d);stroke:#6b5310}
.e{fill:#1b2a31}
.m{fill:none;stroke:#1b2a31;stroke-width:2.6;stroke-linecap:round}
:host([mode=compact]) .o{max-width:none;grid-template-columns:repeat(auto-fit,minmax(min(100%,7.5rem),1fr))}
:host([mode=compact]) .o label{flex-direction:column;gap:.25rem;text-align:center;line-height:1.5}
summary{min-height:48px;padding:.6rem 0;cursor:pointer}
textarea{display:block;width:100%;min-height:6rem;padding:.5rem;border:2px solid var(--l);border-radius:var(--motcua-radius,8px);background:transparent;color:inherit;font:inherit}
button,a{display:inline-flex;align-items:center;min-height:48px;margin:0 .75rem .5rem 0;padding:.5rem 1.25rem;border:2px solid var(--a);border-radius:var(--motcua-radius,8px);background:var(--a);color:var(--motcua-on-accent,#fff);font:inherit;font-weight:600;cursor:pointer}
.q,a{padding:.5rem 0;border-color:transparent;background:none;color:inherit;font-weight:400;text-decoration:underline}
[aria-disabled]{cursor:progress}
[role]{padding:.5rem .75rem;border-left:4px solid var(--a)}
[role=alert]{border-color:var(--motcua-error,#d23f31)}
:focus-visible,[role]:focus{outline:3px solid var(--a);outline-offset:2px}
@media(prefers-reduced-motion:no-preference){.o label{transition:border-color .15s}}
@media(forced-colors:active){.s{fill:Canvas;stroke:CanvasText}.e{fill:CanvasText}.m{stroke:CanvasText}.o label:has(:checked){border-color:Highlight}}
`;
let sheet;

const make = (tag, given, ...inside) => {
  const svg = /^(svg|circle|path)$/.test(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const name in given) if (given[name] || given[name] === 0) made.setAttribute(name, given[name] === true ? "" : given[name]);
  made.append(...inside.flat().filter(Boolean));
  return made;
};

// Faces go with scales that number their options, as on the page /r.
const faces = (options) => {
  const numbers = options.map(({ id }) => (/^\d+$/.test(id) ? +id : NaN));
  const low = Math.min(...numbers);
  const reach = Math.max(...numbers) - low;
  return numbers.map((number) => (reach > 0 ? Math.floor(((number - low) * 4) / reach) : -1));
};

const face = (level) =>
  level >= 0 &&
  make("svg", { viewBox: "0 0 48 48", "aria-hidden": "true" },
    make("circle", { class: "s", cx: 24, cy: 24, r: 21 }),
    make("circle", { class: "e", cx: 17, cy: 20, r: 2.4 }),
    make("circle", { class: "e", cx: 31, cy: 20, r: 2.4 }),
    make("path", { class: "m", d: MOUTHS[level] }));

const random = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

// What waits to be sent: an answer and its key, under a digest of the link, never the link itself.
const place = (token) => {
  let digest = 7;
  for (const letter of token) digest = (Math.imul(digest, 31) + letter.charCodeAt(0)) | 0;
  return PREFIX + (digest >>> 0).toString(36);
};
const read = (name) => {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    if (kept && kept.at > Date.now() - KEPT) return kept;
    localStorage.removeItem(name);
  } catch {}
};
const keep = (name, kept) => {
  try {
    localStorage.setItem(name, JSON.stringify(kept));
    return true;
  } catch {}
};
const drop = (name) => {
  try {
    localStorage.removeItem(name);
  } catch {}
};
const sweep = () => {
  try {
    Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).forEach(read);
  } catch {}
};

class MotcuaRating extends HTMLElement {
  static observedAttributes = ["token", "lang", "api", "preview"];
  #root = this.attachShadow({ mode: "open" });
  #turn = 0;
  #answers = {};
  #comment = "";

  connectedCallback() {
    if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    addEventListener("online", this.#again);
    this.#start();
  }

  disconnectedCallback() {
    removeEventListener("online", this.#again);
    clearTimeout(this.#timer);
    this.#turn++;
  }

  attributeChangedCallback(name, before, after) {
    const gone = name !== "token" && this.getAttribute("state") === "done";
    if (!this.isConnected || before === after || gone) return;
    if (name === "token") {
      this.#answers = {};
      this.#comment = "";
      this.#revises = this.#waiting = undefined;
    }
    this.#start();
  }

  #timer;
  #form;
  #revises;
  #waiting;
  #mine;
  #pause;

  get #token() {
    return this.getAttribute("token") ?? "";
  }

  get #api() {
    return (this.getAttribute("api") || HERE).replace(/\/+$/, "");
  }

  get #lang() {
    const told = this.closest("[lang]") ?? document.documentElement;
    return /^en\b/i.test(told.lang) ? "en" : "vi";
  }

  get #words() {
    return WORDS[this.#lang];
  }

  #tell(name, detail = {}, cancelable = false) {
    return this.dispatchEvent(new CustomEvent("motcua-" + name, { bubbles: true, composed: true, cancelable, detail }));
  }

  #state(state) {
    this.setAttribute("state", state);
  }

  // Shows something else; who sent the form is taken along, who did not stays where they are.
  #show(target, ...inside) {
    const within = this.#mine || this.#root.activeElement;
    this.#root.replaceChildren(...inside.filter(Boolean));
    for (const each of this.#root.children) each.lang = this.#lang;
    if (within) target.focus();
    this.#mine = false;
  }

  #say(state, words, ...more) {
    this.#state(state);
    const said = make("p", { role: "status", tabindex: -1 }, words);
    this.#show(said, said, ...more);
  }

  #button(words, act, quiet) {
    const made = make("button", { type: "button", class: quiet && "q" }, words);
    made.addEventListener("click", act);
    return made;
  }

  async #call(path, body, key) {
    try {
      const answer = await fetch(this.#api + path, {
        method: body ? "POST" : "GET",
        headers: { "Accept-Language": this.#lang, ...(body && { "Content-Type": "application/json", "Idempotency-Key": key }) },
        body: body && JSON.stringify({ token: this.#token, ...body }),
        credentials: "omit",
        cache: "no-store",
        signal: AbortSignal.timeout?.(3e4),
      });
      const said = await answer.json().catch(() => ({}));
      return [answer.status, said, +answer.headers.get("Retry-After")];
    } catch {
      return [0, {}];
    }
  }

  #start = async () => {
    const turn = ++this.#turn;
    clearTimeout(this.#timer);
    // Attributes often change together.
    await null;
    if (turn !== this.#turn) return;
    sweep();
    const told = this.getAttribute("preview");
    if (told) return this.#begin(JSON.parse(told));
    const waiting = this.#waiting ?? read(place(this.#token));
    if (waiting) return this.#send(waiting);
    const [status, said, wait] = await this.#call(
      "/v1/rating-forms/" + encodeURIComponent(this.#token) + "?language=" + this.#lang);
    if (turn !== this.#turn) return;
    if (status === 200) return this.#begin(said);
    this.#tell("error", { status });
    if (!this.#over(status, said)) this.#away(wait);
  };

  #begin(form) {
    this.#form = form;
    this.#pause = undefined;
    this.#open();
    this.#tell("ready");
  }

  // The form could not be had: it is asked for again, and the page is a way that always works.
  #away(wait) {
    const { away, again, page } = this.#words;
    this.#say("error", away, this.#button(again, this.#byHand), make("a", { href: this.#api + "/r/" + encodeURIComponent(this.#token) }, page));
    this.#later(wait);
  }

  #later(wait) {
    this.#pause = Math.min((this.#pause ?? 7.5) * 2, 300);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#start, (wait > 0 ? wait : this.#pause) * 1e3);
  }

  #again = () => {
    const state = this.getAttribute("state");
    if (state === "queued" || (state === "error" && this.#timer)) this.#start();
  };

  #byHand = () => {
    this.#mine = true;
    this.#start();
  };

  // What became of a link is told in the words of the service.
  #over(status, { code, title }) {
    const end = /early$/.test(code) ? "error" : { 404: "error", 409: "used", 410: "expired" }[status];
    this.#timer = 0;
    if (end) this.#say(end, title ?? this.#words.away);
    return end;
  }

  #open(wrong, words) {
    const form = this.#form;
    const w = this.#words;
    const compact = this.getAttribute("mode") === "compact";
    const alert = words && make("div", { role: "alert", id: "e", tabindex: -1 }, words);
    const comment = make("textarea", { id: "c", maxlength: 4e3, "aria-describedby": "h" });
    comment.value = this.#comment;
    const field = [make("label", { for: "c" }, w.comment, " ", make("small", {}, `(${w.optional})`)), make("p", { id: "h" }, make("small", {}, w.hint)), comment];
    const shown = make("form", { novalidate: true },
      make("p", { class: "t", lang: form.language }, form.title),
      make("dl", {}, ["procedure", "agency"].map((name) => form[name] &&
        make("div", {}, make("dt", {}, w[name] + ":"), make("dd", { lang: "vi" }, form[name])))),
      !wrong && alert,
      form.questions.flatMap((question, number) => this.#question(question, number, question === wrong && alert)),
      compact ? make("details", {}, make("summary", {}, w.comment), make("p", {}, field)) : make("p", {}, field),
      make("button", {}, w.send),
      !this.#revises && this.#button(w.decline, this.#decline, true),
      make("p", {}, make("small", {}, this.hasAttribute("preview") ? w.preview : w.anonymous)));
    shown.addEventListener("submit", this.#submit);
    shown.addEventListener("input", this.#gather);
    this.#state("ready");
    this.#show(alert ?? shown.querySelector("input"), shown);
  }

  #question({ id, label, help, section, required, options }, number, alert) {
    const { language, questions } = this.#form;
    const drawn = faces(options);
    return [section && section !== questions[number - 1]?.section && make("p", { class: "t", lang: language }, section),
    make("fieldset", { "aria-describedby": alert ? "e" : help && "h" + number },
      make("legend", {}, make("span", { lang: language }, label), " ", make("small", {}, `(${this.#words[required ? "choose" : "optional"]})`)),
      help && make("p", { id: "h" + number, lang: language }, make("small", {}, help)),
      alert,
      make("div", { class: "o" }, options.map((option, place) =>
        make("label", {},
          make("input", { type: "radio", name: "q" + number, value: option.id, required, checked: this.#answers[id] === option.id }),
          face(drawn[place]),
          make("span", { lang: language }, option.label)))))];
  }

  // What is chosen and written stays when the form is shown again.
  #gather = () => {
    this.#answers = {};
    this.#form.questions.forEach(({ id }, number) => {
      const chosen = this.#root.querySelector(`[name=q${number}]:checked`);
      if (chosen) this.#answers[id] = chosen.value;
    });
    this.#comment = this.#root.querySelector("textarea").value;
  };

  #submit = (event) => {
    event.preventDefault();
    if (this.getAttribute("state") !== "ready") return;
    this.#gather();
    const missing = this.#form.questions.find(({ id, required }) => required && !this.#answers[id]);
    this.#mine = missing;
    if (missing) return this.#open(missing, this.#words.missing);
    if (!this.#tell("before-submit", {}, true)) return;
    this.#mine = true;
    if (this.hasAttribute("preview")) return this.#done({});
    const button = this.#root.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    button.textContent = this.#words.sending;
    const body = { answers: this.#answers, language: this.#lang };
    if (this.#comment.trim()) body.comment = this.#comment;
    if (this.#revises) body.revises = this.#revises;
    this.#send({ key: random(), body, at: Date.now() });
  };

  // Kept before it is sent: a page that is closed meanwhile sends it the next time, under the same key.
  async #send(kept) {
    const name = place(this.#token);
    const turn = this.#turn;
    const stored = keep(name, kept);
    const waited = this.#waiting;
    this.#waiting = kept;
    if (this.#root.querySelector("form")) this.#state("sending");
    else this.#say("sending", this.#words.sending);
    const [status, said, wait] = await this.#call("/v1/ratings", kept.body, kept.key);
    const later = !status || status === 408 || status === 429 || status >= 500;
    if (!later) drop(name);
    if (turn !== this.#turn) return;
    if (later) {
      this.#say("queued", this.#words[stored ? "kept" : "held"], this.#button(this.#words.again, this.#byHand, true));
      if (!waited) this.#tell("queued");
      return this.#later(wait);
    }
    this.#waiting = this.#pause = undefined;
    if (status < 300) return this.#done(said);
    this.#tell("rejected", { status });
    if (this.#over(status, said)) return;
    if (this.#form) return this.#open(undefined, this.#words.rejected);
    this.#start();
  }

  #done({ message, version, revisable_until: until }) {
    const open = version && new Date(until) > new Date();
    this.#revises = undefined;
    this.#say("done", message ?? this.#words.done, open && this.#form && this.#button(this.#words.change, () => {
      this.#revises = version;
      this.#mine = true;
      this.#open();
    }, true));
    this.#tell("submitted");
  }

  #decline = () => {
    this.#mine = true;
    if (!this.hasAttribute("preview")) this.#call("/v1/rating-refusals", { language: this.#lang }, random());
    this.#say("done", this.#words.declined);
    this.#tell("declined");
  };
}

// A browser that cannot draw it leaves the link in its place as it is.
if ("adoptedStyleSheets" in Document.prototype && !customElements.get("motcua-rating")) customElements.define("motcua-rating", MotcuaRating);
