// The vitals pad: one touch a digit, fields that advance by themselves, an implausible change asked in place.
// The number keys type into the field that a person chose (a tap, typing into it, Enter on it), never into one that the
// focus only passed: so two switches, one that moves on and one that selects, reach every field with every digit.
// The page works without it: the pad is a form, and the server asks the same questions.

import { newestSigns } from "./alone.js";
import { plus } from "./queue.js";

const pad = () => document.querySelector("#pad form[data-pad]");
const keys = () => document.querySelector(".pad-side");
const numbers = (form) => [...form.querySelectorAll("input.pad-in")];
const scales = (form) => [...form.querySelectorAll("fieldset.pad-row")];
const order = (form) => [...form.querySelectorAll("input.pad-in, fieldset.pad-row")];
const asked = (field) => pad().querySelector(`.pad-ask[data-for="${field.name}"]`);
let current;

/** Whether no further digit can belong to the number: one more would pass the highest plausible value. */
export function isFull(text, least, most) {
  const value = Number(text.replace(",", "."));
  if (text === "" || !Number.isFinite(value) || value < least) return false;
  return value * 10 > most;
}

function fullField(field) {
  return isFull(field.value, Number(field.dataset.least || 0), Number(field.dataset.most || Infinity));
}

function setCurrent(place) {
  current = place;
  const form = pad();
  for (const each of order(form)) each.toggleAttribute("aria-current", each === place);
  const name = place.matches("fieldset") ? place.querySelector("legend").textContent : place.getAttribute("aria-label");
  keys().querySelector("[data-key-for]").textContent = name;
  const next = order(form)[order(form).indexOf(place) + 1];
  const after = next ? (next.matches("fieldset") ? next.querySelector("legend").textContent : next.getAttribute("aria-label")) : "";
  keys().querySelector("[data-next]").textContent = after ? `${form.dataset.saidNext} ${after}` : form.dataset.saidSave;
}

function focusOn(place) {
  setCurrent(place);
  (place.matches("fieldset") ? (place.querySelector(":checked") ?? place.querySelector("input")) : place).focus();
}

/** On to the next field; with `atKeys` the focus stays where it is, on the number keys. */
function advance(atKeys = false) {
  const all = order(pad());
  if (current.matches?.("input")) for (const each of current.closest(".pad-pair").querySelectorAll("input.pad-in")) ask(each);
  const next = all[all.indexOf(current) + 1];
  if (next && atKeys) setCurrent(next);
  else if (next) focusOn(next);
  else pad().querySelector('[type="submit"]').focus();
}

// ---- a change that is possible and unlikely is asked in place; it blocks its own value alone -------------
function unask(field) {
  unaskAgain();
  if (field.closest(".pad-pair").querySelector("input.pad-in") !== field) pad().querySelector(".pad-ask[data-pulse]")?.remove();
  asked(field)?.remove();
  pad().querySelector(`input[type="hidden"][name="${field.name}_sure"]`)?.remove();
  field.removeAttribute("aria-invalid");
}

const valueOf = (field) => Number(field.value.replace(",", "."));

/** What is asked about a value that differs much from the last one; "" where nothing is. */
function changeQuestion(field) {
  const { last, askChange, question } = field.dataset;
  const isFar = last && askChange && Math.abs(valueOf(field) - Number(last)) > Number(askChange);
  return isFar ? question.replace("{value}", field.value).replace("{last}", last) : "";
}

/** What is asked, at the systolic, about two pressures that lie unusually far apart or close. */
function pulseQuestion(field) {
  const [systolic, diastolic] = field.closest(".pad-pair").querySelectorAll("input.pad-in");
  if (field !== systolic || !diastolic || diastolic.value === "") return "";
  const { pulseLeast, pulseMost, saidPulse } = pad().dataset;
  const pulse = valueOf(systolic) - valueOf(diastolic);
  const isUsual = (pulseLeast === "" || pulse >= Number(pulseLeast)) && (pulseMost === "" || pulse <= Number(pulseMost));
  return isUsual ? "" : saidPulse.replace("{systolic}", systolic.value).replace("{diastolic}", diastolic.value);
}

function questionBox(words) {
  const box = pad().querySelector("template[data-ask]").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-words]").textContent = words;
  return box;
}

