"""The framework's own PostgreSQL, and beside its cursors one whose statements the server plans once.

The framework writes the values into each statement, so that the server reads and plans it anew: a session with all that
is joined to it is planned ten times as long as it is read. What `Prepared` asks is sent with its values beside it.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper


class _Operations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Sequence[Any] | None) -> str:
        """For who reads what was asked (a test, the log of statements): with its values, as the framework shows it."""
        if isinstance(cursor, base.ServerBindingCursor):
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = _Operations

    def planned_cursor(self) -> CursorWrapper:
        """A cursor for statements that come often: after a few times the server keeps their plan with this connection."""
        self.ensure_connection()
        cursor: Any = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]  # the stubs lack it
        prepared: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined]
        return prepared
