"""The clock's turn in the stock: what comes due, what expires, runs low or is recalled becomes somebody's task."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK, reference
from mooring.care.stock.actions.stating import INVENTORY, RECONCILE, WITHIN
from mooring.care.stock.models import Container, ContainerState, Safe, StatementKind, StockStatement
from mooring.care.stock.queries.stating import last_day_of_month_before
from mooring.care.stock.queries.warnings import StockWarning, warnings_at
from mooring.content.loader import load
from mooring.identity.models import Site
from mooring.identity.roles import Role
from mooring.rules.ledger import WarningCode
from mooring.rules.limits import last_day, limit_of
from mooring.sentences.stock import PRESSING, warning_advice, warning_words
from mooring.sentences.times import full_day_words, month_words
from mooring.work.actions import Owed, close_task, make_task
from mooring.work.chores import each_alone
from mooring.work.models import Task, TaskState
from mooring.work.moments import end_of, start_of

AHEAD = timedelta(days=30)
"""So long before an inventory is due again somebody is asked. A design default without a source."""
KINDS = {
    WarningCode.EXPIRED: "stock-expired",
    WarningCode.EXPIRES: "stock-expires",
    WarningCode.RECALLED: "stock-recalled",
    WarningCode.RECALLED_ELSEWHERE: "stock-recalled-elsewhere",
    WarningCode.LOW: "stock-reorder",
    WarningCode.REGISTRATION: "stock-registration",
}
"""The task of each warning."""
ROLES = {WarningCode.EXPIRED: Role.MONITOR}
"""Who is asked where it is not the medical director: who holds the keys puts expired stock in quarantine."""


def watch_stock(*, at: datetime) -> int:
    """What comes due and what is wrong becomes a task, and a task whose reason is gone closes. Each safe fails alone.

    Returns of how many safes something is due and at how many sites something is wrong.
    """
    safes = Safe.objects.select_related("site").order_by("pk")
    sites = Site.objects.filter(safes__isnull=False).distinct().order_by("pk")
    due = each_alone("stock-statements", safes, lambda safe: _ask_for_statements(safe, at), at=at)
    return due + each_alone("stock-warnings", sites, lambda site: _warn(site, at), at=at)


def _ask_for_statements(safe: Safe, at: datetime) -> bool:
    inventory, reconciliation = _ask_for_inventory(safe, at), _ask_for_reconciliation(safe, at)
    return inventory or reconciliation


def _ask_for_inventory(safe: Safe, at: datetime) -> bool:
    """On the first day with stock, then within the time that the law of the place gives."""
    if not Container.objects.filter(safe=safe).exclude(state=ContainerState.FINISHED).exists():
        return False
    today = safe.site.today(at)
    newest = StockStatement.objects.filter(safe=safe, kind=StatementKind.INVENTORY).order_by("-day").first()
    limit = limit_of(load(), "inventory-again", today, safe.site.jurisdiction)
    if newest is not None and limit is None:
        return False
    due = last_day(limit, newest.day) if newest is not None and limit is not None else today
    if due - AHEAD > today:
        return False
    reason = (
        _("The last one was on {day} ({law}).").format(
            day=full_day_words(newest.day), law=limit.authority if limit else ""
        )
        if newest
        else _("The first one is taken on the first day with stock.")
    )
    return _ask(safe, INVENTORY, _("Take the inventory of {safe}").format(safe=safe), reason, due, at)


def _ask_for_reconciliation(safe: Safe, at: datetime) -> bool:
    day = last_day_of_month_before(safe.site.today(at))
    if StockStatement.objects.filter(safe=safe, kind=StatementKind.RECONCILIATION, day=day).exists():
        return False
    if not safe.entries.filter(stored_at__lt=start_of(day + timedelta(days=1), safe.site.zone)).exists():
        return False
    title = _("Reconcile {month}, {safe}").format(month=month_words(day), safe=safe)
    return _ask(safe, RECONCILE, title, _("Once a month, countersigned."), day + WITHIN, at)


def _ask(safe: Safe, kind: str, title: str, reason: str, due: date, at: datetime) -> bool:
    make_task(
        owed=Owed(
            kind=kind,
            about=safe,
            title=title,
            reason=reason,
            address=reverse("stock-statements", args=[safe.pk]),
            act=_("Open the statements"),
            role=Role.MEDICAL_DIRECTOR,
            due_at=end_of(due, safe.site.zone),
        ),
        site=safe.site,
        by=CLOCK,
        at=at,
    )
    return True


def _warn(site: Site, at: datetime) -> bool:
    found = warnings_at(site, at)
    for warning in found:
        _ask_about(warning, at)
    standing = {(KINDS[warning.code], reference(warning.about)) for warning in found}
    for task in Task.objects.filter(site=site, kind__in=KINDS.values(), state=TaskState.OPEN):
        if (task.kind, task.about) not in standing:
            close_task(task=task, outcome="done", by=CLOCK, at=at)
    return bool(found)


def _ask_about(warning: StockWarning, at: datetime) -> None:
    site = warning.site
    waits_until = warning.on if warning.on is not None and warning.on > site.today(at) else None
    make_task(
        owed=Owed(
            kind=KINDS[warning.code],
            about=warning.about,
            title=warning_words(warning.shown),
            reason=warning_advice(warning.code),
            address=reverse("stock-warnings"),
            act=_("Open the stock"),
            role=ROLES.get(warning.code, Role.MEDICAL_DIRECTOR),
            due_at=end_of(waits_until, site.zone) if waits_until else at + WITHIN,
            urgent=warning.code in PRESSING,
        ),
        site=site,
        by=CLOCK,
        at=at,
    )
