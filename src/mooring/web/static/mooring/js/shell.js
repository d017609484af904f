// The shell's behaviour: what a page does beyond plain HTML. Everything works without it.

const seconds = (n) => n * 1000;

function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.content ?? "";
}

// ---- errors: the summary takes the focus, on a full page and after a swap ----------------------
function focusErrors(root) {
  const summary = root.querySelector?.(".error-summary:not([data-sample] *)");
  if (summary) summary.focus();
  return Boolean(summary);
}

// ---- toasts: they stay eight seconds and are never the only place a thing is told --------------
export function toast(words) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.toast = "";
  box.textContent = words;
  place.append(box);
  fadeToasts(place);
}

function fadeToasts(root) {
  for (const box of root.querySelectorAll("[data-toast]:not([data-leaving])")) {
    box.dataset.leaving = "";
    setTimeout(() => box.remove(), seconds(8));
  }
}

// ---- a form is sent once: the server is the real guard, this spares the second tap ---------------
function guardSubmit(event) {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.method !== "post" || form.target) return;
  if (form.dataset.draftLost) retryDraft.get(form)();
  if (savingDrafts.has(form)) {
    sendAfterDraft(event);
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll('button[type="submit"]')) button.setAttribute("aria-busy", "true");
}

export function releaseSubmit(root) {
  for (const form of root.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
}

// ---- without a network a form stays: the browser's own error page would take what was typed with it -----
function refuseWithoutNetwork(event) {
  if (event.defaultPrevented || navigator.onLine || event.target.method !== "post") return;
  event.preventDefault();
  sayUnsent(event.target);
}

function sayUnsent(form) {
  releaseSubmit(document);
  const said = form.querySelector(".unsent") ?? document.createElement("p");
  said.className = "mark mark-alert unsent";
  said.setAttribute("role", "alert");
  form.append(said);
  said.textContent = document.getElementById("toasts")?.dataset.saidUnsent ?? "";
}

function forgetUnsent() {
  for (const said of document.querySelectorAll(".unsent")) said.remove();
}

// ---- an act that is not possible yet stays reachable, and does nothing ------------------------------
function refuseDisabled(event) {
  const control = event.target.closest('[aria-disabled="true"]');
  if (!control) return;
  event.preventDefault();
  event.stopPropagation();
}

// ---- the theme: changed at once, kept in a cookie by the server ----------------------------------------
function changeTheme(event) {
  const form = event.target.closest("[data-theme-form]");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const body = new FormData(form, event.submitter);
  const theme = body.get("theme");
  fetch(form.action, { method: "POST", body, redirect: "manual" }).then((answer) => {
    if (!answer.ok && answer.type !== "opaqueredirect") return;
    document.documentElement.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-form] button")) {
      button.value = theme === "room" ? "day" : "room";
      button.lastChild.textContent = button.dataset[button.value];
    }
    document.dispatchEvent(new CustomEvent("mooring:theme", { detail: theme }));
  });
}

// ---- drafts: saved by the server while a person types; "saved" only after the server answered ---------
// Of one form there is one request at a time: a draft waits for the draft before it, and the form itself is
// sent when no draft is on its way any more, so a page is never refused because of its own draft. After a draft that found
// no network, the next one is waited for.
const DRAFT_PAUSE = 1500;
const DRAFT_PATIENCE = seconds(20);
const savingDrafts = new Map();
const retryDraft = new WeakMap();

function keepDrafts(form) {
  if (form.dataset.keeping) return;
  form.dataset.keeping = "yes";
  const words = document.getElementById("toasts")?.dataset ?? {};
  const said = document.createElement("p");
  said.className = "draft-said";
  said.setAttribute("role", "status");
  form.append(said);
  let timer;
  const save = async () => {
    said.textContent = words.draftSaving;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: new FormData(form),
        headers: { "HX-Request": "true" },
        signal: AbortSignal.timeout(DRAFT_PATIENCE),
      });
      const text = await answer.text();
      delete form.dataset.draftLost;
      if (!answer.ok) {
        said.textContent = answer.status < 500 && answer.headers.get("content-type")?.startsWith("text/plain") ? text : words.draftLost;
        return;
      }
      const at = answer.headers.get("X-Kept-At") || new Date().toTimeString().slice(0, 5);
      said.textContent = `${words.draftSaved} ${at}`;
      swapPartial(text);
    } catch {
      form.dataset.draftLost = "yes";
      said.textContent = words.draftLost;
    }
  };
  const saveInTurn = () => {
    if (savingDrafts.has(form)) {
      timer = setTimeout(saveInTurn, DRAFT_PAUSE);
      return;
    }
    savingDrafts.set(form, save().finally(() => savingDrafts.delete(form)));
  };
  retryDraft.set(form, saveInTurn);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(saveInTurn, DRAFT_PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer), true);
}

function sendAfterDraft(event) {
  const form = event.target;
  const button = event.submitter;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.dataset.sent = "yes";
  button?.setAttribute("aria-busy", "true");
  savingDrafts.get(form).then(() => {
    delete form.dataset.sent;
    if (form.dataset.draftLost) sayUnsent(form);
    else form.requestSubmit(button);
  });
}

