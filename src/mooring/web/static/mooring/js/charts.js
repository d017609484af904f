// Charts: one <div data-chart="id of its JSON"> each, drawn by uPlot at the size of its box.
// Kinds: "score" (a score over time with doses), "vitals" (a session), "curves" (lines on one axis).
// What each kind reads is written in docs/look.md. Colours come from the tokens of the theme.

import { expectedBand, ghostLine } from "./session_marks.js";

const DAY_S = 86400;
const drawn = new Map(); // place -> { plot, spec }

function tokens() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read("ink"), ink2: read("ink-2"), paper: read("paper"), accent: read("accent"), due: read("due"),
    grid: read("chart-grid"), axis: read("chart-axis"), limit: read("chart-limit"), line: read("line-strong"),
    a: read("chart-a"), b: read("chart-b"), c: read("chart-c"), neutral: read("chart-neutral"),
    expected: read("chart-expected"), band: Number(read("chart-band")), bandExpected: Number(read("chart-band-expected")),
    size: document.documentElement.dataset.theme === "room" ? 14 : 12,
    family: style.getPropertyValue("--font-sans").trim(),
  };
}

// ---- a pen: draws in the pixels of the canvas, thinks in the units of the chart -----------------------
function penFor(plot, t) {
  const { ctx } = plot;
  const ratio = window.devicePixelRatio || 1;
  const box = { left: plot.bbox.left, top: plot.bbox.top, right: plot.bbox.left + plot.bbox.width, bottom: plot.bbox.top + plot.bbox.height };
  const x = (value) => plot.valToPos(value, "x", true);
  const y = (value) => plot.valToPos(value, "y", true);
  const stroke = (colour, width, dash = []) => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * ratio;
    ctx.setLineDash(dash.map((n) => n * ratio));
  };
  const path = (points, close = false) => {
    ctx.beginPath();
    points.forEach(([px, py], i) => (i ? ctx.lineTo(px, py) : ctx.moveTo(px, py)));
    if (close) ctx.closePath();
  };
  const text = (words, px, py, { colour = t.axis, align = "left", base = "alphabetic", strong = false, halo = false } = {}) => {
    ctx.font = `${strong ? 600 : 400} ${t.size * ratio}px ${t.family}`;
    ctx.textAlign = align;
    ctx.textBaseline = base;
    if (halo) {
      stroke(t.paper, 4);
      ctx.lineJoin = "round";
      ctx.strokeText(words, px, py);
    }
    ctx.fillStyle = colour;
    ctx.fillText(words, px, py);
  };
  const shape = (points, { fill, edge, width = 1.5 }) => {
    path(points, true);
    if (fill) { ctx.fillStyle = fill; ctx.fill(); }
    if (edge) { stroke(edge, width); ctx.stroke(); }
  };
  return { ctx, ratio, box, x, y, stroke, path, text, shape };
}

// ---- marks that several charts share --------------------------------------------------------------------
function doseMarks(pen, t, doses, at = (dose) => dose.at, wide = true) {
  const { ctx, ratio, box } = pen;
  let free = -Infinity; // left of here a number stands already
  for (const dose of doses ?? []) {
    const px = pen.x(at(dose));
    if (px < box.left - 1 || px > box.right + 1) continue;
    const top = box.bottom + 7 * ratio;
    const half = 5.5 * ratio;
    if (dose.state === "held") {
      pen.stroke(t.ink2, 1.5);
      pen.path([[px - half, top], [px + half, top + 10 * ratio]]); ctx.stroke();
      pen.path([[px + half, top], [px - half, top + 10 * ratio]]); ctx.stroke();
    } else {
      if (dose.state === "given") { pen.stroke(t.grid, 1); pen.path([[px, box.top], [px, box.bottom]]); ctx.stroke(); }
      const hollow = dose.state === "planned";
      pen.shape([[px, top], [px + half, top + 10 * ratio], [px - half, top + 10 * ratio]], hollow ? { edge: t.ink, fill: t.paper } : { fill: t.ink });
    }
    const words = wide || !dose.label ? (dose.label ?? String(dose.number ?? "")) : "";
    if (px < free) continue;
    free = px + (words.length * 0.6 + 0.4) * t.size * ratio;
    pen.text(words, px, top + (12 + t.size) * ratio, { align: "center", colour: hollowColour(dose, t), strong: dose.state === "given" });
  }
}

