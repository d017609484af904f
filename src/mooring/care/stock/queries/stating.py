"""The figures of an inventory and of a reconciled month, as rows of text; and how much of a presentation is left."""

from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from mooring.care.stock.models import Container, LedgerEntry, ReorderPoint, Safe, StatementKind
from mooring.care.stock.queries.reports import ReportDays, inventory
from mooring.rules.ledger import LedgerKind, StockMeasure
from mooring.sentences.ledger import amount_words
from mooring.work.moments import start_of

COLUMNS = (
    LedgerKind.RECEIVE,
    LedgerKind.DRAW,
    LedgerKind.WASTE,
    LedgerKind.RETURN,
    LedgerKind.DESTROY,
    LedgerKind.LOSS,
)


def last_day_of_month_before(day: date) -> date:
    """The last day of the month before.

    >>> last_day_of_month_before(date(2026, 3, 12))
    datetime.date(2026, 2, 28)
    """
    return day.replace(day=1) - timedelta(days=1)


def head_of_statement(kind: str) -> tuple[str, ...]:
    """The names of the columns."""
    if kind == StatementKind.INVENTORY:
        return (
            _("Substance"), _("Form and strength"), _("Container"), _("Lot"), _("Use by"), _("Expired"),
            _("Full"), _("On hand"), _("Volume"),
        )  # fmt: skip
    return (
        _("Form and strength"), _("Opening"), _("Received"), _("Drawn"), _("Wasted"), _("Returned"),
        _("Destroyed"), _("Lost"), _("Other"), _("Closing"),
    )  # fmt: skip


def figures_of(safe: Safe, kind: str, day: date) -> list[list[str]]:
    """Rows of a statement: every container on hand, or one row a presentation for a month."""
    if kind == StatementKind.INVENTORY:
        return [list(row) for row in inventory(ReportDays(safe, day, day)).rows]
    first, after = (start_of(each, safe.site.zone) for each in (day.replace(day=1), day + timedelta(days=1)))
    return [_month_row(safe, title, measure, first, after) for title, measure in _presentations(safe, after)]


def _presentations(safe: Safe, before: datetime) -> list[tuple[str, StockMeasure]]:
    held = Container.objects.filter(entries__safe=safe, entries__stored_at__lt=before).select_related("lot")
    return sorted({container.lot.title: container.lot.measure for container in held.distinct()}.items())


def _month_row(safe: Safe, title: str, measure: StockMeasure, first: datetime, after: datetime) -> list[str]:
    """Opening, what came and went by kind, and closing: the sum of the row is the sum of the lines."""
    lines = LedgerEntry.objects.filter(safe=safe, container__lot__title=title)
    month = lines.filter(stored_at__gte=first, stored_at__lt=after)
    opening = lines.filter(stored_at__lt=first).aggregate(sum=Sum("change"))["sum"] or 0
    by_kind = {row["kind"]: row["sum"] for row in month.values("kind").annotate(sum=Sum("change"))}
    closing = opening + sum(by_kind.values())
    other = sum(change for kind, change in by_kind.items() if kind not in COLUMNS)
    moved = [by_kind.get(kind, 0) for kind in COLUMNS]
    return [title, *(amount_words(measure, parts) for parts in (opening, *moved, other, closing))]


def sealed_of(point: ReorderPoint) -> int:
    """How many unopened containers of a presentation the site holds that are not recalled or assigned to a patient."""
    held = Container.objects.filter(
        safe__site=point.site, lot__presentation=point.presentation, state="sealed", patient=None
    )
    return held.filter(lot__recalled_at=None).count()
