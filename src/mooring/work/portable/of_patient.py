"""Everything that is of one patient, found from the models alone.

A row is of a patient when a chain of keys leads from it to the patient (a text to its entry, to its session, to the
patient), or when its `subject` names the patient. So a new room's tables are found without being named here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models

from mooring.audit.prepared import Prepared
from mooring.audit.recording import reference
from mooring.work.portable.tables import Column, columns_of, is_apart, own_models, plain_value

LONGEST_CHAIN = 7
KEYS_AT_ONCE = 500
SUBJECT, DRAFT = "subject", "draft"
NAMES_A_ROW = ("about", "target")
"""Text columns that name another row as `app.model:pk`."""
Model = type[models.Model]


@dataclass(frozen=True, kw_only=True)
class Root:
    """Whose rows are gathered: the model, the keys of all records of the person, and how texts name them.

    `not_by` are key columns (`app.Model.column`) that only suspect a connection, and lead to nobody.
    """

    model: Model
    keys: tuple[int, ...]
    refs: tuple[str, ...]
    not_by: frozenset[str] = frozenset()


@dataclass
class Gathered:
    """The rows by table, and what was left out of them and why."""

    rows: dict[Model, list[models.Model]] = field(default_factory=dict)
    withheld: dict[str, int] = field(default_factory=dict)

    def withhold(self, why: str, count: int) -> None:
        if count:
            self.withheld[why] = self.withheld.get(why, 0) + count

    def __iter__(self) -> Iterator[models.Model]:
        for rows in self.rows.values():
            yield from rows


def gather(
    root: Root, *, apart: bool = False, on_table: Callable[[str], None] = lambda _name: None
) -> Gathered:
    """Every row of the patient; what is kept apart from every copy (psychotherapy notes) only where it is asked for."""
    found = Gathered()
    for model in own_models():
        rows = _rows_of(root, model)
        if is_apart(model) and not apart:
            found.withhold("apart", len(rows))
        elif rows:
            found.rows[model] = rows
        on_table(model._meta.label_lower)
    _add_parents(found)
    return found


def tables_of(root: Root) -> list[str]:
    """The names of the tables that may hold something of a patient."""
    return [model._meta.label_lower for model in own_models() if _leads(root, model)]


def leads_to(model: Model, root: Model, not_by: frozenset[str]) -> bool:
    """Whether a chain of keys leads from the table to the patient's."""
    return model is root or bool(chains_to(model, root, not_by))


def _leads(root: Root, model: Model) -> bool:
    return leads_to(model, root.model, root.not_by) or _names_subject(model)


def _rows_of(root: Root, model: Model) -> list[models.Model]:
    """The rows of one table; each chain is a read of its own, because a database joins only so many tables at once."""
    chains = (*chains_to(model, root.model, root.not_by), *_own_people(model, root))
    asked: list[tuple[str, tuple[int | str, ...]]] = [
        (chain, root.keys) for chain in (*chains, *(["pk"] if model is root.model else []))
    ]
    if _names_subject(model):
        asked.append((SUBJECT, root.refs))
    keys = {pk for chain, held in asked if held for (pk,) in _found_by(model, chain).rows(held)}
    ordered = sorted(keys)
    rows: list[models.Model] = []
    for start in range(0, len(ordered), KEYS_AT_ONCE):
        rows += model._base_manager.filter(pk__in=ordered[start : start + KEYS_AT_ONCE]).order_by("pk")
    return rows


@cache
def _found_by(model: Model, chain: str) -> Prepared:
    """The keys of the rows to which a chain leads: hundreds of statements, most of which find nothing."""
    return Prepared(
        lambda keys, moments: model._base_manager.filter(**{f"{chain}__in": keys}).values_list("pk")
    )


def _own_people(model: Model, root: Root) -> list[str]:
    """Of a table that the patient's own row points to one to one: the way back (the person who is the patient)."""
    return [
        str(field.related_query_name())
        for field in root.model._meta.concrete_fields
        if isinstance(field, models.OneToOneField) and field.related_model is model
    ]


def _names_subject(model: Model) -> bool:
    return any(
        field.name == SUBJECT and isinstance(field, models.CharField) and not field.choices
        for field in model._meta.concrete_fields
    )


