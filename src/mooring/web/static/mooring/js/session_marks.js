// What may stand behind the vital signs of a session: this patient's last session, and what a model expects.

/** The same patient's last session, behind this one: systolic pressure, dotted, with the dose that was given then. */
export function ghostLine(pen, t, ghost) {
  const inside = ghost.minutes.map((minute, i) => [pen.x(minute), pen.y(ghost.systolic[i])]).filter(([px]) => px <= pen.box.right && px >= pen.box.left);
  if (!inside.length) return;
  pen.stroke(t.axis, 1.5, [1, 4]);
  pen.path(inside);
  pen.ctx.stroke();
  pen.ctx.setLineDash([]);
  const [px, py] = inside.at(-1);
  const room = px + 120 * pen.ratio < pen.box.right;
  pen.text(ghost.label, room ? px + 6 * pen.ratio : px, room ? py : py - 8 * pen.ratio, { colour: t.axis, align: room ? "left" : "right", base: room ? "middle" : "alphabetic", halo: true });
}

const HIGHEST = 0.8; // so much of the plot's height the band takes at its highest

/** What a model expects, as a band with its middle: a shape of its own scale, which its caption says. */
export function expectedBand(pen, t, expected) {
  const { box } = pen;
  const top = Math.max(...expected.high);
  const y = (value) => box.bottom - (value / top) * (box.bottom - box.top) * HIGHEST;
  const inside = expected.x.map((minute, i) => [pen.x(minute), i]).filter(([px]) => px >= box.left && px <= box.right);
  if (!inside.length) return;
  const line = (values) => inside.map(([px, i]) => [px, y(values[i])]);
  pen.ctx.globalAlpha = t.bandExpected;
  pen.shape([...line(expected.high), ...line(expected.low).reverse()], { fill: t.expected });
  pen.ctx.globalAlpha = 1;
  pen.stroke(t.expected, 1.5);
  pen.path(line(expected.middle));
  pen.ctx.stroke();
  const [px, py] = line(expected.middle).at(-1);
  pen.text(expected.label, px - 4 * pen.ratio, py - 8 * pen.ratio, { colour: t.axis, align: "right", halo: true });
}
