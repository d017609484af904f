"""Gathered rows for people: a section a table, a list of named values a row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.sentences.times import full_day_words, moment_words
from mooring.words.numbers import plain_number
from mooring.work.portable.of_patient import Gathered, Words
from mooring.work.portable.tables import Column, class_of, columns_of

FOR_MACHINES = frozenset({"technical", "secret"})


@dataclass(frozen=True)
class RecordSection:
    """One table: its title, the kind of record it belongs to, and its rows."""

    kind: str
    title: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


def sections_of(found: Gathered, words: Words, kind_words: Callable[[str], str]) -> list[RecordSection]:
    """Every table in words; what only machines read stands in the JSON and CSV beside it."""
    return [
        RecordSection(
            kind_words(model._meta.app_label),
            _title(model),
            tuple(tuple(_named_values(row, words)) for row in rows),
        )
        for model, rows in found.rows.items()
    ]


def _title(model: type[models.Model]) -> str:
    name = str(model._meta.verbose_name_plural)
    return name[:1].upper() + name[1:]


def _named_values(row: models.Model, words: Words) -> Iterator[tuple[str, str]]:
    for column in columns_of(type(row)):
        value = getattr(row, column.name)
        if value in (None, "", [], {}) or not _is_for_people(column, value):
            continue
        name = str(column.field.verbose_name)
        yield name[:1].upper() + name[1:], _in_words(row, column, value, words)


def _is_for_people(column: Column, value: Any) -> bool:
    return class_of(column.field) not in FOR_MACHINES or isinstance(value, datetime)


def _in_words(row: models.Model, column: Column, value: Any, words: Words) -> str:
    if column.field.is_relation:
        return words.of(column, value)
    if column.field.choices:
        return str(getattr(row, f"get_{column.field.name}_display")())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{full_day_words(timezone.localtime(value))}, {moment_words(timezone.localtime(value))}"
    if isinstance(value, date):
        return full_day_words(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {part}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    return str(value) if isinstance(value, str) else _number(value)


def _number(value: Any) -> str:
    try:
        return plain_number(value)
    except (TypeError, ValueError):
        return str(value)
