"""Rows that stay what they were: their digests stand in the event of the act that wrote them.

Every append-only row is kept whole, but for what devices measure. `@kept_once("signed_at", may_change=…)` marks
a model whose rows are signed: from that moment all fields but the named ones are frozen, by a guard in the database
and by the digest in the event. `first_difference` recomputes every digest from the rows as they are today.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from mooring.audit import append_only
from mooring.audit.digests import digest_of
from mooring.audit.prepared import Prepared

M = TypeVar("M", bound=type[models.Model])
ERASED = ""
"""The digest of a row that was erased by an act: whatever stands there now is no forgery."""
OWN_STREAMS = "audit"
"""Events, openings and seals are sealed as streams of their own (`seals.py`)."""


@dataclass(frozen=True)
class Signed:
    """From when a row is frozen (`once`: a field that is empty before; none: from the start), and what may change.

    The keys of a `spread` JSON field stand in the digest as if each were a column: what moves from columns into it
    keeps the digest that its event names.
    """

    once: str
    may_change: frozenset[str]
    spread: frozenset[str] = frozenset()


_signed: dict[str, Signed] = {}


def kept_once(
    once: str = "", *, may_change: Iterable[str] = (), spread: Iterable[str] = ()
) -> Callable[[M], M]:
    """Mark a model whose rows are frozen once `once` holds something."""

    def mark(model: M) -> M:
        _signed[model._meta.label_lower] = Signed(once, frozenset({*may_change}), frozenset({*spread}))
        return model

    return mark


def signed_models() -> list[tuple[type[models.Model], Signed]]:
    """Every model whose rows are signed, by table name."""
    found = [(apps.get_model(label), signed) for label, signed in _signed.items()]
    return sorted(found, key=lambda each: each[0]._meta.db_table)


def frozen_columns(model: type[models.Model], signed: Signed) -> list[str]:
    """The columns that never change once the row is signed."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return [str(field.column) for field in fields if field.name not in signed.may_change]


def kept_models() -> list[type[models.Model]]:
    """Every model whose rows have digests in events, by label."""
    labels = {*append_only.named_labels(), *_signed}
    found = [apps.get_model(label) for label in labels]
    return sorted(
        (model for model in found if model._meta.app_label != OWN_STREAMS), key=lambda each: each._meta.label
    )


def is_of_kept_model(row: models.Model) -> bool:
    """Whether rows of this kind are kept, from the start or once they are signed."""
    label = row._meta.label_lower
    return row._meta.app_label != OWN_STREAMS and (label in append_only.named_labels() or label in _signed)


def is_kept(row: models.Model) -> bool:
    """Whether this row is kept by now: append-only, or signed."""
    signed = _signed.get(row._meta.label_lower)
    if signed is None:
        return is_of_kept_model(row)
    return not signed.once or getattr(row, signed.once) is not None


def row_digest(row: models.Model) -> str:
    """Digest of a row's kept fields, as the database gives them back.

    A field that is empty or holds its default is left out, so that a column added by a later version changes
    no digest: `{"dose_mg": "32.2", "reason": ""}` and `{"dose_mg": "32.2"}` are the same row.
    """
    return digest_of({"row": row._meta.label_lower, "fields": kept_fields(row)})


def kept_fields(row: models.Model) -> dict[str, Any]:
    """The fields of a row that its digest covers."""
    signed = _signed.get(row._meta.label_lower)
    may_change = signed.may_change if signed else frozenset()
    spread = signed.spread if signed else frozenset()
    kept: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name not in may_change and not _is_empty(field, value):
            kept |= value if field.name in spread else {field.attname: value}
    return kept


def _is_empty(field: "models.Field[Any, Any]", value: object) -> bool:
    if value is None:
        return True
    if field.has_default():
        return bool(value == field.get_default()) and not _is_made_anew(field)
    return value == "" and not isinstance(field, models.JSONField)


def _is_made_anew(field: "models.Field[Any, Any]") -> bool:
    """Whether the default is made anew each time (a time, a key): such a value always counts."""
    return callable(field.default) and field.default not in (dict, list)


def digests_of(rows: Iterable[models.Model]) -> dict[str, str]:
    """`app.model:pk` and digest of these rows, read again from the database: what it stored is what counts."""
    by_model: dict[type[models.Model], set[Any]] = {}
    for row in rows:
        by_model.setdefault(type(row), set()).add(row.pk)
    found: dict[str, str] = {}
    for model, pks in by_model.items():
        for stored in _stored(model, pks):
            if is_kept(stored):
                found[f"{model._meta.label_lower}:{stored.pk}"] = row_digest(stored)
    return dict(sorted(found.items()))


def _stored(model: type[models.Model], pks: set[Any]) -> Iterable[models.Model]:
    """Most acts write one row of a model: its statement is prepared."""
    return _one_of(model).records([*pks]) if len(pks) == 1 else model._base_manager.filter(pk__in=pks)


@cache
def _one_of(model: type[models.Model]) -> Prepared:
    return Prepared(lambda keys, moments: model._base_manager.filter(pk__in=keys))


def kept_rows(model: type[models.Model]) -> Iterator[models.Model]:
    """Every row of a kept model that is kept by now, oldest first."""
    rows = model._base_manager.order_by("pk")
    signed = _signed.get(model._meta.label_lower)
    if signed and signed.once:
        rows = rows.filter(**{f"{signed.once}__isnull": False})
    yield from rows.iterator(chunk_size=500)


def first_difference(named: dict[str, str]) -> tuple[str, str] | None:
    """The first row that is not as the events name it, and how; `named` is `app.model:pk` to digest."""
    awaited_in: dict[str, dict[str, str]] = {}
    for ref, digest in named.items():
        awaited_in.setdefault(ref.rpartition(":")[0], {})[ref] = digest
    for model in kept_models():
        label = model._meta.label_lower
        awaited = awaited_in.get(label, {})
        for row in kept_rows(model):
            ref = f"{label}:{row.pk}"
            if ref not in awaited:
                return ref, _("stands in no event")
            if awaited.pop(ref) not in (ERASED, row_digest(row)):
                return ref, _("was changed after it was written")
        lost = next((ref for ref, digest in awaited.items() if digest != ERASED), None)
        if lost is not None:
            return lost, _("is missing")
    return None


def missing_rows(named: dict[str, str]) -> list[str]:
    """The rows that events name and that are not here."""
    here = {f"{model._meta.label_lower}:{row.pk}" for model in kept_models() for row in kept_rows(model)}
    return [ref for ref, digest in named.items() if digest != ERASED and ref not in here]


def unnamed_rows(named: dict[str, str]) -> dict[str, str]:
    """Digests of the kept rows that no event names: those from before events named rows."""
    found = {}
    for model in kept_models():
        for row in kept_rows(model):
            ref = f"{model._meta.label_lower}:{row.pk}"
            if ref not in named:
                found[ref] = row_digest(row)
    return found
