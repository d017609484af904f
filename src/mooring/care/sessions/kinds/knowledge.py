"""What the pack that a session began with says about it; a pack signed later changes nothing here."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from mooring.content.pack import Pack
from mooring.content.schema.data import Datum, DatumType
from mooring.content.schema.monitoring import (
    Criterion,
    DischargeCriteria,
    EmergencyScript,
    MonitoringPlan,
    Point,
    Repeat,
    StandingOrders,
    Thresholds,
)
from mooring.content.schema.texts import Symptom
from mooring.content.trigger import keys, parse
from mooring.sentences.ranges import range_words
from mooring.work.fields import FloatNumberField, NumberText

COMPUTED = frozenset({"systolic_rise_mmhg", "diastolic_rise_mmhg", "systolic_falling", "spo2_drop_percent"})
"""Facts that `rules.discharge` works out from the readings, so that nobody is asked for them."""


@dataclass(frozen=True)
class SessionKnowledge:
    """The plan, the thresholds, the discharge criteria and the symptoms under which a session runs."""

    pack: Pack
    plan: MonitoringPlan
    thresholds: Thresholds
    criteria: DischargeCriteria
    symptoms: tuple[Symptom, ...]
    scripts: tuple[EmergencyScript, ...] = ()
    standing_orders: tuple[StandingOrders, ...] = ()

    @cached_property
    def signs(self) -> tuple[Datum, ...]:
        """The signs that the plan observes, each with its name, unit and plausible range."""
        parts: list[Point | Repeat] = [*self.plan.points, *self.plan.repeats]
        names = dict.fromkeys(sign for part in parts for sign in part.signs)
        return tuple(self.pack.data[name] for name in names)

    def measured(self, keys: Iterable[str]) -> list[Datum]:
        """The data of these keys: the plan's signs in its order, then what was measured besides."""
        planned = {datum.key for datum in self.signs}
        wanted = list(keys)
        besides = [self.pack.data[key] for key in wanted if key not in planned]
        return [datum for datum in self.signs if datum.key in wanted] + besides

    @cached_property
    def discharge_criteria(self) -> list[Criterion]:
        """The criteria that hold for this product and route."""
        plan = self.plan
        return [each for each in self.criteria.criteria if each.applies(plan.product, plan.route)]

    @cached_property
    def discharge_data(self) -> tuple[Datum, ...]:
        """What discharge asks for beyond the signs and what is computed from them."""
        wanted = self.discharge_criteria
        names = dict.fromkeys(key for criterion in wanted for key in keys(parse(criterion.met)))
        measured = {datum.key for datum in self.signs} | COMPUTED
        return tuple(self.pack.data[name] for name in names if name not in measured)

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The effects that are part of the treatment."""
        return frozenset(symptom.code for symptom in self.symptoms if symptom.nature == "wanted")

    @cached_property
    def frequent(self) -> tuple[Symptom, ...]:
        """Effects that are not wanted, those that trials with a control and counts of sessions saw most often first."""
        watched = [symptom for symptom in self.symptoms if symptom.nature in ("unwanted", "either")]
        return tuple(sorted(watched, key=lambda symptom: -_percent_seen(symptom)))

    def script(self, item: str) -> EmergencyScript | None:
        """An emergency script of the signed pack by its id; None for one that it does not have."""
        return next((script for script in self.scripts if script.id == item), None)

    def orders_for(self, script: str) -> list[StandingOrders]:
        """The site's standing orders that belong to a script."""
        return [orders for orders in self.standing_orders if script in orders.scripts]

    def symptom(self, code: str) -> Symptom | None:
        return next((symptom for symptom in self.symptoms if symptom.code == code), None)


def _percent_seen(symptom: Symptom) -> float:
    """How often it was seen around a dose; what was counted among long-term users says nothing about a session."""
    counts = [seen.percent for seen in symptom.seen if seen.control or seen.of == "sessions"]
    return max(counts, default=-1.0)


def faults(values: Mapping[str, object], data: Iterable[Datum]) -> list[str]:
    """What is wrong with values by key, in words; nothing when each fits its datum."""
    known = {datum.key: datum for datum in data}
    return [fault for key, value in values.items() for fault in _fault(known.get(key), key, value)]


def _fault(datum: Datum | None, key: str, value: object) -> list[str]:
    if datum is None:
        return [_("“{key}” is not asked for in this session.").format(key=key)]
    if datum.type == DatumType.YES_NO:
        return [] if value in ("yes", "no") else [_("{title}: answer yes or no.").format(title=datum.title)]
    if datum.type == DatumType.NUMBER:
        low, high = datum.least, datum.most
        fits = isinstance(value, int | float) and math.isfinite(value)
        if fits and (low is None or value >= low) and (high is None or value <= high):  # type: ignore[operator]
            return []
        expected = range_words(low, high, datum.unit)
        return [_("{title}: expected {range}.").format(title=datum.title, range=expected)]
    return []


def number_field(datum: Datum) -> FloatNumberField:
    """A field for one number of the data dictionary, with its unit and its plausible range."""
    unit = "" if datum.unit == "1" else datum.unit
    field = FloatNumberField(
        label=datum.title,
        required=False,
        min_value=datum.least,
        max_value=datum.most,
        widget=NumberText(attrs={"data-unit": unit}),
    )
    field.optional_words = ""  # type: ignore[attr-defined]  # every sign is: what was not measured stays out
    return field
