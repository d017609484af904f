"""Chores of the clock: every chore and every item fails alone, waits, is tried again, and becomes a task.

    each_alone("escalate", late_tasks, escalate_one, at=at)

One poisoned item stops neither the others nor the chores behind it. After three failures the administrators get
a task that names the cause; when the item succeeds later, the fault and its task are closed.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK, reference
from mooring.identity.models import Site
from mooring.identity.roles import Role
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.models import Fault

logger = logging.getLogger(__name__)
T = TypeVar("T", bound=models.Model)
TOLD_AFTER = 3
WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


def each_alone(chore: str, items: Iterable[T], act: Callable[[T], object], *, at: datetime) -> int:
    """Do `act` for every item that does not wait after a failure; how many returned something true."""
    waiting = set(Fault.objects.filter(chore=chore, next_try_at__gt=at).values_list("item", flat=True))
    return sum(
        bool(_try(chore, reference(item), item, lambda item=item: act(item), at))  # type: ignore[misc]
        for item in items
        if reference(item) not in waiting
    )


def alone(chore: str, act: Callable[[], object], *, at: datetime) -> object:
    """Do one chore without items; what it returned, or None when it failed or still waits."""
    if Fault.objects.filter(chore=chore, item="", next_try_at__gt=at).exists():
        return None
    return _try(chore, "", None, act, at)


def _try(chore: str, item: str, row: models.Model | None, act: Callable[[], object], at: datetime) -> object:
    try:
        done = act()
    except Exception as error:
        logger.exception("clock: %s %s", chore, item)
        _failed(chore, item, row, f"{type(error).__name__}: {error}"[:300], at)
        return None
    for fault in Fault.objects.filter(chore=chore, item=item):
        close_tasks_about(fault, kind="clock-fault", outcome="done", by=CLOCK, at=at)
        fault.delete()
    return done


def _failed(chore: str, item: str, row: models.Model | None, cause: str, at: datetime) -> None:
    fault, _new = Fault.objects.get_or_create(
        chore=chore, item=item, defaults={"cause": cause, "next_try_at": at, "since": at}
    )
    wait = WAITS[min(fault.count, len(WAITS) - 1)]
    Fault.objects.filter(pk=fault.pk).update(count=F("count") + 1, cause=cause, next_try_at=at + wait)
    fault.refresh_from_db()
    site = getattr(row, "site", None) or Site.objects.order_by("pk").first()
    if fault.count >= TOLD_AFTER and site is not None:
        make_task(owed=_owed(fault, at), site=site, by=CLOCK, at=at)


def _owed(fault: Fault, at: datetime) -> Owed:
    return Owed(
        kind="clock-fault",
        about=fault,
        title=_("The clock cannot do this: {chore}").format(chore=fault.chore),
        reason=_("{item} failed {count} times: {cause}").format(
            item=fault.item or fault.chore, count=fault.count, cause=fault.cause
        )[:300],
        address=reverse("audit"),
        act=_("Look into it"),
        role=Role.ADMINISTRATOR,
        due_at=at + timedelta(hours=4),
    )