const hollowColour = (dose, t) => (dose.state === "given" ? t.ink : t.axis);

function limitLines(pen, t, limits) {
  for (const limit of limits ?? []) {
    const py = pen.y(limit.value);
    pen.stroke(t.limit, 1, [6, 4]);
    pen.path([[pen.box.left, py], [pen.box.right, py]]);
    pen.ctx.stroke();
    pen.text(limit.label ?? String(limit.value), pen.box.right + 6 * pen.ratio, py, { colour: t.limit, base: "middle" });
  }
}

function nowLine(pen, t, at, words) {
  if (at === undefined || at === null) return;
  const px = pen.x(at);
  pen.stroke(t.accent, 1.5);
  pen.path([[px, pen.box.top], [px, pen.box.bottom]]);
  pen.ctx.stroke();
  if (words) pen.text(words, px + 5 * pen.ratio, pen.box.top + t.size * pen.ratio, { colour: t.accent, strong: true, halo: true });
}

function baseLine(pen, t) {
  pen.stroke(t.ink, 1);
  pen.path([[pen.box.left, pen.box.bottom], [pen.box.right, pen.box.bottom]]);
  pen.ctx.stroke();
}

function rings(pen, t, xs, values, colour, labels) {
  xs.forEach((at, i) => {
    if (values[i] === null) return;
    const px = pen.x(at);
    const py = pen.y(values[i]);
    pen.ctx.beginPath();
    pen.ctx.arc(px, py, 4 * pen.ratio, 0, 2 * Math.PI);
    pen.ctx.fillStyle = t.paper;
    pen.ctx.fill();
    pen.stroke(colour, 2);
    pen.ctx.stroke();
    if (labels) pen.text(String(values[i]), px, py - 9 * pen.ratio, { align: "center", colour, strong: true, halo: true });
  });
}

// ---- axes ---------------------------------------------------------------------------------------------------
function axes(t, { xValues, xSplits, ySplits, yValues, xSpace = 70, below = 34, left = 40 }) {
  const font = `${t.size}px ${t.family}`;
  const common = { font, stroke: t.axis, ticks: { show: false } };
  return [
    { ...common, grid: { show: false }, values: xValues, splits: xSplits, space: xSpace, size: below + t.size + 4, gap: below - 4 },
    { ...common, grid: { stroke: t.grid, width: 1 }, splits: ySplits, values: yValues, size: left, gap: 8, space: 32 },
  ];
}

function niceTop(values, floor = 0) {
  const highest = Math.max(floor, ...values.filter((v) => Number.isFinite(v)));
  const step = 10 ** Math.floor(Math.log10(highest || 1)) / 2;
  return Math.ceil((highest * 1.05) / step) * step || 1;
}

/** Width in pixels of the widest of some words, as the pen writes them. */
function widest(t, words) {
  const { ctx } = widest;
  ctx.font = `400 ${t.size}px ${t.family}`;
  return Math.ceil(Math.max(...words.map((each) => ctx.measureText(each).width)));
}
widest.ctx = document.createElement("canvas").getContext("2d");

