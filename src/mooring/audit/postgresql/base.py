"""The framework's own PostgreSQL, and beside its cursors one whose statements the server plans once.

Moments are read by the driver's compiled loader; the framework's is Python and takes ten times as long for each.

The framework writes the values into each statement, so that the server reads and plans it anew: a session with all that
is joined to it is planned ten times as long as it is read. What `Prepared` asks is sent with its values beside it.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper
from psycopg._preparing import Prepare, PrepareManager
from psycopg._queries import PostgresClientQuery, PostgresQuery
from psycopg.pq import Format
from psycopg.pq.abc import PGresult

_MOMENTS: Any = psycopg.adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)
"""In the time zone of the connection, which the framework sets to UTC."""


class _Plans(PrepareManager):
    """What this connection has prepared outlives a refused act.

    The driver forgets all of it after each rollback, a savepoint's too, for fear of a table that was made in what is
    rolled back; the program makes none. To PostgreSQL a prepared statement belongs to no transaction.
    """

    prepared_max = 200

    def clear(self) -> bool:
        return False

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult], *_unused: Any) -> bool:
        changed = any((each.command_status or b"").startswith(CHANGES_TABLES) for each in results)
        return changed and super().clear()

    def maybe_add_to_cache(self, query: PostgresQuery, prep: Prepare, name: bytes) -> Any:
        """A statement with its values written into it comes once: it pushes out no count of one that comes often."""
        comes_once = isinstance(query, PostgresClientQuery) and not query.query.startswith(CHANGES_TABLES)
        return None if comes_once else super().maybe_add_to_cache(query, prep, name)


CHANGES_TABLES = (b"DROP", b"ALTER", b"DISCARD ALL", b"DEALLOCATE ALL")


class _Operations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Sequence[Any] | None) -> str:
        """For who reads what was asked (a test, the log of statements): with its values, as the framework shows it."""
        if isinstance(cursor, base.ServerBindingCursor):
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = _Operations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if not isinstance(connection._prepared, _Plans):  # one from a pool keeps what it has
            threshold, connection._prepared = connection.prepare_threshold, _Plans()
            connection.prepare_threshold = threshold
        if self.timezone is UTC:
            connection.adapters.register_loader("timestamptz", _MOMENTS)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """The framework's asks the loader of moments, which must be its own, for a time zone."""
        if self.timezone is not UTC:
            return super().create_cursor(name)
        if name is None:
            return self.connection.cursor()
        server_side: Any = base.ServerSideCursor
        held = self.connection.autocommit
        return server_side(self.connection, name=name, scrollable=False, withhold=held)

    def planned_cursor(self) -> CursorWrapper:
        """A cursor for statements that come often: after some times the server keeps their plan with this connection."""
        self.ensure_connection()
        cursor: Any = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]  # the stubs lack it
        prepared: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined]
        return prepared