function ask(field) {
  if (field.value === "" || asked(field) || isSure(field)) return;
  const change = changeQuestion(field);
  const words = change || pulseQuestion(field);
  if (!words) return;
  const box = questionBox(words);
  box.dataset.for = field.name;
  box.toggleAttribute("data-pulse", !change);
  const yes = box.querySelector("[data-yes]");
  yes.textContent = yes.dataset.said.replace("{value}", field.value);
  field.setAttribute("aria-invalid", "true");
  field.closest(".pad-row").after(box);
  sayHowMany();
}

/** Confirmed here, or asked by the server, whose own tick stands under the field. */
const isSure = (field) => Boolean(pad().querySelector(`input[name="${field.name}_sure"]`));

// ---- the same set within a minute: the same reading twice, or two that agree; a person says which ------------
const AGAIN = "vitals-again_sure";

function unaskAgain() {
  for (const each of pad().querySelectorAll(`[data-again-box], input[name="${AGAIN}"]`)) each.remove();
}

export const isSaidAgain = (form) => Boolean(form.querySelector(`input[name="${AGAIN}"]`));

/** Ask whether the whole set is entered once more; `time` is that of the entry which is the same. */
export function askAgain(form, time) {
  unaskAgain();
  const box = questionBox(form.dataset.saidAgain.replace("{time}", time));
  box.dataset.againBox = "";
  const [yes, no] = box.querySelectorAll("button");
  yes.textContent = form.dataset.saidEnter;
  no.textContent = form.dataset.saidLeave;
  yes.addEventListener("click", () => {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: AGAIN, value: "1" }));
    box.remove();
    form.requestSubmit();
  });
  no.addEventListener("click", () => {
    emptyPad(form);
    form.querySelector("[data-close]").click();
  });
  form.querySelector(".pad-rows").prepend(box);
  no.focus();
}

function answer(event) {
  const box = event.target.closest(".pad-ask[data-for]");
  if (!box) return;
  const field = numbers(pad()).find((each) => each.name === box.dataset.for);
  unask(field);
  if (event.target.closest("[data-yes]")) {
    const sure = Object.assign(document.createElement("input"), { type: "hidden", name: `${field.name}_sure`, value: field.value });
    pad().append(sure);
    const all = order(pad());
    focusOn(all[all.indexOf(field) + 1] ?? field);
  } else {
    field.value = "";
    focusOn(field);
  }
  sayHowMany();
}

function sayHowMany() {
  const form = pad();
  const open = form.querySelectorAll(".pad-ask[data-for]").length;
  const all = order(form).length;
  form.querySelector('[type="submit"]').textContent = open
    ? form.dataset.saidPart.replace("{n}", all - open).replace("{all}", all)
    : form.dataset.saidSave;
}

/** The fields whose question is open: they are left out when the others are saved, and stay as they were typed. */
export function leaveOutQuestions(form) {
  for (const field of numbers(form)) if (!isSure(field)) ask(field);
  const open = numbers(form).filter(asked);
  for (const field of open) field.disabled = true;
  return open;
}

/** What was typed stays on the pad, all of it. */
export function keepAll(form) {
  for (const field of numbers(form)) field.disabled = false;
}

export function keepQuestions(form, open) {
  unaskAgain();
  for (const field of numbers(form)) {
    field.disabled = false;
    if (!open.includes(field)) field.value = "";
  }
  for (const scale of scales(form)) for (const radio of scale.querySelectorAll("input")) radio.checked = false;
}

export function emptyPad(form) {
  form.reset();
  form.querySelector('[name="vitals-device"]').value = "";
  form.querySelector("[data-from-device]").hidden = true;
  unaskAgain();
  for (const field of numbers(form)) {
    field.disabled = false;
    unask(field);
    field.value = "";
  }
  sayHowMany();
}

// What a paired device measured in the last minute fills what is empty; a person looks and saves, or types over it.
const FRESH_MS = 120_000;

function fillFromDevice(form) {
  const device = document.querySelector("#device [data-values]")?.dataset;
  const fresh = device && Date.now() - (device.heardMs ??= Date.now()) < FRESH_MS;
  const empty = numbers(form).filter((field) => field.value === "");
  if (!fresh || empty.length < numbers(form).length) return;
  const values = JSON.parse(device.values);
  for (const field of empty) field.value = values[field.name.replace(/^vitals-/, "")] ?? "";
  form.querySelector('[name="vitals-device"]').value = device.device;
  form.querySelector("[data-from-device]").hidden = false;
}

