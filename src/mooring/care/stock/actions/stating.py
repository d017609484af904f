"""Inventories and monthly reconciliations: signed, countersigned by another; and the clock that asks for them."""

import logging
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.digests import digest_of
from mooring.audit.recording import CLOCK, note, recorded
from mooring.care.stock.models import (
    Container,
    ContainerState,
    ReorderPoint,
    Safe,
    StatementKind,
    StockStatement,
)
from mooring.care.stock.queries.open_points import open_points
from mooring.care.stock.queries.stating import figures_of, last_day_of_month_before, sealed_of
from mooring.content.loader import load
from mooring.identity.models import Person, Site
from mooring.identity.roles import Role
from mooring.rules.ledger import PointCode
from mooring.rules.limits import last_day, limit_of
from mooring.rules.verdict import Refused
from mooring.sentences.times import full_day_words, month_words
from mooring.work.actions import Owed, close_tasks_about, make_task

logger = logging.getLogger(__name__)
COUNTERSIGN, INVENTORY, RECONCILE, REORDER = (
    "stock-countersign",
    "stock-inventory",
    "stock-reconcile",
    "stock-reorder",
)
AHEAD = timedelta(days=30)
"""So long before an inventory is due again somebody is asked. A design default without a source."""
WITHIN = timedelta(days=5)
"""How soon a month is reconciled, a statement countersigned, an order placed. A design default without a source."""


