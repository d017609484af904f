"""Records that may be of one person: two admitted at one site whose names, birth date or phone number agree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from mooring.care.patients.models import Patient

MOST_PAIRS = 50


@dataclass(frozen=True)
class PossibleDuplicate:
    """Two records of one site, the older one first, and what they have in common, in words."""

    older: Patient
    newer: Patient
    why: str


def possible_duplicates(patients: "QuerySet[Patient]") -> list[PossibleDuplicate]:
    """Pairs among `patients` of one birth date with a name in common or a slip apart, or of one phone number."""
    alone = patients.filter(merged_into__isnull=True).order_by()
    found: dict[tuple[int, int], PossibleDuplicate] = {}
    for first, second in _pairs(alone, "birth_date"):
        if _words(first) & _words(second):
            _add(found, first, second, _("same date of birth, similar name"))
    for first, second in _pairs(alone.exclude(phone_key=""), "phone_key"):
        _add(found, first, second, _("same phone number"))
    return list(found.values())[:MOST_PAIRS]


def _pairs(patients: "QuerySet[Patient]", field: str) -> Iterator[tuple[Patient, Patient]]:
    """Two records of one site with the same value in `field`, out of the groups that the database finds."""
    shared = patients.values("site", field).annotate(n=Count("pk")).filter(n__gt=1).values(field)
    rows: Iterable[Patient] = patients.filter(**{f"{field}__in": shared}).order_by("site", field, "pk")
    for _same, group in groupby(rows, key=lambda patient: (patient.site_id, getattr(patient, field))):
        yield from combinations(group, 2)


def _words(patient: Patient) -> set[str]:
    return set(patient.search_names.split()) | set(patient.search_slips.split())


def _add(found: dict[tuple[int, int], PossibleDuplicate], older: Patient, newer: Patient, why: str) -> None:
    found.setdefault((older.pk, newer.pk), PossibleDuplicate(older, newer, why))
