// The session without a network: what is due, what the readings that wait here call for, and the last values, by the
// same rules (rules.js) on the tables and the log that the page carries. Nothing here is written into the log: the
// server works it out again from the same entries when it has them.

import { evaluate, schedule, symptomAlarms } from "./rules.js";
import { clock, isTakenBack, lostSince, plus, waiting } from "./queue.js";

const json = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
const pack = json("pack-rules");
const marks = document.getElementById("pack-marks")?.content;
let heard = "";

const isOf = (entry, code) => entry.address.endsWith(`/write/${code}/`);

/** What a waiting entry observed, as `{at, values, symptoms}` on the server's clock, or null. */
function observed(entry) {
  if (isTakenBack(entry)) return null;
  const at = entry.at + (entry.aheadMs ?? 0);
  const values = {};
  if (isOf(entry, "vitals")) {
    for (const [name, value] of entry.fields) {
      const sign = name.replace(/^vitals-/, "");
      if (pack.names[sign] && value !== "") values[sign] = Number(value.replace(",", "."));
    }
    return { at, values, symptoms: {} };
  }
  const tap = isOf(entry, "symptom") && entry.fields.find(([name]) => name === "symptom-tap");
  if (!tap) return null;
  const [code, severity] = tap[1].split(" ");
  return { at, values, symptoms: { [code]: Number(severity) } };
}

/** A set of vital signs in words, as it stands in the log until the server has it. */
export function signsInWords(fields) {
  const { values } = observed({ address: "/write/vitals/", fields, at: 0 });
  const [systolic, diastolic] = pack.pressure;
  const pressure = systolic in values || diastolic in values ? [`${pack.said.pressure} ${values[systolic] ?? "–"}/${values[diastolic] ?? "–"}`] : [];
  const others = Object.entries(values).filter(([sign]) => !pack.pressure.includes(sign)).map(([sign, value]) => `${pack.names[sign]} ${value}`);
  return [...pressure, ...others].join(", ");
}

/** What the log on the page observed, oldest first: each line says it of itself (`observed` in views/alone.py). */
const logged = () => [...document.querySelectorAll("#log [data-observed]")].map((line) => JSON.parse(line.dataset.observed)).reverse();

const allTaken = () => [...logged(), ...waiting().map(observed).filter(Boolean)];

/** What was taken last of each sign, also by colleagues and by what waits here: `{sign: {value, at}}`, and the start (ms). */
export function newestSigns() {
  const taken = allTaken().sort((one, other) => one.at - other.at);
  const newest = {};
  for (const { at, values } of taken) for (const [sign, value] of Object.entries(values)) newest[sign] = { value, at };
  return { newest, startedAt: json("pack-now")?.started_at ?? null };
}

const AGAIN_WITHIN_MS = 60_000;

/** When wholly the same set was taken less than a minute before `at`, here or by a colleague (ms), or undefined. */
export function sameSetAt(fields, at) {
  const { values } = observed({ address: "/write/vitals/", fields, at });
  const signs = Object.keys(values);
  const isSame = (other) => Object.keys(other).length === signs.length && signs.every((sign) => other[sign] === values[sign]);
  if (!signs.length) return undefined;
  return allTaken().find((each) => Math.abs(each.at - at) < AGAIN_WITHIN_MS && isSame(each.values))?.at;
}

/** When a sign was last taken (ms on the server's clock), also by what waits here; undefined before the first. */
export function lastMeasured() {
  return allTaken().filter((each) => Object.keys(each.values).length).map((each) => each.at).sort((one, other) => one - other).at(-1);
}

function mark(kind) {
  return marks.querySelector(`[data-mark="${kind}"]`).firstElementChild.cloneNode(true);
}

function namesOf(signs) {
  const pressure = signs.some((sign) => pack.pressure.includes(sign));
  const others = signs.filter((sign) => !pack.pressure.includes(sign)).map((sign) => pack.names[sign] ?? sign);
  return [...(pressure ? [pack.said.pressure] : []), ...others].join(", ");
}

