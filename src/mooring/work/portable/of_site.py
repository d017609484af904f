"""The rows of one site of several, for a clinic that leaves: found from the models alone, closed over their keys.

A row is of the site when a chain of keys leads to it. What these rows point to comes along (the people who signed, the
pack that applied), but never a patient of another site; and so do the events and openings that name them. Seals stay
behind: they are over the acts of all sites. Courses are the organisation's and stay, too.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from mooring.audit.models import Access, AccessSubject, Event, Seal
from mooring.audit.recording import reference
from mooring.identity.models import Credential, Person, RoleAssignment, Site
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from mooring.work.portable.of_patient import KEYS_AT_ONCE, chains_to
from mooring.work.portable.tables import own_models

Model = type[models.Model]
Keys = dict[Model, set[Any]]
IN_STREAMS = (Event, Access, AccessSubject, Seal)


def keys_of_site(site: Site, patients: Model, not_by: frozenset[str], using: str) -> Keys:
    """The keys of every row that leaves with the site, by table; `patients` is the table of patients.

    `not_by` are key columns that only suspect a connection.
    """
    found: Keys = {Site: {site.pk}, Installation: {*_keys(Installation._base_manager.using(using).all())}}
    for model in own_models():
        if model not in (Site, *IN_STREAMS):
            for chain in chains_to(model, Site, not_by):
                rows = model._base_manager.using(using).filter(**{chain: site.pk})
                found.setdefault(model, set()).update(_keys(rows))
    staff = {*RoleAssignment.objects.using(using).filter(site=site.pk).values_list("person_id", flat=True)}
    found[Credential] = {*_keys(Credential._base_manager.using(using).filter(person__in=staff))}
    _close_over_keys(found, patients, using)
    treated = patients._base_manager.using(using).filter(pk__in=found.get(patients, ()))
    _add_streams(found, patients, staff | {*treated.values_list("person_id", flat=True)}, using)
    return {model: keys for model, keys in found.items() if keys}


def _keys(rows: "models.QuerySet[Any]") -> Iterator[Any]:
    return rows.values_list("pk", flat=True).iterator()


def rows_of(model: Model, keys: Iterable[Any], using: str) -> Iterator[models.Model]:
    """These rows by key, so many at once."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_AT_ONCE):
        some = ordered[start : start + KEYS_AT_ONCE]
        yield from model._base_manager.using(using).filter(pk__in=some).order_by("pk")


def _close_over_keys(found: Keys, patients: Model, using: str) -> None:
    """Add what is pointed to, until nothing is missing."""
    own_patients, fresh = set(found.get(patients, set())), dict(found)
    while fresh:
        wanted: Keys = {}
        for model, keys in fresh.items():
            for row in rows_of(model, keys, using):
                for key in model._meta.concrete_fields:
                    value, to = getattr(row, key.attname), key.related_model
                    if key.is_relation and value is not None and value not in found.get(to, ()):  # type: ignore[arg-type]
                        if to is patients and value not in own_patients:
                            raise Mistake(
                                f"{reference(row)} points to a patient of another site. Settle that record first."
                            )
                        wanted.setdefault(to, set()).add(value)  # type: ignore[arg-type]
        for model, keys in wanted.items():
            found.setdefault(model, set()).update(keys)
        fresh = wanted


def _add_streams(found: Keys, patients: Model, people: set[Any], using: str) -> None:
    """Events and openings that name a row which leaves; an opening with all whom it showed, or its digest would differ.

    Of people, what is told of the site's own (`people`) leaves, not what is told of a signer from elsewhere.
    """
    told_of: Keys = dict(found)
    told_of.update({Installation: set(), Person: people})
    refs = {f"{model._meta.label_lower}:{key}" for model, keys in told_of.items() for key in keys}
    subjects = {f"{patients._meta.label_lower}:{key}" for key in found.get(patients, ())}
    found[Event] = {
        event.pk
        for event in Event.objects.using(using).only("pk", "target", "subject", "rows").iterator()
        if event.target in refs or event.subject in refs or not refs.isdisjoint(event.rows)
    }
    shown = AccessSubject.objects.using(using)
    found[Access] = {*shown.filter(subject__in=subjects).values_list("access_id", flat=True)}
    found[AccessSubject] = {
        row.pk for row in shown.only("pk", "access_id").iterator() if row.access_id in found[Access]
    }
