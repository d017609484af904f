"""Cases and explorables: the parts of a course in which something happens.

A branching case is a graph of nodes with vital signs and choices; the path is kept, not only the end. An
explorable is declared by kind: the kind fixes which controls and outputs exist, the file fixes their ranges,
and the numbers come from `mooring.pharmacology` on the server. Neither gives dosing advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from mooring.content.course.items import Citations
from mooring.content.course.schema import FileModel, Id, Text

# ---------------------------------------------------------------------------------------- branching cases


class Vitals(FileModel):
    """Vital signs at a node. Sedation on the modified observer scale, 5 alert … 0 no response."""

    systolic_mmhg: int = Field(gt=0, lt=300)
    diastolic_mmhg: int = Field(gt=0, lt=200)
    heart_rate_per_min: int = Field(ge=0, lt=250)
    spo2_percent: int = Field(ge=0, le=100)
    breaths_per_min: int = Field(ge=0, lt=80)
    moaas: int = Field(ge=0, le=5)


class Judgement(StrEnum):
    """How a choice stands when the case is talked through."""

    SOUND = "sound"
    DEFENSIBLE = "defensible"
    UNSAFE = "unsafe"


class CaseChoice(FileModel):
    """Something the learner may do, where it leads, and why it is judged as it is."""

    text: Text
    to: Id
    judgement: Judgement
    because: Text
    cite: tuple[Id, ...] = ()


class Node(FileModel):
    """A moment of the case. A node without choices ends it."""

    text: Text
    minutes: int = Field(description="Minutes since the start of dosing; negative before it.")
    vitals: Vitals | None = None
    choices: dict[Annotated[str, StringConstraints(pattern=r"^[a-f]$")], CaseChoice] = {}
    outcome: str = Field(default="", description="One line for the debrief; only where the case ends.")


class CaseFile(FileModel):
    """`cases/<id>.case.yaml`. All persons are invented."""

    id: Id
    title: Text
    objectives: tuple[Id, ...] = Field(min_length=1)
    minutes: int = Field(gt=0)
    introduction: Text
    start: Id
    nodes: dict[Id, Node] = Field(min_length=3)
    debrief: Text
    cite: Citations

    @model_validator(mode="after")
    def _graph_is_whole(self) -> CaseFile:
        targets = {choice.to for node in self.nodes.values() for choice in node.choices.values()}
        if missing := ({self.start} | targets) - self.nodes.keys():
            raise ValueError(f"leads to nodes that do not exist: {', '.join(sorted(missing))}")
        if lost := self.nodes.keys() - self.reachable():
            raise ValueError(f"nodes that nothing leads to: {', '.join(sorted(lost))}")
        for name, node in self.nodes.items():
            if bool(node.choices) == bool(node.outcome):
                raise ValueError(f"node {name}: either choices, or an outcome where the case ends")
        return self

    def reachable(self) -> set[str]:
        """Ids of all nodes that some path from the start visits."""
        seen, open_ends = {self.start}, [self.start]
        while open_ends:
            for choice in self.nodes[open_ends.pop()].choices.values():
                if choice.to not in seen:
                    seen.add(choice.to)
                    open_ends.append(choice.to)
        return seen


# -------------------------------------------------------------------------------------------- explorables


class ExplorableKind(StrEnum):
    """The interactive models that a lesson may show."""

    DOSE_ROUTE_TIME = "dose-route-time"
    BIOAVAILABILITY = "bioavailability-first-pass"
    ENANTIOMERS_METABOLITES = "enantiomers-metabolites"
    OCCUPANCY_BAND = "occupancy-band"
    EFFECT_SITE_DELAY = "effect-site-delay"
    ACCUMULATION_SERIES = "accumulation-series"


@dataclass(frozen=True)
class Contract:
    """Names that a kind of explorable understands. The unit is the end of the name."""

    controls: frozenset[str]
    outputs: frozenset[str]


def _contract(controls: str, outputs: str) -> Contract:
    return Contract(frozenset(controls.split()), frozenset(outputs.split()))


CONTRACTS: Mapping[ExplorableKind, Contract] = MappingProxyType(
    {
        ExplorableKind.DOSE_ROUTE_TIME: _contract(
            "dose_mg weight_kg route", "peak_ng_per_ml time_to_peak_min minutes_above_half_peak"
        ),
        ExplorableKind.BIOAVAILABILITY: _contract(
            "dose_mg route", "bioavailability_percent reaching_blood_mg norketamine_auc_ratio"
        ),
        ExplorableKind.ENANTIOMERS_METABOLITES: _contract(
            "dose_mg form hours",
            "s_ketamine_ng_per_ml r_ketamine_ng_per_ml norketamine_ng_per_ml hydroxynorketamine_ng_per_ml",
        ),
        ExplorableKind.OCCUPANCY_BAND: _contract(
            "concentration_ng_per_ml", "occupancy_low_percent occupancy_mid_percent occupancy_high_percent"
        ),
        ExplorableKind.EFFECT_SITE_DELAY: _contract(
            "dose_mg_per_kg infusion_min ke0_half_life_min", "blood_peak_min effect_peak_min lag_min"
        ),
        ExplorableKind.ACCUMULATION_SERIES: _contract(
            "dose_mg sessions interval_days", "last_trough_ng_per_ml last_to_first_peak_ratio total_dose_mg"
        ),
    }
)


UNITS: Mapping[str, str] = MappingProxyType(
    {
        "ng_per_ml": "ng/mL",
        "mg_per_kg": "mg/kg",
        "percent": "%",
        "mg": "mg",
        "kg": "kg",
        "min": "min",
        "hours": "h",
        "days": "days",
    }
)


def unit_of(name: str) -> str:
    """The unit that ends the name of a control or an output, as it is written: `peak_ng_per_ml` is ng/mL."""
    for ending, unit in UNITS.items():
        if name == ending or name.endswith(f"_{ending}"):
            return unit
    return ""


class Control(FileModel):
    """A slider (minimum, maximum, step) or a choice. The range is fixed: nothing outside it is computed."""

    label: Text
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = Field(default=None, gt=0)
    choices: tuple[Text, ...] = ()
    start: float | str

    @model_validator(mode="after")
    def _slider_or_choice(self) -> Control:
        if self.choices:
            if self.start not in self.choices or self.minimum is not None:
                raise ValueError("a choice starts at one of its choices and has no range")
        elif self.minimum is None or self.maximum is None or self.step is None:
            raise ValueError("a slider has minimum, maximum and step")
        elif not isinstance(self.start, float | int) or not self.minimum <= self.start <= self.maximum:
            raise ValueError("a slider starts inside its range")
        return self

    def allows(self, value: float | str) -> bool:
        """Whether a value lies inside the fixed range, on any point of it."""
        if self.choices:
            return value in self.choices
        if isinstance(value, str) or self.minimum is None or self.maximum is None:
            return False
        return self.minimum <= value <= self.maximum


class ExplorableFile(FileModel):
    """`explorables/<id>.yaml`. `table` lists settings whose results are shown to those who cannot drag."""

    id: Id
    kind: ExplorableKind
    title: Text
    question: Text = Field(description="What to find out by moving the controls.")
    controls: dict[str, Control] = Field(min_length=1)
    outputs: tuple[str, ...] = Field(min_length=1)
    table: tuple[dict[str, float | str], ...] = Field(min_length=3)
    analyte: Text = Field(description="Which molecule the numbers are of: both forms of ketamine, or one.")
    site: Text = Field(
        description="Where it is measured or modelled: arterial blood, a vein, the effect site."
    )
    alt: Text = Field(description="In words: what the picture shows and what to take from it.")
    caution: Text = Field(description="What the model does not know.")
    grade: Text = Field(description="How well the numbers are founded, in one line.")
    cite: Citations

    @model_validator(mode="after")
    def _fits_its_kind(self) -> ExplorableFile:
        contract = CONTRACTS[self.kind]
        if self.controls.keys() != contract.controls:
            raise ValueError(f"controls of {self.kind} are exactly: {', '.join(sorted(contract.controls))}")
        if unknown := set(self.outputs) - contract.outputs:
            raise ValueError(f"{self.kind} does not compute: {', '.join(sorted(unknown))}")
        for row in self.table:
            if not self.accepts(row):
                raise ValueError(f"a table row lies outside the controls: {row}")
        return self

    def accepts(self, settings: Mapping[str, float | str]) -> bool:
        """Whether these settings name every control and lie inside the fixed ranges."""
        return settings.keys() == self.controls.keys() and all(
            self.controls[name].allows(value) for name, value in settings.items()
        )


# ------------------------------------------------------------------------------------------- moving figures


class FigureKind(StrEnum):
    """The moving figures that the program draws. They play, pause and go step by step, without a script."""

    BLADDER = "bladder"
    CHANNEL = "channel"
    CYCLE = "cycle"
    DELAY = "delay"
    MIRROR = "mirror"
    NETWORK = "network"
    PRESSURE = "pressure"
    ROUTES = "routes"


class FigureFile(FileModel):
    """`figures/<id>.yaml`: a moving figure at its place in a lesson. Without sources it is not shown."""

    id: Id
    kind: FigureKind
    title: Text
    question: Text = Field(description="What to predict before playing it.")
    analyte: Text
    site: Text
    alt: Text = Field(description="In words: what moves and what to take from it.")
    grade: Text
    cite: Citations
