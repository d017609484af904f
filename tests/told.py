"""States of a clinic that are told once a worker: `@told` on a function that makes rows through the acts.

    @told
    def started(cast: Cast, at: datetime = NOW) -> Session: ...

The first call runs, and what it wrote is kept: its statements in order, and a copy of what it returned. A later call
from the same state, with the same arguments, sends those statements again and returns a fresh copy. The state is what
the test has written so far, statement by statement; a test that begins differently, or that has changed anything of
the program (a setting, a patched function), has the acts done anew. Nobody has to know which of the two happened.

Every test begins from the same empty database, whose numbers begin at one, so equal statements make equal rows.
A function may be told when it writes to the database alone, and takes people of the cast and plain values.
"""

import enum
import functools
import io
import pickle
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, is_dataclass
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from time import monotonic
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone, translation

P = ParamSpec("P")
R = TypeVar("R")
KEPT_EACH = 24
"""How many states of one function are kept; the one that was asked for longest ago goes first."""
AS_NEW_S = 120.0
"""By the real clock a state is told anew after so long."""
REAL_NOW = timezone.now
READS = frozenset({"BEGIN ", "SELECT", "(SELEC", "SAVEPO", "RELEAS", "PRAGMA", "EXPLAI"})
WRITES = frozenset({"INSERT", "UPDATE", "DELETE"})
PLAIN = (str, bytes, int, float, bool, Decimal, date, time, timedelta, tzinfo, UUID, enum.Enum, type(None))
ALIKE_IF_EQUAL = frozenset({str, bytes, int, bool, type(None)})
"""Of these types, unlike a moment or a decimal, what is equal is written alike."""
KNOWLEDGE = ("mooring.content.", "mooring.rules.", "mooring.pharmacology.")
"""Values of these floors never change; a copy of a state shares them, and every text of so many characters."""
LONG = 4_000


class CannotTell(Exception):
    """The state cannot be compared with another one, or what was returned cannot be copied."""


class Journal:
    """What the running test wrote, in order, as an `execute_wrapper` of Django's."""

    def __init__(self) -> None:
        self.begin(None, alone=False)

    def begin(self, changed_by: pytest.MonkeyPatch | None, *, alone: bool) -> None:
        """A test begins, from the empty database; `changed_by` is its way to change the program.

        It is `alone` with its rows unless it commits them, where a server reads and writes beside it.
        """
        self.changed_by = changed_by
        self.writes: list[tuple[str, Any, bool]] = []
        self.state = 0
        self.lost = not alone
        """Something was done that the writes do not tell: rolled back, refused, a change of tables, by others."""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        first = sql[:6].upper()
        try:
            result = execute(sql, params, many, context)
        except BaseException:
            self.lost = True
            raise
        if first in WRITES:
            kept = [tuple(each) for each in params] if many else tuple(params or ())
            self.writes.append((sql, kept, many))
            self.state = hash((self.state, sql, _comparable(kept)))
        elif first not in READS:
            self.lost = True
        return result

    def goes_on(self, writes: Iterable[tuple[str, Any, bool]], state: int) -> None:
        """These were sent again past the wrapper, and led from here to that state before."""
        self.writes.extend(writes)
        self.state = state


JOURNAL = Journal()


def _comparable(params: Iterable[Any]) -> tuple[Any, ...]:
    """The parameters as values that compare; JSON for PostgreSQL comes in an object of the driver's."""
    return tuple(
        _comparable(each)
        if isinstance(each, (tuple, list))
        else each
        if isinstance(each, PLAIN)
        else repr(getattr(each, "obj", each))
        for each in params
    )


@dataclass(frozen=True)
class _State:
    """What a told function wrote, and what it returned: `None` where it has to be told anew each time."""

    writes: tuple[tuple[str, Any, bool], ...]
    after: int
    returned: bytes
    shared: tuple[Any, ...]
    told_at_s: float

    @functools.cached_property
    def text(self) -> str:
        """All writes as one text for PostgreSQL, which takes them in one turn and reads no long value twice."""
        with connection.cursor() as cursor:
            return ";".join(
                cursor.cursor.mogrify(*_shortened(sql, each))
                for sql, params, many in self.writes
                for each in (params if many else [params])
            )


_long_values: dict[tuple[str, str], int] = {}


