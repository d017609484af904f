// The rules that go on without a network: in which band a value falls, what a reading calls for, which observation is
// due. They are those of `mooring.rules` (bands, monitoring), on the tables that the page carries; a test compares the
// two over a grid. Times are milliseconds.

const MINUTE = 60_000;
const RANK = { quiet: 0, weigh: 1, amber: 2, prescriber: 3, stop: 4, red: 5 };
const BEFORE_LEVELS = { weigh: "amber", prescriber: "amber", stop: "red" };
const RISES = { systolic_mmhg: "systolic_rise_mmhg", diastolic_mmhg: "diastolic_rise_mmhg" };

/** The band in which a value falls; between two bands the worse one counts. */
export function bandOf(table, value) {
  const at = table.bands.findIndex((band) => band.most === null || value <= band.most);
  const band = table.bands[at];
  const below = at > 0 && band.least !== null && value < band.least ? table.bands[at - 1] : band;
  const worse = (one) => [RANK[one.level], one.confirm_within_min === null ? 1 : 0];
  const [[mine, mineAlone], [theirs, theirsAlone]] = [worse(band), worse(below)];
  return theirs > mine || (theirs === mine && theirsAlone > mineAlone) ? below : band;
}

export function withRises(values, baseline) {
  const found = { ...values };
  for (const [sign, rise] of Object.entries(RISES)) {
    if (sign in values && sign in baseline) found[rise] = values[sign] - baseline[sign];
  }
  return found;
}

function levelOf(table, band, at, series) {
  if (table.phase === "before") return BEFORE_LEVELS[band.level];
  if (band.confirm_within_min !== null && !isConfirmed(table, band, series)) return "amber";
  if (band.red_after_min !== null && band.level !== "red" && minutesOut(table, at, series) >= band.red_after_min) return "red";
  return band.level;
}

const isConfirmed = (table, band, series) =>
  series.length > 0 && RANK[bandOf(table, series.at(-1)[1]).level] >= RANK[band.level];

function minutesOut(table, at, series) {
  let since = at;
  for (const [moment, value] of [...series].reverse()) {
    if (bandOf(table, value).level === "quiet") break;
    since = moment;
  }
  return Math.trunc((at - since) / MINUTE);
}

/** What one observation calls for, red first: `{sign, level, says, asks, value}`; `tables` are those of the phase. */
export function evaluate(tables, observation, baseline, earlier) {
  const values = withRises(observation.values, baseline);
  const before = earlier.filter((each) => each.at < observation.at).sort((one, other) => one.at - other.at);
  const found = [];
  for (const table of tables) {
    if (!(table.sign in values)) continue;
    const value = values[table.sign];
    const band = bandOf(table, value);
    if (band.level === "quiet") continue;
    const series = before
      .map((each) => [each.at, withRises(each.values, baseline)[table.sign]])
      .filter(([, earlierValue]) => earlierValue !== undefined);
    const level = levelOf(table, band, observation.at, series);
    found.push({ sign: table.sign, level, says: band.says, asks: band.asks, value });
  }
  return found.sort((one, other) => (one.level !== "red") - (other.level !== "red") || (one.sign < other.sign ? -1 : 1));
}

/** The gravest alarm of each symptom at its severity. */
export function symptomAlarms(alarms, symptoms) {
  const found = new Map();
  for (const alarm of alarms) {
    const severity = symptoms[alarm.symptom] ?? 0;
    if (severity < alarm.least_severity || (found.has(alarm.symptom) && alarm.level !== "red")) continue;
    found.set(alarm.symptom, { sign: alarm.symptom, level: alarm.level, says: alarm.says, asks: alarm.asks, value: severity });
  }
  return [...found.values()];
}

function planned(plan, startedAt, now, endedAt) {
  const anchors = { start: startedAt, end: endedAt };
  const raw = [];
  for (const point of plan.points) {
    const anchor = anchors[point.anchor];
    if (anchor !== null) raw.push({ at: anchor + point.minute * MINUTE, signs: point.signs, label: point.label });
  }
  for (const repeat of plan.repeats) {
    const anchor = anchors[repeat.anchor];
    if (anchor === null) continue;
    const step = repeat.every_min * MINUTE;
    const until = repeat.until === "end of dosing" && endedAt !== null ? Math.min(now + step, endedAt) : now + step;
    for (let at = anchor + repeat.after_minute * MINUTE; at <= until; at += step) raw.push({ at, signs: repeat.signs, label: "" });
  }
  return joined(plan, raw.sort((one, other) => one.at - other.at));
}

function joined(plan, raw) {
  const found = [];
  for (const each of raw) {
    const last = found.at(-1);
    if (last && each.at - last.at <= plan.early_min * MINUTE) {
      last.signs = [...new Set([...last.signs, ...each.signs])];
      last.label ||= each.label;
    } else found.push({ ...each });
  }
  return found;
}

/** Every observation up to the next ones, as `monitoring.due`: `{at, minute, signs, label, state, missing}`. */
export function schedule(plan, startedAt, observations, now, endedAt) {
  const [early, grace] = [plan.early_min * MINUTE, plan.grace_min * MINUTE];
  const all = planned(plan, startedAt, now, endedAt);
  const inOrder = [...observations].sort((one, other) => one.at - other.at);
  return all.map(({ at, signs, label }, place) => {
    const closes = place + 1 < all.length ? all[place + 1].at - early : null;
    let missing = [...signs];
    let doneAt = null;
    for (const seen of inOrder) {
      if (seen.at < at - early || (closes !== null && seen.at >= closes)) continue;
      const left = missing.filter((sign) => !(sign in seen.values));
      if (left.length < missing.length) [doneAt, missing] = [seen.at, left];
    }
    const minute = rounded((at - startedAt) / MINUTE);
    return { at, minute, signs, label, missing, state: stateOf({ at, early, grace, closes, missing, doneAt, now }) };
  });
}

/** To the nearest whole number, a half to the even one. */
function rounded(number) {
  const whole = Math.floor(number);
  const half = number - whole === 0.5;
  return half ? whole + (whole % 2) : Math.round(number);
}

function stateOf({ at, early, grace, closes, missing, doneAt, now }) {
  if (!missing.length && doneAt !== null) return doneAt <= at + grace ? "done" : "late";
  if (now < at - early) return "upcoming";
  if (closes !== null && now >= closes) return "missed";
  return now <= at + grace ? "due" : "overdue";
}