// ---- kinds --------------------------------------------------------------------------------------------------
function score(spec, t, width) {
  const seconds = (day) => Date.parse(day) / 1000;
  const wide = width >= 560;
  const xs = spec.points.map((p) => seconds(p.at));
  const values = spec.points.map((p) => p.value);
  const all = [...xs, ...(spec.doses ?? []).map((d) => seconds(d.at)), ...(spec.now ? [seconds(spec.now)] : [])];
  const from = Math.min(...all) - 2 * DAY_S;
  const to = Math.max(...all) + 4 * DAY_S;
  const edges = spec.bands?.length ? [...spec.bands.map((b) => b.from), spec.high] : undefined;
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const say = (s) => new Date(s * 1000).toLocaleDateString(language, { day: "numeric", month: "short", timeZone: "UTC" });
  return {
    height: wide ? 340 : 280,
    data: [xs, values],
    padding: [14, wide && spec.bands?.length ? 16 + widest(t, spec.bands.map((b) => b.name)) : 16, 0, 0],
    scales: { x: { time: false, range: [from, to] }, y: { range: [spec.low, spec.high] } },
    series: [{}, { stroke: t.a, width: 2, points: { show: false }, spanGaps: true }],
    axes: axes(t, { xValues: (_, ticks) => ticks.map(say), ySplits: edges && (() => edges), xSpace: 84, below: 44 }),
    under(pen) {
      doseMarks(pen, t, spec.doses, (dose) => seconds(dose.at), wide);
      baseLine(pen, t);
      if (wide) {
        for (const [i, band] of (spec.bands ?? []).entries()) {
          const upper = spec.bands[i + 1]?.from ?? spec.high;
          pen.text(band.name, pen.box.right + 8 * pen.ratio, pen.y((band.from + upper) / 2), { base: "middle" });
        }
      }
      for (const line of spec.lines ?? []) {
        const py = pen.y(line.value);
        pen.stroke(t.line, 1.5, [6, 4]);
        pen.path([[pen.box.left, py], [pen.box.right, py]]);
        pen.ctx.stroke();
        const left = Math.abs(values[0] - line.value) > Math.abs(values.at(-1) - line.value);
        const px = left ? pen.box.left + 4 * pen.ratio : pen.box.right - 4 * pen.ratio;
        const below = (left ? values[0] : values.at(-1)) > line.value; // where the curve is not
        pen.text(line.label, px, py + (below ? 3 + t.size : -5) * pen.ratio, { align: left ? "left" : "right", colour: t.ink, halo: true });
      }
      nowLine(pen, t, spec.now && seconds(spec.now), spec.now_label ?? "");
    },
    over(pen) { rings(pen, t, xs, values, t.a, true); },
    read: (i) => `${say(xs[i])}: ${spec.label} ${values[i]}`,
  };
}

function vitals(spec, t, width) {
  const wide = width >= 560;
  const last = Math.max(...spec.minutes, ...(spec.due ?? []).map((d) => d.minute), spec.now ?? 0, spec.until ?? 60);
  const first = Math.min(0, ...spec.minutes);
  const seen = [...(spec.systolic ?? []), ...(spec.heart_rate ?? []), ...(spec.limits ?? []).map((l) => l.value)];
  const data = [spec.minutes, spec.systolic, spec.diastolic, spec.heart_rate ?? spec.minutes.map(() => null)];
  return {
    height: wide ? 300 : 260,
    data,
    padding: [14, 44, 0, 0],
    scales: { x: { time: false, range: [first - 3, last + 4] }, y: { range: [spec.low ?? 40, spec.high ?? niceTop(seen, 160)] } },
    series: [
      {},
      { stroke: t.neutral, width: 2, points: { show: false }, spanGaps: true },
      { stroke: "transparent", width: 0, points: { show: false } },
      { stroke: t.b, width: 1.5, points: { show: true, size: 7, fill: t.b, stroke: t.b }, spanGaps: true },
    ],
    axes: axes(t, { xValues: (_, ticks) => ticks.map((m) => (m > 0 ? `+${m}` : String(m).replace("-", "−"))), xSpace: 56, below: 18 }),
    under(pen) {
      baseLine(pen, t);
      if (spec.expected) expectedBand(pen, t, spec.expected);
      limitLines(pen, t, spec.limits);
      if (spec.ghost) ghostLine(pen, t, spec.ghost);
      if (spec.infusion) {
        const [start, end] = spec.infusion.map(pen.x);
        pen.stroke(t.ink, 3);
        pen.path([[start, pen.box.bottom], [end, pen.box.bottom]]);
        pen.ctx.stroke();
      }
      for (const due of spec.due ?? []) {
        const [px, py, r] = [pen.x(due.minute), pen.box.bottom, 5.5 * pen.ratio];
        pen.shape([[px, py - r], [px + r, py], [px, py + r], [px - r, py]], { fill: due.next ? t.due : t.paper, edge: due.next ? t.due : t.axis });
      }
      nowLine(pen, t, spec.now, "");
    },
    over(pen) {
      spec.minutes.forEach((minute, i) => {
        if (spec.systolic[i] === null || spec.diastolic[i] === null) return;
        const [px, high, low, r] = [pen.x(minute), pen.y(spec.systolic[i]), pen.y(spec.diastolic[i]), 5 * pen.ratio];
        pen.stroke(t.neutral, 2);
        for (const line of [[[px, high], [px, low]], [[px - r, high], [px + r, high]], [[px - r, low], [px + r, low]]]) {
          pen.path(line);
          pen.ctx.stroke();
        }
      });
      nameAtEnd(pen, data[0], data[1], "BP", t.neutral);
      if (spec.heart_rate) nameAtEnd(pen, data[0], data[3], "HR", t.b);
    },
    read: (i) => `${spec.minutes[i]} min: BP ${spec.systolic[i] ?? "–"}/${spec.diastolic[i] ?? "–"}, HR ${spec.heart_rate?.[i] ?? "–"}`,
  };
}

