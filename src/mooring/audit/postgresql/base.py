"""The framework's own PostgreSQL, and beside its cursors one whose statements the server plans once.

The framework writes the values into each statement, so that the server reads and plans it anew: a session with all that
is joined to it is planned ten times as long as it is read. What `Prepared` asks is sent with its values beside it.
"""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


class DatabaseWrapper(base.DatabaseWrapper):
    def planned_cursor(self) -> CursorWrapper:
        """A cursor for statements that come often: after a few times the server keeps their plan with this connection."""
        self.ensure_connection()
        cursor: Any = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]  # the stubs lack it
        prepared: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined]
        return prepared
