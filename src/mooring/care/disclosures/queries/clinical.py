"""Which rows go when the clinical record of a person goes, and which the register still points to."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from mooring.care.disclosures.queries.records import ROOMS, root_of
from mooring.care.patients.models import Patient
from mooring.work.portable.of_patient import gather

STAYING_ROOMS = frozenset({"care_stock", "care_disclosures", "care_patients"})
"""The register and the accounting have rules of their own; of the patient only the name goes."""
Rows = dict[type[models.Model], list[models.Model]]


@dataclass(frozen=True)
class ClinicalRows:
    """Rows of the clinical record by table: those that go, and those that the register still points to."""

    go: Rows
    stay: Rows


def clinical_rows(patient: Patient) -> ClinicalRows:
    """What of the clinical record goes: every row but those without which a line of the register names nothing."""
    gathered = gather(root_of(patient), apart=True).rows
    clinical = {model: rows for model, rows in gathered.items() if _is_clinical(model)}
    pointed_to = _held_by(
        [row for model, rows in gathered.items() if not _is_clinical(model) for row in rows]
    )
    go, stay = {}, {}
    for model, rows in clinical.items():
        held = pointed_to.get(model, set())
        go[model] = [row for row in rows if row.pk not in held]
        stay[model] = [row for row in rows if row.pk in held]
    return ClinicalRows(*({model: rows for model, rows in each.items() if rows} for each in (go, stay)))


def tables_in_words(rows: Rows) -> list[tuple[str, int]]:
    """Each kind of row with how many there are, for whoever decides."""
    return sorted((str(model._meta.verbose_name_plural), len(found)) for model, found in rows.items())


def _is_clinical(model: type[models.Model]) -> bool:
    label = model._meta.app_label
    return label.startswith(ROOMS) and label not in STAYING_ROOMS


def _held_by(rows: list[models.Model]) -> dict[type[models.Model], set[Any]]:
    """The keys of all clinical rows to which a chain of keys leads from these rows."""
    held: dict[type[models.Model], set[Any]] = {}
    while rows:
        fresh: dict[Any, set[Any]] = {}
        for row in rows:
            for key in row._meta.concrete_fields:
                value, to = getattr(row, key.attname), key.related_model
                if not key.is_relation or value is None or not _is_clinical(to):  # type: ignore[arg-type]
                    continue
                if value not in held.get(to, ()):  # type: ignore[arg-type]
                    fresh.setdefault(to, set()).add(value)
        for model, keys in fresh.items():
            held.setdefault(model, set()).update(keys)
        rows = [row for model, keys in fresh.items() for row in model._base_manager.filter(pk__in=keys)]
    return held