/** Draw what goes on without the network; to be called each second. Answers how many red alerts stand open here. */
export function goOn(now) {
  const state = json("pack-now");
  if (!pack || !state) return 0;
  const mine = lostSince() === null ? [] : waiting().map(observed).filter(Boolean);
  if (lostSince() !== null && state.started_at !== null && state.discharged_at === null) drawDue(state, mine, now);
  drawLast(mine);
  return drawAlerts(state, mine);
}

function drawDue(state, mine, now) {
  const all = schedule(pack.plan, state.started_at, [...logged(), ...mine], now, state.ended_at);
  const first = all.find((each) => ["due", "overdue"].includes(each.state)) ?? all.find((each) => each.state === "upcoming");
  const place = document.querySelector("#due .live-next");
  if (!first || !place) return;
  place.parentElement.toggleAttribute("data-pressing", first.state !== "upcoming");
  const isAhead = first.state === "due" && first.at > now;
  const known = `${first.at} ${first.state} ${isAhead} ${first.missing}`;
  if (place.dataset.alone === known) return;
  place.dataset.alone = known;
  const kind = isAhead ? "next" : { due: "due-now", overdue: "overdue", upcoming: "next" }[first.state];
  const head = document.createElement("p");
  head.append(mark(kind), " ", Object.assign(document.createElement("b"), { textContent: `${plus(first.minute)}, ${clock(first.at)}` }));
  if (first.label) head.append(`, ${first.label}`);
  const what = Object.assign(document.createElement("span"), { className: "live-next-what", textContent: namesOf(first.missing.length ? first.missing : first.signs) });
  const box = document.createElement("div");
  box.append(head, what);
  const left = marks.querySelector("[data-mark=countdown]").firstElementChild.cloneNode(true);
  left.dataset.due = new Date(first.at).toISOString();
  const rest = place.querySelectorAll("progress, .live-after");
  place.replaceChildren(box, left, ...rest);
  const bar = place.querySelector("progress");
  if (bar) bar.dataset.since = new Date(all[all.indexOf(first) - 1]?.at ?? state.started_at).toISOString();
}

function drawLast(mine) {
  const newest = Object.assign({}, ...mine.map((each) => each.values));
  const taken = mine.filter((each) => Object.keys(each.values).length).at(-1);
  for (const tile of document.querySelectorAll("#signs [data-signs]")) {
    const signs = tile.dataset.signs.split(" ");
    if (!signs.some((sign) => sign in newest)) continue;
    const words = signs.map((sign) => newest[sign] ?? "–").join("/");
    if (tile.dataset.kept === words) continue;
    tile.dataset.kept = words;
    tile.querySelector("dd").firstChild.textContent = words;
    const name = tile.querySelector("dt span");
    if (name.textContent.includes(",")) name.textContent = `${name.textContent.split(",")[0]}, ${clock(taken.at)}`;
    if (!tile.querySelector(".mark-waiting")) tile.querySelector("dt").append(mark("waiting"));
  }
}

function drawAlerts(state, mine) {
  const place = document.getElementById("kept-alerts");
  if (!place) return 0;
  const found = [];
  const tables = state.started_at === null ? pack.tables.before : pack.tables.during;
  const earlier = mine.length ? [...logged(), ...mine] : [];
  for (const each of mine) {
    found.push(...evaluate(tables, each, state.baseline, earlier), ...symptomAlarms(pack.symptoms, each.symptoms));
  }
  const key = JSON.stringify(found);
  if (place.dataset.key !== key) {
    place.dataset.key = key;
    place.replaceChildren(...found.map(alertLine));
  }
  return key === heard ? 0 : found.filter((each) => each.level === "red").length;
}

function alertLine(alert) {
  const red = alert.level === "red";
  const line = document.createElement(red ? "div" : "p");
  line.className = red ? "pressing pressing-alert" : "pressing-quiet";
  if (red) line.setAttribute("role", "alert");
  const words = document.createElement("span");
  const value = pack.names[alert.sign] ? ` (${alert.value})` : "";
  words.append(mark(red ? "alert" : "caution"), " ", Object.assign(document.createElement("b"), { textContent: alert.says }), `${value}. ${alert.asks}`);
  line.append(words);
  if (red) {
    const heardIt = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: pack.said.heard });
    heardIt.addEventListener("click", () => { heard = document.getElementById("kept-alerts").dataset.key; });
    line.append(heardIt);
  }
  return line;
}
