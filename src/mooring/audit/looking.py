"""Nobody looks unseen: every opening of a record leaves a row.

The shell says which screen is open (`looking_at`); access functions say which records they hand out
(`saw`). One row per viewer, screen and opening; the records stand beside it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from mooring.audit.digests import access_digest
from mooring.audit.models import Access, AccessKind, AccessSubject
from mooring.audit.no_room import write_or_wait
from mooring.audit.recording import Actor


@dataclass
class Looking:
    """One opening of one screen."""

    screen: str
    kind: str = AccessKind.VIEW
    reason: str = ""
    reading: bool = True
    seen: set[tuple[str, str]] = field(default_factory=set)


_looking: ContextVar[Looking | None] = ContextVar("mooring_looking", default=None)


@contextmanager
def looking_at(
    screen: str, *, kind: str = AccessKind.VIEW, reason: str = "", reading: bool = True
) -> Iterator[None]:
    """Name the screen for everything that is opened within; `reading` is False where a form was sent."""
    token = _looking.set(Looking(screen=screen, kind=kind, reason=reason, reading=reading))
    try:
        yield
    finally:
        _looking.reset(token)


def is_reading() -> bool:
    """Whether what is open now is only read: what was lent for reading opens nothing to a form that was sent."""
    looking = _looking.get()
    return looking is None or looking.reading


def saw(viewer: Actor, subjects: Iterable[str], *, kind: str | None = None, reason: str = "") -> None:
    """Write that `viewer` was shown `subjects` (text references), each once per opening; `reason` where one is due.

    What leaves (an export, a print) is written beside the opening of the page from which it left.
    """
    looking = _looking.get() or Looking(screen="command line")
    leaves = kind if kind in (AccessKind.EXPORT, AccessKind.PRINT) else ""
    fresh = [each for each in dict.fromkeys(subjects) if each and (each, leaves or "") not in looking.seen]
    if not fresh:
        return
    looking.seen.update((subject, leaves or "") for subject in fresh)
    access = Access(
        viewer=viewer.actor_ref,
        viewer_name=viewer.actor_name,
        kind=kind or looking.kind,
        screen=looking.screen,
        reason=reason or looking.reason,
        at=timezone.now(),
    )
    access.digest = access_digest(access, fresh)
    write_or_wait(
        lambda: _write(access, fresh), f"{access.viewer} {access.kind} {access.screen} {' '.join(fresh)}"
    )


def _write(access: Access, subjects: list[str]) -> None:
    with transaction.atomic():
        access.save(force_insert=True)
        AccessSubject.objects.bulk_create(AccessSubject(access=access, subject=each) for each in subjects)
