"""`@recorded`: no event, no act.

An act is a keyword-only function that takes `by` (who) and `at` (when). `@recorded("care.treatments.signed")`
opens the transaction, runs the act, and writes the event in the same transaction; if the act refuses,
nothing is written. Inside `sent_once(key)` the outermost act happens at most once for that key, however
often the form is sent: where an act fails, what stands in its way may be what it did the first time, so that is
asked then. What is sent once pays nothing for it.

The settings' `ACT_GUARDS` name functions that are asked before every act, inside its transaction, with the act's
keywords: one that raises stops the act, by whichever door it came.
"""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.module_loading import import_string

from mooring.audit.digests import event_digest
from mooring.audit.kept import digests_of, is_of_kept_model
from mooring.audit.models import Event
from mooring.audit.prepared import Prepared

P = ParamSpec("P")
R = TypeVar("R")


class Actor(Protocol):
    """Whoever does an act: a person, the clock, or a visitor without an account."""

    @property
    def actor_ref(self) -> str: ...
    @property
    def actor_name(self) -> str: ...


@dataclass(frozen=True)
class Nobody:
    """An actor who is not a person of the organisation."""

    actor_ref: str
    actor_name: str


CLOCK = Nobody("clock", "the clock")
VISITOR = Nobody("visitor", "a visitor without an account")
COMMAND_LINE = Nobody("command-line", "the command line")


class AlreadyDone(Exception):
    """The same form was sent before; `event` is what it did then."""

    def __init__(self, event: Event) -> None:
        super().__init__(str(event))
        self.event = event


class Clash(Exception):
    """The database refused a row that stands already; `explain` says what that means, once the act is rolled back.

    It raises `AlreadyDone` or a refusal. Until then nothing can be asked (PostgreSQL).
    """

    def __init__(self, explain: Callable[[], NoReturn]) -> None:
        super().__init__()
        self.explain = explain


@dataclass
class _Recording:
    detail: dict[str, Any] = field(default_factory=dict)
    target: models.Model | None = None
    rows: list[models.Model] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)


_recording: ContextVar[_Recording | None] = ContextVar("mooring_recording", default=None)
_once: ContextVar[UUID | None] = ContextVar("mooring_once", default=None)
_signatures: ContextVar[list[dict[str, str]] | None] = ContextVar("mooring_signatures", default=None)
SIGNATURES = "signatures"
EVENT_NAMES: dict[str, str] = {}


def reference(record: models.Model | None) -> str:
    """`app.model:pk`, the text by which the audit names a record."""
    return f"{record._meta.label_lower}:{record.pk}" if record is not None else ""


def note(*, target: models.Model | None = None, **detail: Any) -> None:
    """Add facts (numbers, ids, codes; never health text) to the event of the act that is running."""
    recording = _recording.get()
    if recording is None:
        raise RuntimeError("note() belongs inside a @recorded act")
    recording.detail.update(detail)
    if target is not None:
        recording.target = target


def remember(*rows: models.Model) -> None:
    """Name signed and append-only rows in the event of the running act, each with its digest.

    What is saved is remembered by itself; `bulk_create` and conditional updates of rows other than the act's
    target tell no one, so they are named here.
    """
    recording = _recording.get()
    if recording is not None:
        recording.rows.extend(row for row in rows if is_of_kept_model(row))


def name_rows(digests: dict[str, str]) -> None:
    """Name rows in the running act's event with digests that the act knows already."""
    recording = _recording.get()
    if recording is None:
        raise RuntimeError("name_rows() belongs inside a @recorded act")
    recording.named.update(digests)


@contextmanager
def signing() -> Iterator[None]:
    """Within it the outermost act keeps in its event the signatures that were confirmed before it."""
    token = _signatures.set([])
    try:
        yield
    finally:
        _signatures.reset(token)


def add_signature(signature: dict[str, str]) -> None:
    """A signature was confirmed: the act that follows keeps it. Without `signing` nobody keeps it."""
    held = _signatures.get()
    if held is not None:
        held.append(signature)


def forget_signatures() -> None:
    """One of several was wrong: the act does not follow, and no other one keeps what was right."""
    held = _signatures.get()
    if held is not None:
        held.clear()


def _take_signatures() -> dict[str, Any]:
    held = _signatures.get()
    if not held:
        return {}
    taken = {SIGNATURES: [*held]}
    held.clear()
    return taken


@receiver(post_save, dispatch_uid="audit.remember_saved")
def _remember_saved(instance: models.Model, **_: Any) -> None:
    remember(instance)


@contextmanager
def sent_once(key: UUID | None) -> Iterator[None]:
    """Within it the first recorded act runs at most once for `key`; a repeat raises `AlreadyDone`."""
    token = _once.set(key)
    try:
        yield
    finally:
        _once.reset(token)


def recorded(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an act with the event `name`. See the module's text."""

    def decorate(act: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(act).parameters
        if "by" not in parameters or "at" not in parameters:
            raise TypeError(f"{act.__qualname__}: an act takes `by` and `at`")
        if any(each.kind is not inspect.Parameter.KEYWORD_ONLY for each in parameters.values()):
            raise TypeError(f"{act.__qualname__}: an act takes keywords only")
        EVENT_NAMES[f"{act.__module__}.{act.__qualname__}"] = name

        @functools.wraps(act)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by, at = kwargs["by"], kwargs["at"]
            if not isinstance(at, datetime) or timezone.is_naive(at):
                raise ValueError("an act happens at a time with a time zone")
            once, outermost, recording = _once.get(), _recording.get() is None, _Recording()
            tokens = (_recording.set(recording), _once.set(None))
            try:
                with transaction.atomic():
                    for guard in guards():
                        guard(kwargs)
                    result = act(*args, **kwargs)
                    if outermost:
                        recording.detail.update(_take_signatures())
                    _write(name, by, at, once, recording, result)  # type: ignore[arg-type]
            except AlreadyDone:
                raise
            except Exception as error:
                _refuse_repeat(once)
                if isinstance(error, Clash):
                    error.explain()
                raise
            finally:
                _recording.reset(tokens[0])
                _once.reset(tokens[1])
            return result

        run.event_name = name  # type: ignore[attr-defined]
        return run

    return decorate


@functools.cache
def guards() -> tuple[Callable[[Mapping[str, Any]], None], ...]:
    """What is asked before every act, as the settings name it."""
    return tuple(import_string(path) for path in settings.ACT_GUARDS)


SENT_BEFORE = Prepared(lambda keys, moments: Event.objects.filter(once__in=keys).values_list("pk"))


def _refuse_repeat(once: UUID | None) -> None:
    if once is not None and SENT_BEFORE.rows((once,)):
        raise AlreadyDone(Event.objects.get(once=once))


def _write(
    name: str, by: Actor, at: datetime, once: UUID | None, recording: _Recording, result: object
) -> None:
    target = recording.target or (result if isinstance(result, models.Model) else None)
    rows = [*recording.rows, *([target] if target is not None and is_of_kept_model(target) else [])]
    event = Event(
        name=name,
        actor=by.actor_ref,
        actor_name=by.actor_name,
        target=reference(target),
        subject=getattr(target, "subject_ref", ""),
        at=at,
        stored_at=timezone.now(),
        detail=recording.detail,
        rows={**recording.named, **digests_of(rows)},
        once=once,
    )
    event.digest = event_digest(event)
    event.save(force_insert=True)