function nameAtEnd(pen, xs, values, words, colour) {
  const last = values.findLastIndex((value) => value !== null && value !== undefined);
  if (last < 0) return;
  const room = pen.x(xs[last]) + 60 * pen.ratio < pen.box.right;
  pen.text(words, pen.x(xs[last]) + (room ? 9 : -4) * pen.ratio, pen.y(values[last]) - (room ? 0 : 9) * pen.ratio, {
    colour, strong: true, halo: true, base: room ? "middle" : "alphabetic", align: room ? "left" : "right",
  });
}

// Names of lines that end together stand under each other, in the order of their lines.
function namesAtRight(pen, t, names) {
  const step = (t.size + 2) * pen.ratio;
  let floor = pen.box.bottom - step;
  for (const each of names.toSorted((one, other) => other.y - one.y)) {
    const py = Math.min(each.y, floor);
    floor = py - step;
    pen.text(each.words, pen.box.right + 6 * pen.ratio, py, { colour: each.colour, strong: true, base: "middle" });
  }
}

const DASHES = { a: [], b: [6, 4], c: [2, 3], expected: [1, 4] };

function curves(spec, t, width) {
  const tone = (each) => t[each.tone ?? "a"] ?? t.a;
  const seen = spec.series.flatMap((each) => [...each.values, ...(each.high ?? [])]).concat((spec.limits ?? []).map((l) => l.value));
  const plain = (n) => Number(n.toPrecision(6)).toString();
  return {
    height: width >= 560 ? (spec.height ?? 280) : 240,
    data: [spec.x, ...spec.series.map((each) => each.values)],
    padding: [t.size + 8, 52, 0, 0],
    scales: { x: { time: false, range: [spec.x[0], spec.x.at(-1)] }, y: { range: [spec.low ?? 0, spec.high ?? niceTop(seen)] } },
    series: [{}, ...spec.series.map((each) => ({
      stroke: tone(each), width: each.tone === "expected" ? 1.5 : 2, dash: DASHES[each.tone ?? "a"], points: { show: false }, spanGaps: true,
    }))],
    axes: axes(t, { xValues: (_, ticks) => ticks.map(plain), yValues: (_, ticks) => ticks.map(plain), xSpace: 56, below: spec.doses?.length ? 44 : 14, left: 48 }),
    under(pen) {
      for (const each of spec.series.filter((one) => one.low && one.high)) {
        pen.ctx.globalAlpha = each.tone === "expected" ? t.bandExpected : t.band;
        const up = spec.x.map((at, i) => [pen.x(at), pen.y(each.high[i])]);
        const down = spec.x.map((at, i) => [pen.x(at), pen.y(each.low[i])]).reverse();
        pen.shape([...up, ...down], { fill: tone(each) });
        pen.ctx.globalAlpha = 1;
      }
      doseMarks(pen, t, spec.doses);
      baseLine(pen, t);
      limitLines(pen, t, spec.limits);
      nowLine(pen, t, spec.now, "");
    },
    over(pen) {
      namesAtRight(pen, t, spec.series.map((each) => ({
        words: each.name,
        y: pen.y(each.values.findLast((value) => value !== null) ?? 0),
        colour: each.tone === "expected" ? t.axis : tone(each),
      })));
      if (spec.y_label) pen.text(spec.y_label, pen.box.left, pen.box.top - 7 * pen.ratio, {});
      if (spec.x_label) pen.text(spec.x_label, pen.box.right + 8 * pen.ratio, pen.box.bottom, { base: "middle" });
    },
    read: (i) => `${plain(spec.x[i])} ${spec.x_label ?? ""}: ${spec.series.map((each) => `${each.name} ${each.values[i] === null ? "–" : plain(each.values[i])}`).join(", ")}`,
  };
}

