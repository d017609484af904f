"""Reads whose SQL is written once and run many times.

A gate asks some twenty small questions before each dose. To write the SQL of one takes the ORM about half a
millisecond, to run it a twentieth of that. So a `Prepared` read writes it for the first caller, with marks where the
caller's values stand, and later callers fill in theirs; the rows come back through the ORM's own converters.

Only the text of the statement is kept, never a row: each call reads the database. It is sent by the `planned_cursor` of
our engines (`sqlite/base.py`, `postgresql/base.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

_A_KEY, _A_MOMENT = -1_000_003, datetime(1001, 1, 1, tzinfo=UTC)
_A_UUID = 0xA_0BAD_0000
_A_TEXT = "\x02text\x02"
"""Marks: no row has such a key or such a text, nothing here happened then."""
Key = int | str | UUID


def _here() -> Any:
    """The thread's connection itself: each look through the framework's proxy costs a thousandth of a tap."""
    return connections[DEFAULT_DB_ALIAS]


def _adapted(value: Key | datetime, here: Any) -> Any:
    """A value as the database driver takes it."""
    if isinstance(value, datetime):
        return here.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not here.features.has_native_uuid_field:
        return value.hex
    return value


@dataclass(frozen=True)
class _Records:
    """How the ORM makes a record, with what is joined to it and what it is annotated with, of a row."""

    model: type[Model]
    names: list[str]
    first: int
    last: int
    joined: list[Any]
    annotated: tuple[tuple[str, int], ...]

    @classmethod
    def of_query(cls, compiler: SQLCompiler) -> "_Records":
        about: Any = compiler.klass_info
        first, last = about["select_fields"][0], about["select_fields"][-1] + 1
        select: Any = compiler.select
        names = [column[0].target.attname for column in select[first:last]]
        joined = get_related_populators(about, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # as installed
        annotated = tuple(compiler.annotation_col_map.items())
        return cls(about["model"], names, first, last, joined, annotated)

    def of(self, row: Sequence[Any]) -> Model:
        record = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.first : self.last])
        for populator in self.joined:
            populator.populate(row, record)
        for name, place in self.annotated:
            setattr(record, name, row[place])
        return record


@dataclass(frozen=True)
class _Statement:
    sql: str
    params: tuple[Any, ...]
    slots: tuple[tuple[int, int], ...]  # where in `params`, which value
    converters: tuple[tuple[int, list[Any], Any], ...]
    records: "_Records | None"  # how the ORM makes a record of a row; None for plain columns

    def filled(self, values: Sequence[Key | datetime], here: Any) -> list[Any]:
        params = list(self.params)
        for place, which in self.slots:
            params[place] = _adapted(values[which], here)
        return params

    def converted(self, row: Sequence[Any], here: Any) -> tuple[Any, ...]:
        values = list(row)
        for place, functions, expression in self.converters:
            for function in functions:
                values[place] = function(values[place], expression, here)
        return tuple(values)


def _mark_of(kind: type[Key], number: int) -> Key:
    if issubclass(kind, str):
        return f"{_A_TEXT}{number}"
    return UUID(int=_A_UUID + number) if issubclass(kind, UUID) else _A_KEY - number


class Prepared:
    """A read of plain columns, or of whole records, by keys and moments.

    `build(keys, moments)` answers a `values_list` of model fields for `rows`, or a query set of a model, with
    `select_related`, `defer` and `annotate`, for `records`. A key is a number, a text or a UUID; keys may be several (records of a person),
    and a statement is kept for each number of them. The values of `build` may stand in filters alone.

    >>> WEIGHTS = Prepared(lambda keys, moments: Weight.objects.filter(  # doctest: +SKIP
    ...     patient__in=keys, at__lte=moments[0]).values_list("value", "at"))
    >>> WEIGHTS.rows((7,), NOW)  # doctest: +SKIP
    [(Decimal('72.0'), datetime.datetime(2026, 11, 12, 9, 0, tzinfo=datetime.timezone.utc))]
    """

    def __init__(self, build: Callable[[Sequence[Any], Sequence[datetime]], QuerySet[Any, Any]]) -> None:
        self.build = build
        self._statements: dict[tuple[str, tuple[type[Key], ...], int], _Statement] = {}

    def rows(self, keys: Sequence[Key], *moments: datetime) -> list[tuple[Any, ...]]:
        """The rows for these keys and moments, read now."""
        return self._rows(_here(), keys, moments)[1]

    def records(self, keys: Sequence[Key], *moments: datetime) -> list[Any]:
        """The same as records of the model, each with what `build` joins to it."""
        statement, rows = self._rows(_here(), keys, moments)
        if statement.records is None:
            raise ValueError(f"plain columns make no record: {statement.sql}")
        return [statement.records.of(row) for row in rows]

    def _rows(
        self, here: Any, keys: Sequence[Key], moments: Sequence[datetime]
    ) -> tuple[_Statement, list[tuple[Any, ...]]]:
        kinds = tuple(map(type, keys))
        which = (here.vendor, kinds, len(moments))
        statement = self._statements.get(which)
        if statement is None:
            statement = self._statements[which] = self._written(here, kinds, len(moments))
        with here.planned_cursor() as cursor:
            cursor.execute(statement.sql, statement.filled((*keys, *moments), here))
            found = cursor.fetchall()
        return statement, [statement.converted(row, here) for row in found]

    def _written(self, here: Any, kinds: Sequence[type[Key]], moments: int) -> _Statement:
        key_marks = [_mark_of(kind, number) for number, kind in enumerate(kinds)]
        moment_marks = [_A_MOMENT + timedelta(days=number) for number in range(moments)]
        compiler = self.build(key_marks, moment_marks).query.get_compiler(connection=here)
        sql, params = compiler.as_sql()
        marks = [_adapted(mark, here) for mark in (*key_marks, *moment_marks)]
        slots = tuple((place, marks.index(param)) for place, param in enumerate(params) if param in marks)
        if {which for _place, which in slots} != set(range(len(marks))):
            raise ValueError(f"not every value stands in the statement: {sql}")
        columns = [column for column, _sql, _alias in compiler.select]
        converters = compiler.get_converters(columns)
        return _Statement(
            sql,
            tuple(params),
            slots,
            tuple((place, functions, column) for place, (functions, column) in converters.items()),
            _Records.of_query(compiler) if compiler.query.default_cols else None,
        )
