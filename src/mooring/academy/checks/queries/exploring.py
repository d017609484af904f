"""An explorable as it is shown: a picture at two sizes, a sentence in words, a table. Numbers come from rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.academy.checks.queries.marking import references
from mooring.academy.checks.queries.plots import ExplorablePlot, plot
from mooring.content.course.practice import ExplorableFile, ExplorableKind, FigureFile, unit_of
from mooring.content.course.predictions import PredictionFile
from mooring.references.bibliography import Reference
from mooring.rules.explorables import Explored, Settings, compute, explore
from mooring.words.numbers import plain_number, rounded_number

KEPT_PICTURES = 512
OUTPUTS = {
    "peak_ng_per_ml": gettext_lazy("Peak"),
    "time_to_peak_min": gettext_lazy("Peak after"),
    "minutes_above_half_peak": gettext_lazy("Above half the peak, min"),
    "bioavailability_percent": gettext_lazy("Reaches the blood"),
    "reaching_blood_mg": gettext_lazy("Of the dose"),
    "norketamine_auc_ratio": gettext_lazy("Norketamine to ketamine"),
    "s_ketamine_ng_per_ml": gettext_lazy("S-ketamine"),
    "r_ketamine_ng_per_ml": gettext_lazy("R-ketamine"),
    "norketamine_ng_per_ml": gettext_lazy("Norketamine"),
    "hydroxynorketamine_ng_per_ml": gettext_lazy("Hydroxynorketamine"),
    "occupancy_low_percent": gettext_lazy("Occupied, low"),
    "occupancy_mid_percent": gettext_lazy("Occupied, middle"),
    "occupancy_high_percent": gettext_lazy("Occupied, high"),
    "blood_peak_min": gettext_lazy("Blood peaks after"),
    "effect_peak_min": gettext_lazy("Effect peaks after"),
    "lag_min": gettext_lazy("Later by"),
    "last_trough_ng_per_ml": gettext_lazy("Left before the last"),
    "last_to_first_peak_ratio": gettext_lazy("Last peak to first"),
    "total_dose_mg": gettext_lazy("In all"),
}
SENTENCES = {
    ExplorableKind.DOSE_ROUTE_TIME: gettext_lazy(
        "The highest concentration is about {peak_ng_per_ml} ng/mL, after {time_to_peak_min} minutes. "
        "It stays above half of that for {minutes_above_half_peak} minutes."
    ),
    ExplorableKind.BIOAVAILABILITY: gettext_lazy(
        "{bioavailability_percent} % of the dose reaches the blood as ketamine: {reaching_blood_mg} mg. "
        "The exposure to norketamine is {norketamine_auc_ratio} times that to ketamine."
    ),
    ExplorableKind.ENANTIOMERS_METABOLITES: gettext_lazy(
        "At this hour: S-ketamine {s_ketamine_ng_per_ml}, R-ketamine {r_ketamine_ng_per_ml}, "
        "norketamine {norketamine_ng_per_ml}, hydroxynorketamine {hydroxynorketamine_ng_per_ml} ng/mL."
    ),
    ExplorableKind.OCCUPANCY_BAND: gettext_lazy(
        "Anything between {occupancy_low_percent} and {occupancy_high_percent} % of the receptors is "
        "plausibly occupied; the middle is {occupancy_mid_percent} %."
    ),
    ExplorableKind.EFFECT_SITE_DELAY: gettext_lazy(
        "S-ketamine is highest in arterial blood at minute {blood_peak_min}, at the effect site at minute "
        "{effect_peak_min}: "
        "{lag_min} minutes later."
    ),
    ExplorableKind.ACCUMULATION_SERIES: gettext_lazy(
        "{total_dose_mg} mg in all. Before the last session {last_trough_ng_per_ml} ng/mL are left; "
        "its peak is {last_to_first_peak_ratio} times the first."
    ),
}


@dataclass(frozen=True)
class ExplorableView:
    """What the settings give, ready to be looked at and read. `before` is the same sentence for the start."""

    sentence: str
    before: str
    wide: ExplorablePlot
    narrow: ExplorablePlot


def start_of(explorable: ExplorableFile) -> dict[str, float | str]:
    """The settings with which an explorable opens."""
    return {name: control.start for name, control in explorable.controls.items()}


def as_typed(settings: Settings) -> dict[str, str]:
    """Settings as a form shows them: no figure behind the point that is not needed."""
    return {name: plain_number(each) for name, each in settings.items()}


def shown(explorable: ExplorableFile, settings: Settings) -> ExplorableView:
    """Picture and words for these settings. Raises `OutsideRange` like `explore`."""
    start = start_of(explorable)
    here, first = explore(explorable, settings), explore(explorable, start)
    moved = here is not first
    mark_x = settings.get("hours", settings.get("concentration_ng_per_ml"))
    wide, narrow = _pictures(
        here, first if moved else None, mark_x if isinstance(mark_x, float | int) else None
    )
    sentence = in_words(explorable.kind, here.outputs)
    return ExplorableView(sentence, in_words(explorable.kind, first.outputs) if moved else "", wide, narrow)


@lru_cache(maxsize=KEPT_PICTURES)
def _pictures(
    here: Explored, first: Explored | None, mark_x: float | None
) -> tuple[ExplorablePlot, ExplorablePlot]:
    return plot(here, first, mark_x, wide=True), plot(here, first, mark_x, wide=False)


def in_words(kind: ExplorableKind, outputs: Mapping[str, float]) -> str:
    """What was seen, in one or two sentences."""
    return str(SENTENCES[kind]).format(**{name: read_off(value) for name, value in outputs.items()})


def read_off(value: float) -> str:
    """A number as it can be read off: three figures, and nothing smaller than a hundredth."""
    if 0 < abs(value) < 0.01:
        return _("less than 0.01")
    return rounded_number(value)


def table_of(explorable: ExplorableFile) -> dict[str, Any]:
    """Heads and rows for who would rather read numbers than drag: settings first, then what they give."""
    controls, outputs = list(explorable.controls), list(explorable.outputs)
    heads = [_head(explorable.controls[name].label, name) for name in controls]
    heads += [_head(str(OUTPUTS[name]), name) for name in outputs]
    rows = []
    for settings in explorable.table:
        found = compute(explorable, settings)
        given = [plain_number(settings[name]) for name in controls]
        rows.append((given, [read_off(found[name]) for name in outputs]))
    return {"heads": heads, "rows": rows, "given": len(controls)}


def _head(label: str, name: str) -> str:
    unit = unit_of(name)
    return f"{label}, {unit}" if unit and not label.endswith(f", {unit}") else label


def sources_of(explorable: ExplorableFile | FigureFile | PredictionFile) -> tuple[Reference, ...]:
    return references(explorable.cite)