const KINDS = { score, vitals, curves };

// ---- drawing -------------------------------------------------------------------------------------------------
function reader(place, kind) {
  const said = place.closest("figure")?.querySelector("[data-reading]");
  let timer;
  return (plot) => {
    const { idx } = plot.cursor;
    clearTimeout(timer);
    if (!said || idx === null || idx === undefined) return;
    timer = setTimeout(() => { said.textContent = kind.read(idx); }, 120);
  };
}

function paint(place, spec) {
  drawn.get(place)?.plot.destroy();
  const t = tokens();
  const width = Math.max(240, place.clientWidth);
  const kind = KINDS[spec.kind](spec, t, width);
  const plot = new window.uPlot({
    width,
    height: place.hasAttribute("data-fill") ? Math.max(110, place.clientHeight) : kind.height,
    padding: kind.padding,
    scales: kind.scales,
    series: kind.series,
    axes: kind.axes,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 9 } },
    hooks: {
      drawAxes: [(u) => { u.ctx.save(); kind.under(penFor(u, t)); u.ctx.restore(); }],
      draw: [(u) => { u.ctx.save(); kind.over(penFor(u, t)); u.ctx.restore(); }],
      setCursor: [reader(place, kind)],
    },
  }, kind.data, place);
  drawn.set(place, { plot, spec, width, height: place.clientHeight });
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const known = drawn.get(target);
    const grown = known && target.hasAttribute("data-fill") && Math.abs(known.height - target.clientHeight) > 1;
    if (known && (grown || Math.abs(known.width - target.clientWidth) > 1)) paint(target, known.spec);
  }
});

function paintAll() {
  for (const [place, { spec }] of drawn) {
    if (place.isConnected) paint(place, spec);
    else drawn.delete(place);
  }
}

/** Draw every chart under `root` that is not drawn yet; what is gone from the page is forgotten. */
export function draw(root) {
  for (const place of root.querySelectorAll("[data-chart]")) {
    if (drawn.has(place)) continue;
    const source = document.getElementById(place.dataset.chart);
    if (source) { paint(place, JSON.parse(source.textContent)); sizes.observe(place); }
  }
}

/** Draw one chart again with other numbers, as a lab does while a control moves. */
export function redraw(place, spec) {
  paint(place, spec);
}

document.addEventListener("mooring:theme", paintAll);

// Paper is white: draw in the day's ink for the print, then as it was.
let themeBefore;
window.addEventListener("beforeprint", () => {
  themeBefore = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "day";
  paintAll();
});
window.addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = themeBefore;
  paintAll();
});
