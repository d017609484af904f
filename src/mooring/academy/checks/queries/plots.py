"""Curves of an explorable as the parts of an SVG picture, at two sizes; it needs no script to be seen."""

import math
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_lazy as _

from mooring.pharmacology.explorable import round_top, thinned, ticks
from mooring.rules.explorables import Array, Curve, Explored
from mooring.words.numbers import plain_number

TONES = ("a", "b", "c", "ink")
WIDE, NARROW = (640.0, 280.0), (350.0, 250.0)
TOP = 30.0
POINTS = 240
LINE = 15.0
AXES = {
    "min": _("minutes since the dose started"),
    "h": _("hours since the dose started"),
    "days": _("days since the first dose"),
    "ng/mL": _("ng/mL in arterial blood"),
}
CURVES = {
    "intravenous": _("into a vein"),
    "intramuscular": _("into muscle"),
    "nasal": _("spray: S-ketamine, vein"),
    "sublingual": _("under the tongue"),
    "oral": _("swallowed"),
    "ketamine": _("ketamine"),
    "norketamine": _("norketamine"),
    "s_ketamine": _("S-ketamine"),
    "r_ketamine": _("R-ketamine"),
    "hydroxynorketamine": _("hydroxynorketamine"),
    "occupancy": _("occupied"),
    "s_ketamine_blood": _("S-ketamine, arterial blood"),
    "s_ketamine_effect_site": _("S-ketamine, effect site"),
}


@dataclass(frozen=True)
class DrawnCurve:
    """One curve: its points, the polygon of its band, and its name where it is highest."""

    tone: str
    line: str
    band: str
    label: str
    x: float
    y: float
    ring: tuple[float, float]


@dataclass(frozen=True)
class ExplorablePlot:
    """A picture in its own pixels. Ticks are (position, words)."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    curves: tuple[DrawnCurve, ...]
    before: str
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, str], ...]
    unit: str
    axis: object
    mark: float | None


@dataclass(frozen=True)
class _Sheet:
    """Where the picture's axes lie, in pixels, and what they span."""

    width: float
    height: float
    span: float
    tallest: float

    @property
    def left(self) -> float:
        return 44.0 if self.width > NARROW[0] else 40.0

    @property
    def right(self) -> float:
        return self.width - 14

    @property
    def bottom(self) -> float:
        return self.height - 44

    def across(self, x: Array) -> Array:
        return self.left + (self.right - self.left) * np.minimum(x, self.span) / self.span

    def up(self, y: Array) -> Array:
        return self.bottom - (self.bottom - TOP) * np.minimum(y, self.tallest) / self.tallest

    def x_at(self, x: float) -> float:
        return round(float(self.across(np.array(x))), 1)

    def y_at(self, y: float) -> float:
        return round(float(self.up(np.array(y))), 1)

    def line(self, x: Array, y: Array) -> str:
        keep = thinned(y, POINTS)
        return " ".join(
            f"{a:.1f},{b:.1f}" for a, b in zip(self.across(x[keep]), self.up(y[keep]), strict=True)
        )


def plot(here: Explored, first: Explored | None, mark_x: float | None, *, wide: bool) -> ExplorablePlot:
    """The curves of `here`; the first curve of `first` in grey behind them; a mark where a control stands."""
    before = first.curves[0].values if first and len(here.curves) < 3 and here.unit != "%" else None
    sheet = _Sheet(*(WIDE if wide else NARROW), float(here.x[-1]), _tallest(here, before))
    grey = ""
    if before is not None:
        shared = min(len(here.x), len(before))
        grey = sheet.line(here.x[:shared], before[:shared])
    return ExplorablePlot(
        width=sheet.width,
        height=sheet.height,
        left=sheet.left,
        right=sheet.right,
        top=TOP,
        bottom=sheet.bottom,
        curves=_curves(here, sheet, mark_x),
        before=grey,
        y_ticks=tuple((sheet.y_at(each), plain_number(each)) for each in ticks(sheet.tallest)),
        x_ticks=tuple(
            (sheet.x_at(each), plain_number(each)) for each in ticks(sheet.span, about=6 if wide else 4)
        ),
        unit=here.unit,
        axis=AXES[here.axis],
        mark=sheet.x_at(mark_x) if mark_x is not None else None,
    )


def _tallest(here: Explored, before: Array | None) -> float:
    """The end of the upright axis: a round number above every curve, or all of a hundred per cent."""
    if here.unit == "%":
        return 100.0
    tops = [float(np.max(each.values if each.high is None else each.high)) for each in here.curves]
    return round_top(max(tops + ([float(before.max())] if before is not None else [])))


def _curves(here: Explored, sheet: _Sheet, mark_x: float | None) -> tuple[DrawnCurve, ...]:
    drawn: list[DrawnCurve] = []
    x_px, y_px = sheet.across(here.x), [sheet.up(each.values) for each in here.curves]
    for place, (curve, tone) in enumerate(zip(here.curves, TONES, strict=False)):
        label = str(CURVES.get(curve.name, curve.name))
        spot = _spot(x_px, y_px[place], y_px[:place] + y_px[place + 1 :], label, drawn)
        at = int(curve.values.argmax())
        if here.unit == "%" and mark_x is not None:
            at = int(np.abs(here.x - mark_x).argmin())
        ring = (sheet.x_at(here.x[at]), sheet.y_at(curve.values[at]))
        drawn.append(
            DrawnCurve(
                tone, sheet.line(here.x, curve.values), _band(curve, here.x, sheet), label, *spot, ring
            )
        )
    return tuple(drawn)


def _band(curve: Curve, x: Array, sheet: _Sheet) -> str:
    if curve.low is None or curve.high is None:
        return ""
    return " ".join(sheet.line(x, curve.high).split() + sheet.line(x, curve.low).split()[::-1])


def _spot(
    x: Array, own: Array, others: list[Array], label: str, placed: list[DrawnCurve]
) -> tuple[float, float]:
    """Where a curve's name stands: above its line, as near to its peak as no other line or name is crossed."""
    width = 7.2 * len(label) + 6
    peak = float(x[int(own.argmin())])
    best, fewest = (peak, float(own.min()) - 7), math.inf
    for start in sorted(np.linspace(x[0] + 4, x[-1] - width, 60), key=lambda at: abs(float(at) - peak - 8)):
        under = (x >= start) & (x <= start + width)
        y = float(own[under].min()) - 7
        crossed = sum(int(((each[under] > y - 13) & (each[under] < y + 4)).sum()) for each in others)
        crossed += sum(1000 for each in placed if abs(each.y - y) < LINE and abs(each.x - start) < width)
        if y < LINE - 2:
            crossed += 500
        if crossed < fewest:
            best, fewest = (float(start) + 4, y), crossed
        if crossed == 0:
            break
    return round(best[0], 1), round(max(best[1], 12.0), 1)