// The pad lies in the page from the start; what was taken since stands beside each field, and is what a change is judged by.
function sayLast(form) {
  const { newest, startedAt } = newestSigns();
  for (const row of form.querySelectorAll("[data-last-row]")) {
    const signs = row.dataset.lastRow.trim().split(" ");
    if (!signs.every((sign) => sign in newest)) continue;
    row.hidden = false;
    const words = signs.map((sign) => newest[sign].value).join("/");
    row.querySelector("[data-last-words]").textContent = words;
    const before = row.querySelector("[data-before]");
    if (before) before.hidden = before.dataset.before === words;
    const at = row.querySelector("[data-last-at]");
    if (!at || startedAt === null) continue;
    at.hidden = false;
    at.querySelector("[data-last-minute]").textContent = plus(Math.floor((newest[signs[0]].at - startedAt) / 60_000));
  }
  for (const field of numbers(form)) field.dataset.last = newest[field.name.replace(/^vitals-/, "")]?.value ?? field.dataset.last;
}

document.addEventListener("mooring:parts", () => { if (pad()) sayLast(pad()); });

export function openPad() {
  const form = pad();
  sayLast(form);
  fillFromDevice(form);
  for (const field of numbers(form)) field.inputMode = keysShown() ? "none" : "decimal";
  const isOpen = (each) => (each.matches("input") ? each.value === "" : !each.querySelector(":checked"));
  const first = order(form).find(isOpen) ?? order(form)[0];
  focusOn(first);
}

// ---- keys ---------------------------------------------------------------------------------------------------
const keysShown = () => getComputedStyle(keys()).display !== "none";

function pressKey(event) {
  const key = event.target.closest(".pad-key");
  if (!key || !current) return;
  const atKeys = event.detail === 0; // pressed by a key or a switch, not by a finger
  if (key.dataset.digit !== undefined) typeDigit(key.dataset.digit, atKeys);
  else if (key.hasAttribute("data-next")) advance(atKeys);
  else erase(key.hasAttribute("data-clear"), atKeys);
}

function erase(whole, atKeys) {
  if (current.matches("fieldset")) {
    for (const radio of current.querySelectorAll("input")) radio.checked = false;
    return;
  }
  current.value = whole ? "" : current.value.slice(0, -1);
  unask(current);
  if (!atKeys) current.focus();
}

function typeDigit(digit, atKeys) {
  if (current.matches("fieldset")) {
    const radio = [...current.querySelectorAll("input")].find((each) => each.value === digit);
    unaskAgain();
    if (radio) { radio.checked = true; advance(atKeys); }
    return;
  }
  unask(current);
  current.value = fullField(current) ? digit : current.value + digit; // a full field is typed anew
  if (fullField(current)) advance(atKeys);
}

/** The keys type into this field from now on, and the focus goes to them; without keys (a phone) it goes on. */
function choose(place) {
  setCurrent(place);
  if (keysShown()) keys().querySelector(".pad-key").focus();
  else advance();
}

let steps = false; // an arrow key steps through a scale; it has not been chosen yet

function pressOnKeyboard(event) {
  const place = event.target.closest("#pad input.pad-in, #pad fieldset.pad-row");
  const isDigit = /^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  steps = event.key.startsWith("Arrow");
  if (isDigit && event.target.closest(".pad-side") && current) typeDigit(event.key, true);
  else if (isDigit && place?.matches("fieldset")) {
    setCurrent(place);
    typeDigit(event.key, false);
  } else if (place && (event.key === "Enter" || (event.key === " " && place.matches("input")))) {
    event.preventDefault();
    setCurrent(place);
    if (place.querySelector(":checked")) advance();
    else choose(place);
  }
}

document.addEventListener("click", (event) => {
  if (!pad()) return;
  pressKey(event);
  answer(event);
  const field = event.target.closest("#pad input.pad-in");
  if (field) setCurrent(field);
});
document.addEventListener("keydown", (event) => pad() && pressOnKeyboard(event));
document.addEventListener("input", (event) => {
  const field = event.target.closest("#pad input.pad-in");
  if (!field) return;
  setCurrent(field);
  unask(field);
  if (event.inputType !== "deleteContentBackward" && fullField(field)) advance();
});
document.addEventListener("change", (event) => {
  const scale = event.target.closest("#pad fieldset.pad-row");
  if (!scale || !event.target.checked) return;
  unaskAgain();
  setCurrent(scale);
  if (!steps) advance();
});
