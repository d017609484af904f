"""Sign-ins that stand when nothing can be written: kept in the database, and signed in the cookie where they must.

`SESSION_ENGINE` names this module. With room it is the framework's own store. Without, a new sign-in is signed and
its cookie holds it whole (it says who, not what), and a change of an old one is left out.
"""

from typing import Any

from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import get_random_string

from mooring.audit.no_room import cannot_write
from mooring.audit.prepared import Prepared

SALT = "web.sessions"
MARK = "signed:"
LASTS_S = 900
"""A sign-in without a row cannot be ended from elsewhere, so it lasts a quarter of an hour since its last use; as soon as
there is room it gets its row."""


KEPT = Prepared(
    lambda keys, moments: Session.objects.filter(session_key__in=keys, expire_date__gt=moments[0])
)


class SessionStore(InTheDatabase):
    """The framework's store, with a cookie to fall back on. Every page loads it, so its statement is prepared."""

    def load(self) -> dict[str, Any]:
        if not str(self.session_key or "").startswith(MARK):
            return super().load()
        try:
            body = str(self.session_key).removeprefix(MARK)
            held: dict[str, Any] = signing.loads(body, salt=SALT, max_age=LASTS_S)
        except signing.BadSignature:
            self._session_key = None
            return {}
        self.modified = True
        return held

    def _get_session_from_db(self) -> Session | None:
        found: list[Session] = KEPT.records((str(self.session_key),), timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None

    def create(self) -> None:
        try:
            super().create()
        except DatabaseError as error:
            if not cannot_write(error):
                raise
            self._sign()

    def _get_new_session_key(self) -> str:
        """Asks no database whether the key is free: who stores a sign-in under a taken one makes another."""
        return get_random_string(32, VALID_KEY_CHARS)

    def save(self, must_create: bool = False) -> None:
        if str(self.session_key or "").startswith(MARK):
            if not self._get_a_row():
                self._sign()
            return
        try:
            super().save(must_create=must_create)
        except UpdateError as error:  # the framework hides what the database said
            if not isinstance(error.__context__, DatabaseError) or not cannot_write(error.__context__):
                raise

    def delete(self, session_key: str | None = None) -> None:
        if str(session_key or self.session_key or "").startswith(MARK):
            return
        try:
            super().delete(session_key)
        except DatabaseError as error:
            if not cannot_write(error):
                raise

    def exists(self, session_key: str) -> bool:
        return session_key.startswith(MARK) or super().exists(session_key)

    def _get_a_row(self) -> bool:
        """There is room again: from now on the sign-in stands in the database, where others can end it."""
        self._session_key = self._get_new_session_key()
        try:
            super().save(must_create=True)
        except DatabaseError as error:
            if not cannot_write(error):
                raise
            return False
        return True

    def _sign(self) -> None:
        held = self._get_session(no_load=True)  # type: ignore[attr-defined]  # as the framework's own stores do
        self._session_key = MARK + signing.dumps(held, salt=SALT, compress=True)
        self.modified = True