def _shortened(sql: str, params: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement with long texts (a signed pack has 600,000 characters) taken from where PostgreSQL keeps them."""
    before, *others = sql.split("%s")
    kept = []
    for value, after in zip(params, others, strict=True):
        if isinstance(value, str) and len(value) > LONG:
            before += f"(SELECT value FROM told.long WHERE id = {_number_of_long(value)}){after}"
        else:
            kept.append(value)
            before += f"%s{after}"
    return before, tuple(kept)


def _number_of_long(value: str) -> int:
    """Under which number this database has the text, beside what any test writes."""
    key = (str(connection.settings_dict["NAME"]), value)
    if key not in _long_values:
        beside = connection.copy()
        with beside.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS told")
            cursor.execute("CREATE TABLE IF NOT EXISTS told.long (id integer PRIMARY KEY, value text)")
            cursor.execute("INSERT INTO told.long VALUES (%s, %s)", [len(_long_values), value])
        beside.close()
        _long_values[key] = len(_long_values)
    return _long_values[key]


_states: dict[str, OrderedDict[Any, _State | None]] = defaultdict(OrderedDict)


def told(build: Callable[P, R]) -> Callable[P, R]:
    """Keep what `build` makes; see the module's text."""
    name = f"{build.__module__}.{build.__qualname__}"

    @functools.wraps(build)
    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            found: list[Model] = []
            key = (_begun(), _comparison((args, kwargs), found))
        except CannotTell:
            return build(*args, **kwargs)
        kept = _states[name]
        if key in kept and _young(kept[key]):
            kept.move_to_end(key)
            state = kept[key]
            return build(*args, **kwargs) if state is None else _again(state, found)
        before, rows_before = len(JOURNAL.writes), [_values(each) for each in found]
        result = build(*args, **kwargs)
        touched = rows_before != [_values(each) for each in found]
        kept[key] = None if touched or JOURNAL.lost else _state(JOURNAL.writes[before:], result, found)
        if len(kept) > KEPT_EACH:
            kept.popitem(last=False)
        return result

    return once


def _young(state: _State | None) -> bool:
    """Whether what was stored "now" may still be taken for it; a clock that is set does not go on."""
    return state is None or timezone.now is not REAL_NOW or monotonic() - state.told_at_s < AS_NEW_S


def _begun() -> tuple[Any, ...]:
    """From where the test goes on: its writes so far, the clock, the language."""
    watched = connection.in_atomic_block and JOURNAL in connection.execute_wrappers
    if not watched or JOURNAL.lost or isinstance(settings._wrapped, UserSettingsHolder):
        raise CannotTell
    changed = JOURNAL.changed_by
    if changed is not None:
        others = [
            (where, name) for where, name, _was in changed._setattr if (where, name) != (timezone, "now")
        ]
        if others or changed._setitem or changed._cwd or changed._savesyspath:
            raise CannotTell
    now = None if timezone.now is REAL_NOW else timezone.now()
    if now is not None and now != timezone.now():
        raise CannotTell
    if not JOURNAL.writes:
        _number_from_one()
    return JOURNAL.state, now, translation.get_language(), timezone.get_current_timezone_name()


def _number_from_one() -> None:
    """PostgreSQL gives no number back when a test's rows are taken back; SQLite does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(setval(seqrelid::regclass, seqstart, false)) FROM pg_sequence "
                "WHERE pg_sequence_last_value(seqrelid) IS NOT NULL AND seqrelid::regclass::text <> ALL(%s)",
                [[f"{table}_id_seq" for table in FILLED]],
            )


FILLED = ("django_migrations", "django_content_type", "auth_permission")
"""The tables in which the empty database has rows."""


def _comparison(value: Any, found: list[Model]) -> Any:
    """A value that equals another's when the arguments are alike; every model row on the way goes into `found`."""
    if type(value) in ALIKE_IF_EQUAL:
        return type(value), value
    if isinstance(value, PLAIN):
        return type(value).__name__, repr(value)
    if isinstance(value, Model):
        return _comparison_of_row(value, found)
    if isinstance(value, dict):
        return tuple((_comparison(key, found), _comparison(each, found)) for key, each in value.items())
    if isinstance(value, (tuple, list)):
        return tuple(_comparison(each, found) for each in value)
    if isinstance(value, type):
        return value.__qualname__
    if _is_knowledge(value):
        return _Itself(value)
    if is_dataclass(value) and hasattr(value, "__dict__"):
        return type(value).__qualname__, _comparison(vars(value), found)
    raise CannotTell


def _is_knowledge(value: Any) -> bool:
    return type(value).__module__.startswith(KNOWLEDGE) and not isinstance(value, enum.Enum)


class _Itself:
    """A value that equals nothing but itself, and stays as long as it is compared."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


def _comparison_of_row(row: Model, found: list[Model]) -> Any:
    for number, each in enumerate(found):
        if each is row:
            return number
    found.append(row)
    near = tuple(
        (name, _comparison(each, found))
        for name, each in sorted(row._state.fields_cache.items())
        if isinstance(each, Model)
    )
    return row._meta.label, _comparison(_values(row), found), near


def _values(row: Model) -> list[Any]:
    """What the object itself holds of its row."""
    return [_plain(row.__dict__.get(field.attname)) for field in row._meta.concrete_fields]


def _plain(value: Any) -> Any:
    return value if isinstance(value, PLAIN) else repr(value)


class _Copier(pickle.Pickler):
    """Copies what was returned; what belongs to the arguments or to the knowledge is shared with the copy."""

    def __init__(self, into: io.BytesIO, found: list[Model]) -> None:
        super().__init__(into, protocol=pickle.HIGHEST_PROTOCOL)
        self.numbers = {id(each): number for number, each in enumerate(found)}
        self.shared: list[Any] = []

    def persistent_id(self, value: Any) -> Any:
        number = self.numbers.get(id(value))
        if number is not None:
            return "argument", number
        if _is_knowledge(value) or (isinstance(value, str) and len(value) > LONG):
            self.shared.append(value)
            return "shared", len(self.shared) - 1
        return None


class _Restorer(pickle.Unpickler):
    def __init__(self, state: _State, found: list[Model]) -> None:
        super().__init__(io.BytesIO(state.returned))
        self.sources = {"argument": found, "shared": state.shared}

    def persistent_load(self, pid: Any) -> Any:
        source, number = pid
        return self.sources[source][number]


def _state(writes: list[tuple[str, Any, bool]], result: Any, found: list[Model]) -> _State | None:
    into = io.BytesIO()
    copier = _Copier(into, found)
    try:
        copier.dump(result)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    return _State(tuple(writes), JOURNAL.state, into.getvalue(), tuple(copier.shared), monotonic())


def _again(state: _State, found: list[Model]) -> Any:
    with connection.cursor() as cursor:
        driver = cursor.cursor
        if connection.vendor == "postgresql" and state.writes:
            driver.execute(state.text.encode())
        else:
            for sql, params, many in state.writes:
                (driver.executemany if many else driver.execute)(sql, params)
    JOURNAL.goes_on(state.writes, state.after)
    return _Restorer(state, found).load()
