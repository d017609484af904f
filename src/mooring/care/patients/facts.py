"""All that is known of a patient at one moment: the only way in which a rule hears of one.

`facts_of(patient, at)` asks every room that knows something, in the order of the settings' `PATIENT_FACTS`,
and answers with plain values: what, when, by whom, how it is known, from which room. A room says what it knows
in its own `facts.py`, by one function `facts_here(patient, at)`; it leaves out what was recorded after `at`, and
judges nothing. How long a fact counts is in the data dictionary of the signed pack; what it means is in the rules.

A gate asks again at the moment of every act. Nothing here is kept from one act to the next.
See docs/decisions/0016.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.patients.models import Patient, Sex, SupportPerson
from mooring.rules.verdict import Fact, Standing

Provider = Callable[[Patient, datetime], Iterable[Fact]]
ROOM = "patients"


@dataclass(frozen=True)
class PatientFacts:
    """Every fact of one patient at one moment; several may stand under one key."""

    patient_pk: int
    at: datetime
    facts: tuple[Fact, ...]

    @cached_property
    def by_key(self) -> dict[str, tuple[Fact, ...]]:
        """The facts under each key, newest first; undated ones last."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.key, []).append(fact)
        return {
            key: tuple(sorted(same, key=lambda fact: (fact.dated is not None, fact.dated), reverse=True))
            if len(same) > 1
            else tuple(same)
            for key, same in found.items()
        }

    def newest(self, key: str) -> Fact | None:
        """The newest fact under a key, whoever stated it."""
        found = self.by_key.get(key, ())
        return found[0] if found else None

    def age_of(self, fact: Fact) -> timedelta | None:
        """How long ago it was stated or measured; None for what has no date."""
        return None if fact.dated is None else self.at - fact.dated


def facts_of(patient: Patient, at: datetime) -> PatientFacts:
    """Everything that the rooms know of a person at this moment, read now, whichever of their records is asked."""
    kept = patient.kept
    kept.forget_records()
    known = (fact for provider in providers() for fact in provider(kept, at))
    return PatientFacts(kept.pk, at, tuple(known))


@cache
def providers() -> tuple[Provider, ...]:
    """The function of every room that knows something of a patient, as the settings name them."""
    return tuple(import_string(path) for path in settings.PATIENT_FACTS)


BY = ("by__chosen_name", "by__legal_name")
"""The two columns from which `name_in_use` makes who stated a fact, read without the rest of the person."""


def stored_by(stored_at: datetime, at: datetime) -> datetime | None:
    """When the record had a fact, as far as it had it at the moment that is asked about."""
    return stored_at if stored_at <= at else None


ESCORTS = Prepared(
    lambda keys, moments: (
        SupportPerson.objects.filter(patient__in=keys, escorts=True, ended_at__isnull=True)
        .exclude(phone="")
        .values_list("pk")
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """What this room knows: age, sex at birth, and whether somebody is named who takes the patient home."""
    named = bool(ESCORTS.rows(patient.records))
    return [
        Fact("age_years", patient.age_on(patient.site.today(at)), by=_("date of birth"), room=ROOM),
        Fact(
            "pregnancy_excluded",
            "yes" if patient.sex_at_birth == Sex.MALE else "no",
            by=_("sex at birth"),
            room=ROOM,
        ),
        Fact(
            "escort_named",
            "yes" if named else "no",
            at,
            _("the record"),
            standing=Standing.CONFIRMED,
            room=ROOM,
        ),
    ]
