"""What an explorable shows: one or two regimens in people like one, on one time axis. Pure numbers and words.

It teaches; nothing here recommends a dose.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.effects import Effect, effect
from mooring.pharmacology.errors import RangeWarning
from mooring.pharmacology.limits import ModelLimit, limits_of
from mooring.pharmacology.model import Array, Model
from mooring.pharmacology.models import model
from mooring.pharmacology.occupancy import occupancy
from mooring.pharmacology.population import population
from mooring.pharmacology.sessions import BAND, Choice, Levels, chosen, session_regimen
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Sex, Subject

PEOPLE = 200
FEW_PEOPLE = 40
SEED = 7
DEVICE_MG = 28
MOST_DEVICES = 3
Window = Literal["session", "day", "weeks"]
# Until, and the step between the times, hours.
WINDOWS: dict[Window, tuple[float, float]] = {
    "session": (6.0, 1 / 60),
    "day": (24.0, 4 / 60),
    "weeks": (42 * 24.0, 1 / 6),
}


@dataclass(frozen=True)
class DrugRoute:
    """A drug by a route, as one offers it. `timed`: given over a time that one chooses."""

    id: str
    drug: str
    route: str
    timed: bool = False


WAYS = {
    each.id: each
    for each in (
        DrugRoute("iv", "ketamine", "iv", timed=True),
        DrugRoute("im", "ketamine", "im"),
        DrugRoute("sc", "ketamine", "sc"),
        DrugRoute("nasal-spray", "esketamine", "nasal_spray"),
        DrugRoute("intranasal", "ketamine", "intranasal"),
        DrugRoute("sublingual", "ketamine", "sublingual"),
        DrugRoute("oral", "ketamine", "oral"),
        DrugRoute("oral-slow", "ketamine", "oral_prolonged_release"),
        DrugRoute("rectal", "ketamine", "rectal"),
        DrugRoute("iv-s", "esketamine", "iv", timed=True),
        DrugRoute("oral-film", "esketamine", "oral_film"),
        DrugRoute("oral-s", "esketamine", "oral"),
    )
}


@dataclass(frozen=True)
class RegimenChoice:
    """One regimen: a way, mg of base, minutes if timed, and how many sittings (twice a week)."""

    way: str
    dose_mg: float
    over_min: float = 40.0
    sittings: int = 1

    @property
    def given_mg(self) -> float:
        """What is given: a nasal spray comes in devices of 28 mg, one to three."""
        if self.way != "nasal-spray":
            return self.dose_mg
        return float(DEVICE_MG * min(max(round(self.dose_mg / DEVICE_MG), 1), MOST_DEVICES))


@dataclass(frozen=True, eq=False)
class Drawn:
    """One regimen worked out: rows are 5, 50 and 95 % of the people (for occupancy: what is not known).

    `doses_h`: when each dose starts, and how long it runs (0: at once).
    """

    asked: RegimenChoice
    picked: Model
    choice: Choice
    grade: str
    note: str
    limits: tuple[ModelLimit, ...]
    times_h: Array
    concentration: Array
    effect: Array | None
    felt: Effect
    occupancy: Array
    people: int
    doses_h: tuple[tuple[float, float], ...]

    @property
    def output(self) -> str:
        return self.choice.output

    @property
    def site(self) -> str:
        return self.picked.output(self.choice.output).site

    def peak(self) -> tuple[float, float, float, float]:
        """Highest of the middle curve and its time (hours), and the band there."""
        at = int(self.concentration[1].argmax())
        low, middle, high = self.concentration[:, at]
        return float(middle), float(self.times_h[at]), float(low), float(high)

    def at(self, time_h: float) -> int:
        """The place of the time next to `time_h`."""
        return int(np.abs(self.times_h - time_h).argmin())


@lru_cache(maxsize=128)
def drawn(
    asked: RegimenChoice, *, weight_kg: float, age_years: float, sex: Sex | None, window: Window, people: int
) -> Drawn:
    """One regimen in `people` virtual persons of this weight, age and sex."""
    way = WAYS[asked.way]
    choice = chosen(drug=way.drug, route=way.route)
    picked = model(choice.model_id)
    regimen = session_regimen(
        drug=way.drug,
        route=way.route,
        dose_mg=asked.given_mg,
        over_min=asked.over_min if way.timed else 0.0,
    )
    if asked.sittings > 1:
        regimen = regimen.repeat(every=["3 d", "4 d"], n=asked.sittings)
    until_h, step_h = WINDOWS[window]
    who = population(
        picked, n=people, seed=SEED, covariates=Subject(weight_kg=weight_kg, age_years=age_years, sex=sex)
    )
    shown = _shown(picked, choice)
    times_h = np.arange(round(until_h / step_h) + 1) * step_h
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RangeWarning)
        result = simulate(picked, regimen, who, times_h=times_h, outputs=shown)
    levels = Levels({name: result.quantiles(name, BAND) for name in shown})
    felt = effect("dissociation")
    band = occupancy(Levels({name: rows[1] for name, rows in levels.rows.items()}))
    route = picked.route(way.route)
    return Drawn(
        asked,
        picked,
        choice,
        result.grade(choice.output),
        route.note,
        limits_of(picked, who.people(0, 1)),
        result.times_h,
        levels[choice.output],
        felt.of(levels) if felt.drivers[0] in levels.outputs else None,
        felt,
        np.stack([band.low, band.middle, band.high]),
        people,
        tuple(zip(regimen.events.time_h.tolist(), regimen.events.dur_h.tolist(), strict=True)),
    )


def _shown(picked: Model, choice: Choice) -> list[str]:
    drug = choice.output.split(".")[0]
    wanted = [choice.output, "esketamine.effect", "esketamine.arterial"]
    wanted += ["arketamine.arterial"] if drug == "ketamine" else []
    return [name for name in dict.fromkeys(wanted) if name in picked.outputs]


# ---- geometry: where the numbers lie in a picture ------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """A picture's size in user units."""

    width: float
    height: float
    left: float
    points: int

    @property
    def inner(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the drawing itself."""
        return self.left, self.width - 6.0, 12.0, self.height - 30.0


LINE, LABEL = 16.0, 60.0
WIDE = Frame(790.0, 194.0, 40.0, 240)
NARROW = Frame(350.0, 174.0, 34.0, 120)


@dataclass(frozen=True)
class Shape:
    """One regimen in one panel: the band as a polygon, the middle as a line, its peak and the label beside it.

    Doses stand on the axis: `bars` are infusions, `marks` triangles of doses at once, both as paths.
    """

    name: str
    band: str
    line: str
    peak_x: float
    peak_y: float
    label: str
    label_x: float
    label_y: float
    bars: str
    marks: str

    @property
    def letter(self) -> str:
        """The name in lower case, as the classes of the drawing want it."""
        return self.name.lower()


@dataclass(frozen=True)
class Picture:
    """A panel at one size: shapes, and ticks as (position, words)."""

    frame: Frame
    shapes: tuple[Shape, ...]
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, str], ...]

    @property
    def right(self) -> float:
        return self.frame.inner[1]

    @property
    def bottom(self) -> float:
        return self.frame.inner[3]

    @property
    def label_x(self) -> float:
        return self.frame.left - 8.0

    @property
    def x_words_y(self) -> float:
        return self.bottom + 22.0


Row = tuple[str, Array, tuple[tuple[float, float], ...]]


def picture(frame: Frame, rows: Sequence[Row], times_h: Array, *, top: float, unit: str) -> Picture:
    """Curves (name, (3, times), doses) between 0 and `top` on the axis of `times_h`."""
    left, right, high, low = frame.inner
    span = float(times_h[-1])
    per_tick, word = _axis(span, crowded=frame.width < WIDE.width)
    across = [index * per_tick for index in range(int(span / per_tick) + 1)]
    shapes = _apart([_shape(frame, row, times_h, top, unit) for row in rows])
    return Picture(
        frame,
        shapes,
        tuple((low - (low - high) * tick / top, f"{tick:g}") for tick in ticks(top)),
        tuple((left + (right - left) * hour / span, word(hour)) for hour in across),
    )


def thinned(curve: Array, points: int) -> npt.NDArray[np.int64]:
    """Which of the points to draw: highest and lowest of each stretch, so that no peak is lost."""
    if len(curve) <= points:
        return np.arange(len(curve))
    ends = np.linspace(0, len(curve), points // 2 + 1).astype(np.int64)
    kept = [0, len(curve) - 1]
    for a, b in pairwise(ends.tolist()):
        kept += [a + int(curve[a:b].argmax()), a + int(curve[a:b].argmin())]
    return np.unique(np.array(kept, dtype=np.int64))


def _apart(shapes: list[Shape]) -> tuple[Shape, ...]:
    """Labels that would lie on each other are set one line apart, in the order of their height."""
    order = sorted(range(len(shapes)), key=lambda index: shapes[index].label_y)
    for upper, lower in pairwise(order):
        above, below = shapes[upper], shapes[lower]
        if below.label_y - above.label_y < LINE and abs(below.label_x - above.label_x) < LABEL:
            shapes[lower] = replace(below, label_y=round(above.label_y + LINE, 1))
    return tuple(shapes)


def _axis(span_h: float, *, crowded: bool) -> tuple[float, Callable[[float], str]]:
    """Hours between ticks, and the words of a tick."""
    if span_h <= 8:
        return (
            2.0 if crowded else 1.0,
            lambda hour: f"{60 * hour:.0f}" if hour < span_h else f"{60 * hour:.0f} min",
        )
    if span_h <= 48:
        return 6.0 if crowded else 4.0, lambda hour: f"{hour:.0f}" if hour < span_h else f"{hour:.0f} h"
    return 168.0, lambda hour: f"{hour / 168:.0f}" if hour < span_h else f"{hour / 168:.0f} weeks"


def _shape(frame: Frame, row: Row, times_h: Array, top: float, unit: str) -> Shape:
    name, values, doses_h = row
    left, right, high, low = frame.inner
    keep = thinned(values[1], frame.points)
    across = (right - left) / float(times_h[-1])
    x = left + across * times_h[keep]
    y = low - (low - high) * np.minimum(values[:, keep], top) / top
    pairs = [[f"{a:.1f},{b:.1f}" for a, b in zip(x, row, strict=True)] for row in y]
    peak = int(values[1].argmax())
    at_x = left + across * float(times_h[peak])
    at_y = low - (low - high) * float(values[1, peak]) / top
    starts = [(left + across * start_h, across * over_h) for start_h, over_h in doses_h]
    return Shape(
        name,
        " ".join(pairs[0] + pairs[2][::-1]),
        " ".join(pairs[1]),
        round(at_x, 1),
        round(at_y, 1),
        f"{name} {values[1, peak]:.0f}{unit}",
        round(min(at_x + 10, right - 60), 1),
        round(max(at_y - 4, 12.0), 1),
        "".join(f"M{at:.1f} {low:.0f}h{max(over, 2.0):.1f}" for at, over in starts if over > 0),
        "".join(f"M{at:.1f} {low + 2:.0f}l4 7h-8z" for at, over in starts if over == 0),
    )


def ticks(top: float, *, about: int = 4) -> list[float]:
    """Round numbers from 0 to `top`."""
    size = 10 ** np.floor(np.log10(top / about))
    step = next(float(m * size) for m in (1, 2, 2.5, 5, 10) if m * size >= top / about)
    return [step * index for index in range(int(top / step + 1e-9) + 1)]


def round_top(values: float) -> float:
    """A round number at or above `values`, for the end of an axis."""
    steps = ticks(max(values, 1e-6) * 1.02)
    step = steps[1] if len(steps) > 1 else steps[0]
    return float(np.ceil(values * 1.02 / step) * step)