@cache
def chains_to(model: Model, target: Model, not_by: frozenset[str]) -> tuple[str, ...]:
    """Every chain of keys from `model` to `target` that passes no table twice: `entry__session__patient`."""
    return tuple(_walk(model, target, not_by, (model,)))


def _walk(model: Model, target: Model, not_by: frozenset[str], passed: tuple[Model, ...]) -> Iterator[str]:
    if len(passed) > LONGEST_CHAIN:
        return
    for key in model._meta.concrete_fields:
        if not key.is_relation or f"{model._meta.label}.{key.name}" in not_by:
            continue
        points_to: Any = key.related_model
        if points_to is target and model is not target:
            yield key.name
        elif points_to not in passed:
            for rest in _walk(points_to, target, not_by, (*passed, points_to)):
                yield f"{key.name}__{rest}"


def _add_parents(found: Gathered) -> None:
    """What a gathered row of the same app belongs to: the opening of which it is one subject."""
    for model, rows in list(found.rows.items()):
        for key in model._meta.concrete_fields:
            parent: Any = key.related_model if key.is_relation else None
            if parent is None or parent._meta.app_label != model._meta.app_label or parent in found.rows:
                continue
            if not _names_subject(model):
                continue
            keys = {getattr(row, key.attname) for row in rows} - {None}
            found.rows[parent] = list(parent._base_manager.filter(pk__in=keys).order_by("pk"))


def withhold_tables(found: Gathered, apps: Iterable[str]) -> None:
    """Keep the tables of these apps alone; what else there is, is counted as not asked for."""
    kept = set(apps)
    for model in list(found.rows):
        if model._meta.app_label not in kept:
            found.withhold("not-asked", len(found.rows.pop(model)))


def marked_with(found: Gathered, marked: frozenset[str]) -> frozenset[str]:
    """The marked rows, and every gathered row that hangs on one of them by a key or names it in a text."""
    reached, more = set(marked), True
    while more:
        new = {reference(row) for row in found if _hangs_on(row, reached)} - reached
        reached |= new
        more = bool(new)
    return frozenset(reached)


def _hangs_on(row: models.Model, reached: set[str]) -> bool:
    for key in row._meta.concrete_fields:
        value = getattr(row, key.attname)
        if value is None:
            continue
        if key.is_relation and f"{key.related_model._meta.label_lower}:{value}" in reached:  # type: ignore[union-attr]
            return True
        if key.name in NAMES_A_ROW and value in reached:
            return True
    return False


def withhold_rows(found: Gathered, refs: frozenset[str], why: str) -> None:
    """Leave rows out; a table of which nothing stays is left out with them."""
    for model, rows in list(found.rows.items()):
        kept = [row for row in rows if reference(row) not in refs]
        found.withhold(why, len(rows) - len(kept))
        if kept:
            found.rows[model] = kept
        else:
            del found.rows[model]


def withhold_drafts(found: Gathered) -> None:
    """What somebody typed and did not send is no part of a record: answers that were never given."""
    for row in found:
        if getattr(row, DRAFT, None):
            setattr(row, DRAFT, {})


@dataclass(frozen=True)
class Words:
    """What the rows that are pointed to are called: `care_sessions.session:3` → its name."""

    names: dict[str, str]

    def of(self, column: Column, value: Any) -> str:
        model: Any = column.field.related_model
        return self.names.get(f"{model._meta.label_lower}:{value}", "")


def names_of(found: Gathered) -> Words:
    """Names of everything that gathered rows point to, each table read once."""
    wanted: dict[Model, set[Any]] = {}
    for row in found:
        for key in row._meta.concrete_fields:
            value = getattr(row, key.attname)
            if key.is_relation and value is not None:
                wanted.setdefault(key.related_model, set()).add(value)  # type: ignore[arg-type]
    names = {}
    for model, keys in wanted.items():
        for row in model._base_manager.filter(pk__in=keys):
            names[reference(row)] = str(row)
    return Words(names)


def as_plain(row: models.Model, words: Words) -> dict[str, Any]:
    """A row for a file: its columns without secrets; beside each key the name of what it points to."""
    plain: dict[str, Any] = {}
    for column in columns_of(type(row)):
        if column.is_secret:
            continue
        value = getattr(row, column.name)
        plain[column.name] = plain_value(value)
        if column.field.is_relation and value is not None:
            plain[f"{column.field.name}_is"] = words.of(column, value)
    return plain
