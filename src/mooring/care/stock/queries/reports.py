"""The reports of a safe as tables: each a head and rows of plain values, for a page and for a file alike.

The dispensing record has the fields of 21 CFR 1304.22(c); what the record cannot answer is named as missing, never
left blank. The inventory follows 21 CFR 1304.11: everything on hand, quarantine and expired stock included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.stock.models import ClosedDay, Container, DrugRegistration, LedgerEntry, Safe
from mooring.care.stock.queries.showing import shown_lines
from mooring.rules.ledger import LedgerKind
from mooring.sentences.ledger import amount_words, kind_words, ledger_number, volume_words
from mooring.sentences.times import dated_moment_words, full_day_words

MOST_ROWS = 5000
DISPOSALS = (LedgerKind.WASTE, LedgerKind.DESTROY, LedgerKind.LOSS)


@dataclass(frozen=True)
class StockReport:
    """A table with its name, what it covers, and whose records it opens."""

    name: str
    title: str
    covers: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    subjects: list[str] = field(default_factory=list)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportDays:
    """From which day to which, both included, on the safe's own clock."""

    safe: Safe
    first: date
    last: date

    def between(self) -> tuple[datetime, datetime]:
        zone = self.safe.site.zone
        start = datetime.combine(self.first, datetime.min.time(), tzinfo=zone)
        return start, datetime.combine(self.last + timedelta(days=1), datetime.min.time(), tzinfo=zone)

    @property
    def words(self) -> str:
        if self.first == self.last:
            return full_day_words(self.first)
        return _("{first} to {last}").format(first=full_day_words(self.first), last=full_day_words(self.last))


def _entries(asked: ReportDays) -> "QuerySet[LedgerEntry]":
    start, end = asked.between()
    return LedgerEntry.objects.filter(safe=asked.safe, at__gte=start, at__lt=end).order_by("at", "id")


def running_balance(asked: ReportDays) -> StockReport:
    """Every line with the balance after it."""
    lines = shown_lines(_entries(asked)[:MOST_ROWS])
    rows = [
        (
            dated_moment_words(line.entry.at, asked.safe.site.zone),
            line.entry.container.code,
            str(line.entry.number),
            line.words,
            line.of_draw,
            line.incoming,
            line.outgoing,
            line.balance,
            line.entry.patient.record_number if line.entry.patient else "",
            line.entry.by.legal_name,
            line.witness.asked.legal_name if line.witness else (_("no witness") if line.waits else ""),
            _("late") if line.entry.late else "",
        )
        for line in lines
    ]
    head = (
        _("When"), _("Container"), _("Line"), _("Entry"), _("Of a draw"), _("In"), _("Out"), _("Balance"),
        _("Record"), _("By"), _("Witness"), _("Recorded"),
    )  # fmt: skip
    subjects = [line.entry.subject_ref for line in lines if line.entry.patient_id]
    return StockReport("balance", _("Running balance"), asked.words, head, rows, subjects)


def dispensing(asked: ReportDays) -> StockReport:
    """What was given to whom: the record of 21 CFR 1304.22(c), with disposals by date and manner."""
    wanted = Q(kind=LedgerKind.ADMINISTER) | Q(kind__in=DISPOSALS) | Q(kind=LedgerKind.RECEIVE)
    lines = [line for line in shown_lines(_entries(asked).filter(wanted)[:MOST_ROWS]) if not line.reversed]
    rows = [_dispensed(asked, line.entry) for line in lines]
    head = (
        _("Date"), _("Substance"), _("Form and strength"), _("In a full container"), _("Container"), _("Entry"),
        _("Quantity"), _("Volume"), _("Patient, or supplier with number"), _("By"), _("Manner of disposal"),
    )  # fmt: skip
    missing = (_("The record holds no postal address of patients; 21 CFR 1304.22(c) asks for it."),)
    return StockReport(
        "dispensing",
        _("Dispensing record"),
        asked.words,
        head,
        rows,
        [line.entry.subject_ref for line in lines if line.entry.patient_id],
        missing if any(line.entry.patient_id for line in lines) else (),
    )


def _dispensed(asked: ReportDays, entry: LedgerEntry) -> tuple[str, ...]:
    lot, measure = entry.container.lot, entry.container.lot.measure
    whom = ""
    if entry.patient is not None:
        whom = "; ".join((entry.patient.person.legal_name, _("address not recorded")))
    elif entry.supplier is not None:
        whom = "; ".join((entry.supplier.name, entry.supplier.address, entry.supplier.number))
    return (
        full_day_words(asked.safe.site.today(entry.at)),
        lot.product,
        lot.title,
        amount_words(measure, entry.container.whole),
        entry.container.code,
        kind_words(entry.kind),
        amount_words(measure, entry.amount),
        volume_words(measure, entry.amount),
        whom,
        entry.by.legal_name,
        str(entry.get_method_display()),
    )


def inventory(asked: ReportDays) -> StockReport:
    """What was on hand at the close of the last day, container by container, as its ledger says."""
    _start, end = asked.between()
    newest = LedgerEntry.objects.filter(container=OuterRef("pk"), stored_at__lt=end).order_by("-number")
    held = (
        Container.objects.annotate(
            then=Subquery(newest.values("balance")[:1]), stood_in=Subquery(newest.values("safe")[:1])
        )
        .filter(stood_in=asked.safe.pk, then__gt=0)
        .select_related("lot", "patient")
        .order_by("lot__title", "code")
    )
    closed = ClosedDay.objects.filter(safe=asked.safe, day=asked.last).select_related("by").first()
    registration = DrugRegistration.objects.filter(site=asked.safe.site).order_by("-expires_on").first()
    rows = [_on_hand(asked, each) for each in held]
    head = (
        _("Substance"), _("Form and strength"), _("Container"), _("Lot"), _("Use by"), _("Expired"),
        _("Full"), _("On hand"), _("Volume"),
    )  # fmt: skip
    missing = []
    if closed is None:
        missing.append(
            _("The day was not closed, so no count was signed. The figures are those of the ledger.")
        )
    if registration is None:
        missing.append(_("No registration of the site is recorded."))
    return StockReport(
        "inventory",
        _("Inventory at the close of business"),
        _("{day}; {who}").format(
            day=full_day_words(asked.last), who=closed.by.legal_name if closed else _("not closed")
        ),
        head,
        rows,
        missing=tuple(missing),
    )


def _on_hand(asked: ReportDays, container: Any) -> tuple[str, ...]:
    lot = container.lot
    return (
        lot.product,
        lot.title,
        container.code,
        lot.number,
        full_day_words(lot.expires_on),
        _("expired") if lot.expires_on < asked.last else "",
        amount_words(lot.measure, container.whole),
        ledger_number(lot.measure, container.then),
        volume_words(lot.measure, container.then),
    )


REPORTS: dict[str, tuple[object, Callable[[ReportDays], StockReport]]] = {
    "balance": (gettext_lazy("Running balance"), running_balance),
    "dispensing": (gettext_lazy("Dispensing record"), dispensing),
    "inventory": (gettext_lazy("Inventory"), inventory),
}
