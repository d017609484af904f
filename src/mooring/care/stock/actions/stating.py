"""Inventories and monthly reconciliations: signed, countersigned by another; and when stock is ordered again."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.digests import digest_of
from mooring.audit.recording import note, recorded
from mooring.care.stock.models import ReorderPoint, Safe, StatementKind, StockStatement
from mooring.care.stock.queries.open_points import open_points
from mooring.care.stock.queries.stating import figures_of
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.ledger import PointCode
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task

COUNTERSIGN, INVENTORY, RECONCILE = "stock-countersign", "stock-inventory", "stock-reconcile"
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
