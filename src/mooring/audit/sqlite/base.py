"""The framework's own SQLite, but an act that waits for the only writer asks for it again each millisecond, and a
statement is rewritten into SQLite's own marks once.

SQLite itself sleeps longer each time that it asks, up to a tenth of a second: the writer was free meanwhile, and who
came later got it. At the live hour's load one tap in a hundred waited 80 ms so, and held a thread of its worker.
"""

import sqlite3
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorWrapper

ASKED_EVERY_S = 0.001
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY, sqlite3.SQLITE_BUSY_SNAPSHOT})


@lru_cache(maxsize=1024)
def _in_its_own_marks(sql: str) -> str:
    """A statement of the framework, as SQLite takes it; the framework rewrites it each time."""
    return base.FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """The framework's, which rewrites each statement once."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None or isinstance(params, Mapping):
            return super().execute(query, params)
        return sqlite3.Cursor.execute(self, _in_its_own_marks(query), params)


class DatabaseWrapper(base.DatabaseWrapper):
    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(Cursor)

    def planned_cursor(self) -> CursorWrapper:
        """A cursor for the statements of `Prepared`: SQLite's connection keeps every statement that comes often."""
        return self.cursor()

    def _start_transaction_under_autocommit(self) -> None:
        """As the framework does, within the connection's `timeout`; then the error is SQLite's own."""
        patience_s = float(self.settings_dict["OPTIONS"]["timeout"])
        latest = time.monotonic() + patience_s
        self._let_sqlite_wait(0)
        try:
            while not self._has_the_writer(last_time=time.monotonic() >= latest):
                time.sleep(ASKED_EVERY_S)
        finally:
            self._let_sqlite_wait(patience_s)

    def _has_the_writer(self, *, last_time: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs lack it
        except OperationalError as error:
            if last_time or getattr(error.__cause__, "sqlite_errorcode", None) not in BUSY:
                raise
            return False
        return True

    def _let_sqlite_wait(self, seconds: float) -> None:
        """For all else: a checkpoint, a write outside an act."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
