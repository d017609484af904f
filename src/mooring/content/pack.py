"""A pack: all knowledge of one moment, frozen, with a digest; stored whole as text and read back.

A signed pack is kept as `pack.dump()` with `pack.digest`; whatever is applied to a patient is kept as
`id@version`. `Pack.parse` gives the same pack back years later, so that an old decision can be computed
again under its own knowledge.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from mooring.content.schema.base import Item, Strict
from mooring.content.schema.data import Datum
from mooring.content.schema.eligibility import EligibilityRule, ReadinessRule
from mooring.content.schema.instruments import Instrument
from mooring.content.schema.longterm import Benchmark, LongTermCheck, Trial
from mooring.content.schema.medicines import MedicineList
from mooring.content.schema.monitoring import (
    DischargeCriteria,
    EmergencyScript,
    MonitoringPlan,
    PlausibleChange,
    StandingOrders,
    Thresholds,
)
from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.privacy import PrivacyRule
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.content.schema.regulation import BillingCode, PaperForm, TimeLimit
from mooring.content.schema.safety import AdverseTerm
from mooring.content.schema.schedules import MeasureSchedule
from mooring.content.schema.texts import ConsentText, Requirement, Symptom

ENGINE = 1  # raised when the rules read the same content differently; kept with every pack

# The kinds of content: folder name → schema. "data" holds the dictionary, the others versioned items.
KINDS: Mapping[str, type[Item]] = {
    "eligibility": EligibilityRule,
    "readiness": ReadinessRule,
    "protocols": ProtocolTemplate,
    "presentations": Presentation,
    "pumps": Pump,
    "monitoring": MonitoringPlan,
    "thresholds": Thresholds,
    "changes": PlausibleChange,
    "discharge": DischargeCriteria,
    "scripts": EmergencyScript,
    "standing-orders": StandingOrders,
    "instruments": Instrument,
    "schedules": MeasureSchedule,
    "consents": ConsentText,
    "requirements": Requirement,
    "symptoms": Symptom,
    "adverse_events": AdverseTerm,
    "medicines": MedicineList,
    "longterm": LongTermCheck,
    "benchmarks": Benchmark,
    "trials": Trial,
    "privacy": PrivacyRule,
    "limits": TimeLimit,
    "forms": PaperForm,
    "codes": BillingCode,
}

T = TypeVar("T", bound=Item)


@dataclass(frozen=True, eq=False)
class Shelf(Mapping[str, T], Generic[T]):
    """All items of one kind by `id@version`.

    `shelf["IV-STD-6@1"]` is that version; `shelf.find("IV-STD-6", on)` the one in force on a day;
    `shelf.in_force(on)` everything in force; `shelf.history("IV-STD-6")` all its versions, oldest first.
    """

    items_by_key: Mapping[str, T]
    _in_force: dict[date, tuple[T, ...]] = field(default_factory=dict, repr=False)

    def __getitem__(self, key: str) -> T:
        return self.items_by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_by_key)

    def __len__(self) -> int:
        return len(self.items_by_key)

    def in_force(self, on: date) -> tuple[T, ...]:
        """Everything in force on that day, in order of id."""
        if on not in self._in_force:
            chosen = (item for item in self.items_by_key.values() if item.in_force(on))
            self._in_force[on] = tuple(sorted(chosen, key=lambda item: item.id))
        return self._in_force[on]

    def find(self, item_id: str, on: date) -> T:
        """The version in force on that day; `KeyError` when there is none."""
        for item in self.in_force(on):
            if item.id == item_id:
                return item
        raise KeyError(f"{item_id} is not in force on {on.isoformat()}")

    def history(self, item_id: str) -> tuple[T, ...]:
        """All versions of an item, oldest first."""
        return tuple(
            sorted((item for item in self.values() if item.id == item_id), key=lambda item: item.version)
        )


@dataclass(frozen=True, eq=False)
class Pack:
    """All knowledge, frozen. `engine` is the reading under which it was made."""

    data: Mapping[str, Datum]
    shelves: Mapping[str, Mapping[str, Item]]
    references: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    engine: int = ENGINE

    @functools.cached_property
    def eligibility(self) -> Shelf[EligibilityRule]:
        return self._shelf("eligibility", EligibilityRule)

    @functools.cached_property
    def readiness(self) -> Shelf[ReadinessRule]:
        return self._shelf("readiness", ReadinessRule)

    @functools.cached_property
    def protocols(self) -> Shelf[ProtocolTemplate]:
        return self._shelf("protocols", ProtocolTemplate)

    @functools.cached_property
    def presentations(self) -> Shelf[Presentation]:
        return self._shelf("presentations", Presentation)

    @functools.cached_property
    def pumps(self) -> Shelf[Pump]:
        return self._shelf("pumps", Pump)

    @functools.cached_property
    def monitoring(self) -> Shelf[MonitoringPlan]:
        return self._shelf("monitoring", MonitoringPlan)

    @functools.cached_property
    def thresholds(self) -> Shelf[Thresholds]:
        return self._shelf("thresholds", Thresholds)

    @functools.cached_property
    def changes(self) -> Shelf[PlausibleChange]:
        return self._shelf("changes", PlausibleChange)

    @functools.cached_property
    def discharge(self) -> Shelf[DischargeCriteria]:
        return self._shelf("discharge", DischargeCriteria)

    @functools.cached_property
    def scripts(self) -> Shelf[EmergencyScript]:
        return self._shelf("scripts", EmergencyScript)

    @functools.cached_property
    def standing_orders(self) -> Shelf[StandingOrders]:
        return self._shelf("standing-orders", StandingOrders)

    @functools.cached_property
    def instruments(self) -> Shelf[Instrument]:
        return self._shelf("instruments", Instrument)

    @functools.cached_property
    def schedules(self) -> Shelf[MeasureSchedule]:
        return self._shelf("schedules", MeasureSchedule)

    @functools.cached_property
    def consents(self) -> Shelf[ConsentText]:
        return self._shelf("consents", ConsentText)

    @functools.cached_property
    def requirements(self) -> Shelf[Requirement]:
        return self._shelf("requirements", Requirement)

    @functools.cached_property
    def symptoms(self) -> Shelf[Symptom]:
        return self._shelf("symptoms", Symptom)

    @functools.cached_property
    def adverse_events(self) -> Shelf[AdverseTerm]:
        return self._shelf("adverse_events", AdverseTerm)

    @functools.cached_property
    def medicines(self) -> Shelf[MedicineList]:
        return self._shelf("medicines", MedicineList)

    @functools.cached_property
    def longterm(self) -> Shelf[LongTermCheck]:
        return self._shelf("longterm", LongTermCheck)

    @functools.cached_property
    def benchmarks(self) -> Shelf[Benchmark]:
        return self._shelf("benchmarks", Benchmark)

    @functools.cached_property
    def trials(self) -> Shelf[Trial]:
        return self._shelf("trials", Trial)

    @functools.cached_property
    def privacy(self) -> Shelf[PrivacyRule]:
        return self._shelf("privacy", PrivacyRule)

    @functools.cached_property
    def limits(self) -> Shelf[TimeLimit]:
        return self._shelf("limits", TimeLimit)

    @functools.cached_property
    def forms(self) -> Shelf[PaperForm]:
        return self._shelf("forms", PaperForm)

    @functools.cached_property
    def codes(self) -> Shelf[BillingCode]:
        return self._shelf("codes", BillingCode)

    def _shelf(self, kind: str, schema: type[T]) -> Shelf[T]:
        items = {key: item for key, item in self.shelves.get(kind, {}).items() if isinstance(item, schema)}
        return Shelf(items)

    @functools.cached_property
    def everything(self) -> Mapping[str, Item]:
        """Every item of every kind by `id@version`."""
        return {key: item for shelf in self.shelves.values() for key, item in shelf.items()}

    def item(self, key: str) -> Item:
        """The item stored as `id@version`.

        >>> pack.item("HTN@1").title  # doctest: +SKIP
        'High blood pressure'
        """
        return self.everything[key]

    def kind_of(self, key: str) -> str:
        """The kind (folder) of the item stored as `id@version`."""
        return next(kind for kind, shelf in self.shelves.items() if key in shelf)

    @functools.cached_property
    def fact_names(self) -> Mapping[str, str]:
        """What people call each fact of the dictionary: its title, with the unit of a number."""
        return {
            key: datum.title if datum.unit in ("", "1") else f"{datum.title} ({datum.unit})"
            for key, datum in self.data.items()
        }

    @functools.cached_property
    def fact_questions(self) -> Mapping[str, str]:
        """`fact_names`, and where a patient is asked about the fact, the words of the question instead."""
        asking: list[EligibilityRule | ReadinessRule] = [
            *self.eligibility.values(),
            *self.readiness.values(),
        ]
        asked = {rule.question.about: rule.question.text for rule in asking if rule.question is not None}
        return {**self.fact_names, **asked}

    @functools.cached_property
    def _text(self) -> str:
        content = {
            "engine": self.engine,
            "data": {key: _plain(datum) for key, datum in self.data.items()},
            "kinds": {
                kind: {key: _plain(item) for key, item in shelf.items()}
                for kind, shelf in self.shelves.items()
            },
            "references": {key: dict(record) for key, record in self.references.items()},
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)

    def dump(self) -> str:
        """The whole pack as JSON, always the same text for the same content."""
        return self._text

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of `dump()`, in hexadecimal."""
        return hashlib.sha256(self._text.encode()).hexdigest()

    @classmethod
    def parse(cls, text: str) -> Pack:
        """The pack that `dump` wrote. Compare its `digest` with the one that was signed."""
        content = json.loads(text)
        if unknown := sorted(set(content["kinds"]) - set(KINDS)):
            raise ValueError(f"this pack holds kinds that this program does not know: {', '.join(unknown)}")
        return cls(
            data={key: Datum.model_validate(value) for key, value in content["data"].items()},
            shelves={
                kind: {key: KINDS[kind].model_validate(value) for key, value in shelf.items()}
                for kind, shelf in content["kinds"].items()
            },
            references=content["references"],
            engine=content["engine"],
        )


def _plain(model: Strict) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_defaults=True)