// An answer may carry elements whose ids the page knows, such as crisis lines or the log of a session.
// The focus stays on the same control, and a part that is being pressed is left alone until the next answer.
export function swapPartial(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const piece of holder.content.querySelectorAll("[id][data-part]")) {
    const there = document.getElementById(piece.id);
    if (!there || there.isEqualNode(piece) || there.querySelector("[data-holding]")) continue;
    const held = there.contains(document.activeElement) ? document.activeElement : null;
    const place = there.scrollTop;
    there.replaceWith(piece);
    if (place) piece.scrollTop = place;
    if (held === there) piece.focus();
    else if (held) sameControl(piece, held)?.focus();
  }
  for (const piece of holder.content.querySelectorAll("[data-onto]")) putOnto(document.getElementById(piece.dataset.onto), piece);
  document.dispatchEvent(new CustomEvent("mooring:parts", { detail: html }));
}

// New lines of a list are put before those that stand there; one that stands there already moves up with them.
function putOnto(there, piece) {
  const lines = [...piece.children];
  if (!there || lines.every((line, at) => there.children[at]?.isEqualNode(line))) return;
  const keys = lines.map((line) => line.dataset.key);
  for (const old of [...there.children]) if (!old.dataset.key || keys.includes(old.dataset.key)) old.remove();
  there.prepend(...lines);
}

function sameControl(root, control) {
  const name = control.getAttribute("href") ?? control.value;
  return [...root.querySelectorAll("a[href], button")].find((each) => (each.getAttribute("href") ?? each.value) === name);
}

// ---- a page that looks again: parts of it change while it is open, its forms stay as they are ---------
const AGAIN_PAUSE = seconds(10);
const TOGETHER = seconds(0.8);
const SOONEST = seconds(0.1);
const SPREAD = seconds(0.3);
let lookedAt = 0;
let soon;

/**
 * Something new was said: it is asked for soon unless it came meanwhile, and at most so often, once for several.
 * The screens of one session hear of an entry in the same moment, so each waits a little and another little.
 */
export function lookSoon(isNew = () => true) {
  soon ??= setTimeout(() => {
    soon = undefined;
    if (isNew()) lookAgain();
  }, Math.max(SOONEST + SPREAD * Math.random(), lookedAt + TOGETHER - Date.now()));
}

export async function lookAgain() {
  clearTimeout(soon);
  soon = undefined;
  const place = document.querySelector("[data-again]");
  if (!place || document.hidden) return;
  lookedAt = Date.now();
  try {
    const answer = await fetch(place.dataset.again, { headers: { "HX-Request": "true" } });
    if (answer.headers.get("X-Mooring-Locked")) return;
    const html = await answer.text();
    if (!answer.ok || !html) throw new Error(String(answer.status));
    swapPartial(html);
    wake(document);
  } catch {
    document.dispatchEvent(new Event("mooring:lost"));
    if (place.querySelector(".mark-alert")) return;
    const said = document.createElement("p");
    said.className = "mark mark-alert";
    said.setAttribute("role", "alert");
    said.textContent = place.dataset.saidLost;
    place.append(said);
  }
}

// ---- the clock: a server that does not answer is said as plainly as one that is silent -----------------
function clockLost() {
  const clock = document.getElementById("clock");
  if (!clock || clock.dataset.lost) return;
  clock.dataset.lost = "yes";
  clock.className = "clock mark mark-alert";
  clock.textContent = clock.dataset.saidLost;
}

// ---- menus close when one looks elsewhere ------------------------------------------------------------------
function closeMenus(event) {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    const away = event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target);
    if (!away) continue;
    menu.open = false;
    if (event.type === "keydown") menu.querySelector("summary").focus();
  }
}

// ---- charts are fetched only where there is something to draw ------------------------------------------------
let drawing;
async function drawCharts(root) {
  if (!root.querySelector?.("[data-chart]")) return;
  const [style, library, ours] = meta("mooring-charts").split(" ");
  drawing ??= new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
    const script = Object.assign(document.createElement("script"), { src: library, onload: done, onerror: failed });
    document.head.append(script);
  }).then(() => import(ours));
  (await drawing).draw(root);
}

export function wake(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) keepDrafts(form);
  fadeToasts(document);
  drawCharts(root);
}

document.addEventListener("submit", changeTheme, true);
document.addEventListener("submit", guardSubmit, true);
window.addEventListener("submit", refuseWithoutNetwork);
window.addEventListener("online", forgetUnsent);
document.addEventListener("click", refuseDisabled, true);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
document.addEventListener("htmx:afterSettle", (event) => {
  focusErrors(event.target);
  wake(event.target.parentElement ?? document);
});
document.addEventListener("htmx:afterRequest", (event) => releaseSubmit(event.target.closest("body") ?? document));
document.addEventListener("htmx:responseError", () => toast(document.getElementById("toasts")?.dataset.saidRefused));
document.addEventListener("htmx:sendError", (event) => {
  if (event.target.id === "clock") clockLost();
  else toast(document.getElementById("toasts")?.dataset.saidLost);
});
document.addEventListener("visibilitychange", lookAgain);
setInterval(() => Date.now() - lookedAt >= AGAIN_PAUSE / 2 && lookAgain(), AGAIN_PAUSE);
window.addEventListener("pageshow", () => releaseSubmit(document));

// ---- a page that was kept for a time without a network belongs to one person; another one's sign-in ends that ----------
const keptFor = localStorage.getItem("mooring-kept-for");
if (keptFor && keptFor !== (document.body.dataset.person ?? "")) {
  import("./store.js").then((store) => store.forgetPages()).catch(() => {});
}

focusErrors(document);
wake(document);
