"""What is watched, when, within which bands, and when somebody may go home."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from mooring.content.schema.base import Graded, Id, Item, Key, Strict, TriggerText, Words
from mooring.content.schema.eligibility import EffectName, OverrideName

Anchor = Literal["start", "end"]


class Point(Strict):
    """One look: `minute` counted from the start or the end of dosing."""

    minute: int
    anchor: Anchor = "start"
    signs: tuple[Key, ...]
    label: str = ""


class Repeat(Strict):
    """Looks that come again and again, from a minute on, until dosing ends or the patient leaves."""

    every_min: int = Field(gt=0)
    anchor: Anchor = "start"
    after_minute: int = 0
    until: Literal["end of dosing", "discharge"]
    signs: tuple[Key, ...]


class MonitoringPlan(Item):
    """One route's schedule. From `early_min` before to `grace_min` after its minute a look is on time."""

    product: str
    route: str
    points: tuple[Point, ...]
    repeats: tuple[Repeat, ...] = ()
    continuous: tuple[Key, ...] = ()
    early_min: int = Field(ge=0)
    grace_min: int = Field(ge=0)
    floor_after_end_min: int | None = None
    floor_after_start_min: int | None = None
    thresholds: Id
    discharge: Id

    @model_validator(mode="after")
    def _has_a_floor(self) -> MonitoringPlan:
        if self.floor_after_end_min is None and self.floor_after_start_min is None:
            raise ValueError("a floor is needed: floor_after_end_min or floor_after_start_min")
        return self


Level = Literal["quiet", "weigh", "prescriber", "stop", "amber", "red"]


class Band(Graded):
    """One stretch of a sign, both ends included; an open end is left out.

    Before the dose: quiet, weigh (recorded), prescriber (may override), stop. During it: quiet, amber, red.
    `confirm_within_min`: the band counts once the next reading falls in it or in a worse one; until then it
    asks for that reading within the time, and a reading that does not come counts too. `red_after_min`: an
    amber band is red once the sign has been out of its quiet band for so long. `script`: another emergency
    script than the sign's own.
    """

    level: Level
    least: float | None = None
    most: float | None = None
    says: str = ""
    asks: str = ""
    confirm_within_min: int | None = None
    red_after_min: int | None = Field(default=None, gt=0)
    script: str = ""


class SignBands(Strict):
    """All bands of a sign in one phase, rising, without gap or overlap; `step` is the smallest difference.

    `cue_again`: by how much worse a value must be to cue again within an amber episode. `ask_change`: a change from
    the last value by more than this is asked for again before it is saved. `script` is the emergency script of a red band. `asked` is off for a sign that readiness does not ask for and that counts
    when it was measured.
    """

    sign: Key
    phase: Literal["before", "during"]
    unit: Words
    step: float = Field(gt=0)
    least_age: int | None = None
    jurisdictions: tuple[str, ...] = ()
    cue_again: float | None = Field(default=None, gt=0)
    ask_change: float | None = Field(default=None, gt=0)
    script: str = ""
    asked: bool = True
    bands: tuple[Band, ...]

    @model_validator(mode="after")
    def _without_gap(self) -> SignBands:
        if not self.bands or self.bands[0].least is not None or self.bands[-1].most is not None:
            raise ValueError(f"{self.sign}: the first band is open below and the last open above")
        for lower, upper in zip(self.bands, self.bands[1:], strict=False):
            if lower.most is None or upper.least is None or abs(upper.least - lower.most - self.step) > 1e-9:
                raise ValueError(
                    f"{self.sign}: expected the band after {lower.most} to start one step ({self.step}) on, "
                    f"found {upper.least}"
                )
        return self


class SymptomAlarm(Graded):
    """A symptom that alarms by itself, at or above a severity (1 mild, 2 moderate, 3 severe)."""

    symptom: str
    least_severity: int = Field(default=1, ge=1, le=3)
    level: Literal["amber", "red"]
    says: Words
    asks: Words
    script: str = ""


class Thresholds(Item):
    """The one table of thresholds; a pulse pressure outside of its range is asked for again before it is saved."""

    signs: tuple[SignBands, ...]
    symptoms: tuple[SymptomAlarm, ...] = ()
    pulse_pressure_least: float | None = None
    pulse_pressure_most: float | None = None


class Criterion(Graded):
    """One thing that must be so before somebody leaves, read on facts no older than `fresh_min`."""

    code: Key
    title: Words
    met: TriggerText
    fresh_min: int = Field(default=30, gt=0)
    twice_apart_min: int | None = None
    effect: EffectName = "HOLD"
    override: OverrideName = "nobody"
    asks: Words
    products: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()

    def applies(self, product: str, route: str) -> bool:
        """Whether it holds for this product and route; one that names none holds for all."""
        return (not self.products or product in self.products) and (not self.routes or route in self.routes)


class DischargeCriteria(Item):
    """All of these must be met, and the route's minimum stay besides; `red_free_min` without a red alert."""

    criteria: tuple[Criterion, ...]
    red_free_min: int = Field(default=30, gt=0)
    advice: tuple[Words, ...] = ()


class ScriptStep(Strict):
    """One step of an emergency script, in the order in which it is done."""

    words: Words
    who: str = ""


class EmergencyScript(Item):
    """What to do when something goes wrong. Holds no drug doses; until signed it is an example."""

    recognise: tuple[Words, ...]
    emergency_line_first: bool = True
    steps: tuple[ScriptStep, ...]
    afterwards: tuple[Words, ...] = ()


class ValueChange(Graded):
    """By how many percent a value may differ from the last one before it is typed a second time."""

    about: Literal[
        "weight_kg",
        "height_cm",
        "temperature_c",
        "systolic_mmhg",
        "diastolic_mmhg",
        "dose_mg",
        "alt",
        "ast",
        "bilirubin",
        "creatinine",
        "egfr",
        "potassium",
        "magnesium",
        "tsh",
        "breath-alcohol",
        "qtc",
    ]
    most_percent: Decimal = Field(gt=0)


class PlausibleChange(Item):
    """What is asked for again because it is unlikely after the last value, or was saved a moment ago."""

    summary: Words
    same_value_within_min: int = Field(gt=0)
    limits: tuple[ValueChange, ...]


class StandingOrders(Item):
    """What a site's prescriber has ordered beforehand for an emergency, shown beside the steps of its scripts.

    The package holds none: a site writes its own, with its own doses, and its director signs them.
    """

    scripts: tuple[Id, ...]
    orders: tuple[Words, ...]
    who: Words