@recorded("care.stock.stated")
def state(
    *, safe: Safe, kind: str, day: date, moment: str, exact: bool, by: Person, at: datetime
) -> StockStatement:
    """Sign an inventory of today, or the reconciliation of a month that is over; figures are those of the ledger.

    A month is reconciled when nothing of it is open: every draw squared, every waste witnessed, every count settled.
    """
    _refuse_day(safe, kind, day, at)
    figures = figures_of(safe, kind, day)
    try:
        with transaction.atomic():
            made = StockStatement.objects.create(
                safe=safe,
                kind=kind,
                day=day,
                moment=moment,
                exact=exact,
                figures=figures,
                digest=digest_of({"safe": safe.pk, "kind": kind, "day": day, "figures": figures}),
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise Refused(_("This was stated already.")) from error
    close_tasks_about(
        safe, kind=INVENTORY if kind == StatementKind.INVENTORY else RECONCILE, outcome="done", by=by, at=at
    )
    make_task(
        owed=Owed(
            kind=COUNTERSIGN,
            about=made,
            title=_("Countersign: {what}, {safe}").format(what=made.get_kind_display(), safe=safe),
            reason=_("{who} signed it. A second person reads and countersigns it.").format(who=by),
            address=reverse("stock-statement", args=[made.pk]),
            act=_("Read and countersign"),
            role=Role.MEDICAL_DIRECTOR,
            due_at=at + WITHIN,
        ),
        site=safe.site,
        by=by,
        at=at,
    )
    note(target=made, kind=kind)
    return made


def _refuse_day(safe: Safe, kind: str, day: date, at: datetime) -> None:
    today = safe.site.today(at)
    if kind == StatementKind.INVENTORY and day != today:
        raise Refused(_("An inventory is of today."))
    if kind != StatementKind.RECONCILIATION:
        return
    if day >= today or (day + timedelta(days=1)).day != 1:
        raise Refused(_("Choose the last day of a month that is over."))
    if any(point.code != PointCode.NOT_COUNTED for point in open_points(safe, at)):
        raise Refused(
            _("Something is still open in this safe. Settle it first; then the month is reconciled.")
        )


@recorded("care.stock.countersigned")
def countersign(*, statement: StockStatement, by: Person, at: datetime) -> StockStatement:
    """A second person signs a statement as it stands; nobody countersigns their own."""
    if statement.by_id == by.pk:
        raise Refused(_("You signed it. Someone else countersigns."))
    waiting = StockStatement.objects.filter(pk=statement.pk, countersigned_at__isnull=True)
    if waiting.update(countersigned_by=by, countersigned_at=at) != 1:
        raise Refused(_("It is countersigned already."))
    statement.refresh_from_db()
    close_tasks_about(statement, kind=COUNTERSIGN, outcome="done", by=by, at=at)
    note(target=statement)
    return statement


@recorded("care.stock.reorder-point-set")
def set_reorder_point(*, point: ReorderPoint, by: Person, at: datetime) -> ReorderPoint:
    """Say below how many unopened containers of a presentation somebody is asked to order; an unsaved row."""
    saved, _made = ReorderPoint.objects.update_or_create(
        site=point.site,
        presentation=point.presentation,
        defaults={"title": point.title, "least": point.least},
    )
    note(target=saved, least=saved.least)
    return saved


def watch_stock(*, at: datetime) -> int:
    """The clock's turn: inventories and reconciliations that come due, stock that runs low. Each safe fails alone."""
    made = 0
    for safe in Safe.objects.select_related("site").order_by("pk"):
        try:
            made += _ask_for_inventory(safe, at) + _ask_for_reconciliation(safe, at)
        except Exception:  # one safe must not silence the others
            logger.exception("watch_stock:%s", safe.pk)
    for point in ReorderPoint.objects.select_related("site").order_by("pk"):
        made += _ask_to_order(point, at)
    return made


def _ask_for_inventory(safe: Safe, at: datetime) -> int:
    """On the first day with stock, then within the time that the law of the place gives."""
    if not Container.objects.filter(safe=safe).exclude(state=ContainerState.FINISHED).exists():
        return 0
    today = safe.site.today(at)
    newest = StockStatement.objects.filter(safe=safe, kind=StatementKind.INVENTORY).order_by("-day").first()
    limit = limit_of(load(), "inventory-again", today, safe.site.jurisdiction)
    if newest is not None and limit is None:
        return 0
    due = last_day(limit, newest.day) if newest is not None and limit is not None else today
    if due - AHEAD > today:
        return 0
    reason = (
        _("The last one was on {day} ({law}).").format(
            day=full_day_words(newest.day), law=limit.authority if limit else ""
        )
        if newest
        else _("The first one is taken on the first day with stock.")
    )
    return _ask(safe, INVENTORY, _("Take the inventory of {safe}").format(safe=safe), reason, due, at)


def _ask_for_reconciliation(safe: Safe, at: datetime) -> int:
    day = last_day_of_month_before(safe.site.today(at))
    if StockStatement.objects.filter(safe=safe, kind=StatementKind.RECONCILIATION, day=day).exists():
        return 0
    if not safe.entries.filter(stored_at__lt=_start_after(safe.site, day)).exists():
        return 0
    title = _("Reconcile {month}, {safe}").format(month=month_words(day), safe=safe)
    return _ask(safe, RECONCILE, title, _("Once a month, countersigned."), day + WITHIN, at)


def _start_after(site: Site, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=site.zone)


def _ask(safe: Safe, kind: str, title: str, reason: str, due: date, at: datetime) -> int:
    make_task(
        owed=Owed(
            kind=kind,
            about=safe,
            title=title,
            reason=reason,
            address=reverse("stock-statements", args=[safe.pk]),
            act=_("Open the statements"),
            role=Role.MEDICAL_DIRECTOR,
            due_at=_start_after(safe.site, due) - timedelta(minutes=1),
        ),
        site=safe.site,
        by=CLOCK,
        at=at,
    )
    return 1


def _ask_to_order(point: ReorderPoint, at: datetime) -> int:
    held = sealed_of(point)
    if held >= point.least:
        return close_tasks_about(point, kind=REORDER, outcome="done", by=CLOCK, at=at) and 0
    make_task(
        owed=Owed(
            kind=REORDER,
            about=point,
            title=_("Order {what}").format(what=point.title),
            reason=_("{held} unopened, at least {least} are kept.").format(held=held, least=point.least),
            address=reverse("stock"),
            act=_("Open the stock"),
            role=Role.MEDICAL_DIRECTOR,
            due_at=at + WITHIN,
        ),
        site=point.site,
        by=CLOCK,
        at=at,
    )
    return 1
