"""What the lab's page shows, from what was asked: panels on one time axis, sentences, a table."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mooring.pharmacology.explorable import (
    FEW_PEOPLE,
    NARROW,
    PEOPLE,
    WIDE,
    Drawn,
    Picture,
    RegimenChoice,
    drawn,
    picture,
    round_top,
)
from mooring.pharmacology.model import Array
from mooring.sentences.models import model_limit_words, model_note_words
from mooring.words.numbers import plain_number, rounded_number, whole_number

WAYS = (
    ("iv", gettext_lazy("Into a vein, by pump")),
    ("im", gettext_lazy("Into the muscle")),
    ("sc", gettext_lazy("Under the skin")),
    ("nasal-spray", gettext_lazy("Esketamine nasal spray")),
    ("intranasal", gettext_lazy("Ketamine into the nose")),
    ("sublingual", gettext_lazy("Under the tongue")),
    ("oral", gettext_lazy("By mouth")),
    ("oral-slow", gettext_lazy("By mouth, slow release")),
    ("rectal", gettext_lazy("Into the rectum")),
    ("iv-s", gettext_lazy("Esketamine into a vein, by pump")),
    ("oral-film", gettext_lazy("Esketamine film on the gum")),
    ("oral-s", gettext_lazy("Esketamine by mouth")),
)
SITES = {"venous": gettext_lazy("venous blood"), "arterial": gettext_lazy("arterial blood")}
AT_H = {
    "session": (0.25, 0.5, 2 / 3, 1, 1.5, 2, 3, 4, 6),
    "day": (0.5, 1, 2, 4, 8, 12, 24),
    "weeks": (1, 24, 72, 168, 336, 504, 1008),
}


@dataclass(frozen=True)
class Panel:
    """One panel at both sizes. `sources` are (letter, text, grade) for each regimen in it."""

    id: str
    title: str
    about: str
    finding: str
    wide: Picture
    narrow: Picture
    sources: tuple[tuple[str, str, str], ...]
    note: str = ""


def explored(asked: dict[str, Any]) -> dict[str, Any]:
    """Panels, sentences, sources and the table for the cleaned values of `LabForm`."""
    both = bool(asked["b_on"])
    few = asked["window"] == "weeks"
    people = (FEW_PEOPLE if few else PEOPLE) // (2 if both else 1)
    runs = [("A", _run(asked, "a", people))] + ([("B", _run(asked, "b", people))] if both else [])
    return {
        "said": [_said(letter, run, asked["kg"]) for letter, run in runs],
        "panels": [panel for panel in (_concentration(runs), _effect(runs), _occupancy(runs)) if panel],
        "sources": [
            (letter, run.picked, run.grade, _note(run), [model_note_words(code) for code in run.picked.notes])
            for letter, run in runs
        ],
        "heads": [f"{letter}, {part}" for letter, run in runs for part in ("5 %", _("middle"), "95 %")],
        "rows": [_row(time_h, runs) for time_h in AT_H[asked["window"]]],
        "people": people,
    }


def _run(asked: dict[str, Any], letter: str, people: int) -> Drawn:
    regimen = RegimenChoice(
        asked[f"{letter}_way"], asked[f"{letter}_dose"], asked[f"{letter}_over"], asked[f"{letter}_times"]
    )
    return drawn(
        regimen,
        weight_kg=asked["kg"],
        age_years=asked["age"],
        sex=asked["sex"] or None,
        window=asked["window"],
        people=people,
    )


def duration(time_h: float) -> str:
    """A time in words: 40 minutes, 3 hours, 14 days."""
    if time_h < 2:
        minutes = round(60 * time_h)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    if time_h < 48:
        hours = round(time_h, 1)
        return ngettext("{n} hour", "{n} hours", plural(hours)).format(n=plain_number(hours))
    days = round(time_h / 24, 1)
    return ngettext("{n} day", "{n} days", plural(days)).format(n=plain_number(days))


def plural(number: float) -> int:
    """The whole number by which a language chooses the form: 1 for one, 2 for everything between."""
    return 1 if number == 1 else 2


def _said(letter: str, run: Drawn, weight_kg: float) -> dict[str, str]:
    peak, at_h, low, high = run.peak()
    words = {
        "way": str(dict(WAYS)[run.asked.way]),
        "mg": plain_number(run.asked.given_mg),
        "per_kg": rounded_number(run.asked.given_mg / weight_kg, figures=2),
        "peak": whole_number(peak),
        "at": duration(at_h),
        "low": whole_number(low),
        "high": whole_number(high),
    }
    text = _(
        "{way}, {mg} mg ({per_kg} mg/kg): highest about {peak} ng/mL after {at}; "
        "nine in ten between {low} and {high}."
    )
    felt = ""
    if run.effect is not None:
        felt = _("Altered perception reaches {level} of 100.").format(level=round(100 * run.effect[1].max()))
    return {"letter": letter, "text": text.format(**words), "felt": felt}


def _panel(
    id: str,
    title: str,
    about: str,
    rows: list[tuple[str, Array, Drawn]],
    *,
    top: float,
    unit: str = "",
    **more: Any,
) -> Panel:
    curves = [(letter, values, run.doses_h) for letter, values, run in rows]
    times_h = rows[0][2].times_h
    wide, narrow = (picture(size, curves, times_h, top=top, unit=unit) for size in (WIDE, NARROW))
    return Panel(id, title, about, ", ".join(shape.label for shape in wide.shapes), wide, narrow, **more)


def _concentration(runs: list[tuple[str, Drawn]]) -> Panel:
    rows = [(letter, run.concentration, run) for letter, run in runs]
    top = round_top(max(float(values.max()) for letter, values, run in rows))
    sites = sorted({str(SITES[run.site]) for letter, run in runs})
    return _panel(
        "concentration",
        _("Concentration"),
        _("in {site}, ng/mL. Band: nine in ten simulated people").format(site=_(" and ").join(sites)),
        rows,
        top=top,
        sources=_models(runs),
        note=" ".join(dict.fromkeys(note for letter, run in runs if (note := _note(run)))),
    )


def _note(run: Drawn) -> str:
    """What is missing of the route, and what the model does not hold for this person."""
    route = [model_note_words(run.note)] if run.note else []
    return " ".join([*route, *(model_limit_words(asdict(limit)) for limit in run.limits)])


def _models(runs: list[tuple[str, Drawn]]) -> tuple[tuple[str, str, str], ...]:
    """Letters, model and grade; regimens that rest on the same model share a line."""
    letters: dict[tuple[str, str], list[str]] = {}
    for letter, run in runs:
        letters.setdefault((f"{run.picked.id}: {run.picked.title}", run.grade), []).append(letter)
    return tuple((", ".join(names), text, grade) for (text, grade), names in letters.items())


def _effect(runs: list[tuple[str, Drawn]]) -> Panel | None:
    rows = [(letter, 100 * run.effect, run) for letter, run in runs if run.effect is not None]
    if not rows:
        return None
    felt = rows[0][2].felt
    return _panel(
        "effect",
        _("Altered perception"),
        _("of 100. Band: nine in ten simulated people"),
        rows,
        top=100.0,
        sources=(("", f"{felt.source}; {felt.note}", felt.grade),),
    )


def _occupancy(runs: list[tuple[str, Drawn]]) -> Panel:
    rows = [(letter, 100 * run.occupancy, run) for letter, run in runs]
    return _panel(
        "occupancy",
        _("NMDA receptors occupied"),
        _("per cent. Band: what is not known, for the typical person"),
        rows,
        top=100.0,
        unit=" %",
        sources=(("", _("Ebert 1997, rat tissue; laboratories differ 17-fold"), "D"),),
        note=_("Read the band, not the line."),
    )


def _row(time_h: float, runs: list[tuple[str, Drawn]]) -> tuple[str, list[str]]:
    cells = [
        plain_number(float(value), 1)
        for letter, run in runs
        for value in np.asarray(run.concentration[:, run.at(time_h)])
    ]
    return duration(time_h), cells
