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

from mooring.care.patients.models import Patient
from mooring.care.patients.queries import address_of
from mooring.care.stock.models import ClosedDay, Container, DrugRegistration, LedgerEntry, Safe
from mooring.care.stock.queries.showing import shown_lines
from mooring.rules.ledger import LedgerKind
from mooring.sentences.ledger import amount_words, kind_words, ledger_number, volume_words
from mooring.sentences.times import dated_moment_words, full_day_words
from mooring.work.moments import start_of

MOST_ROWS = 5000
TWO_YEARS = timedelta(days=730)
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
    only: tuple[str, int] | None = None
    """One container, lot or patient alone: its name in an address, and its key."""

    @property
    def query(self) -> str:
        """What an address adds for it."""
        return f"&{self.only[0]}={self.only[1]}" if self.only else ""

    def between(self) -> tuple[datetime, datetime]:
        site = self.safe.site
        return start_of(self.first, site.zone), start_of(self.last + timedelta(days=1), site.zone)

    @property
    def words(self) -> str:
        if self.first == self.last:
            return full_day_words(self.first)
        return _("{first} to {last}").format(first=full_day_words(self.first), last=full_day_words(self.last))


ONLY = {"container": "container", "lot": "container__lot"}


def _entries(asked: ReportDays) -> "QuerySet[LedgerEntry]":
    start, end = asked.between()
    lines = LedgerEntry.objects.filter(safe=asked.safe, at__gte=start, at__lt=end)
    if asked.only is not None:
        name, key = asked.only
        if name == "patient":
            lines = lines.filter(patient__in=Patient.objects.get(pk=key).records)
        else:
            lines = lines.filter(**{ONLY[name]: key})
    return lines.order_by("at", "id")


def running_balance(asked: ReportDays) -> StockReport:
    """Every line with the balance after it, each container for itself in the order of its lines."""
    in_order = _entries(asked).order_by("container__code", "container_id", "number")
    lines = shown_lines(in_order[:MOST_ROWS])
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
    without = [
        line.entry.patient for line in lines if line.entry.patient and not address_of(line.entry.patient)
    ]
    missing = _without_address(without, "21 CFR 1304.22(c)")
    return StockReport(
        "dispensing",
        _("Dispensing record"),
        asked.words,
        head,
        rows,
        [line.entry.subject_ref for line in lines if line.entry.patient_id],
        missing,
    )


def _without_address(patients: Sequence[Patient], law: str) -> tuple[str, ...]:
    """Whose address the law asks for and no one saved."""
    numbers = dict.fromkeys(patient.record_number for patient in patients)
    return tuple(
        _("{record}: no postal address is saved; {law} asks for it.").format(record=number, law=law)
        for number in numbers
    )


def _dispensed(asked: ReportDays, entry: LedgerEntry) -> tuple[str, ...]:
    lot, measure = entry.container.lot, entry.container.lot.measure
    whom = ""
    if entry.patient is not None:
        address = address_of(entry.patient) or _("address not recorded")
        whom = "; ".join((entry.patient.person.legal_name, address))
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


def uk_register(asked: ReportDays) -> StockReport:
    """Obtained and supplied, by class, with the fields of regulation 19; corrections are dated notes, never edits."""
    wanted = Q(kind=LedgerKind.RECEIVE) | Q(kind=LedgerKind.ADMINISTER) | Q(kind=LedgerKind.REVERSAL)
    lines = shown_lines(_entries(asked).filter(wanted)[:MOST_ROWS])
    rows = [_register_row(asked, line.entry, line.words) for line in lines]
    head = (
        _("Class, form, strength"), _("Date"), _("Obtained from, or supplied to"), _("Authority"),
        _("Obtained"), _("Supplied"), _("Collected by"), _("Note"), _("Entered by"),
    )  # fmt: skip
    missing = (
        _("Whether proof of identity was asked for is not recorded; the drug is given on the premises."),
    )
    without = [
        line.entry.patient for line in lines if line.entry.patient and not address_of(line.entry.patient)
    ]
    return StockReport(
        "uk-register",
        _("Controlled-drugs register (United Kingdom)"),
        asked.words,
        head,
        sorted(rows),
        [line.entry.subject_ref for line in lines if line.entry.patient_id],
        (*missing, *_without_address(without, _("regulation 19"))) if rows else (),
    )


def _register_row(asked: ReportDays, entry: LedgerEntry, words: str) -> tuple[str, ...]:
    lot, measure = entry.container.lot, entry.container.lot.measure
    obtained = entry.kind == LedgerKind.RECEIVE
    whom = f"{entry.supplier.name}, {entry.supplier.address}" if entry.supplier else ""
    if entry.patient is not None:
        address = address_of(entry.patient) or _("address not recorded")
        whom = f"{entry.patient.person.legal_name}, {address}"
    return (
        f"{lot.product}, {lot.title}",
        full_day_words(asked.safe.site.today(entry.at)),
        whom,
        _("dose order {number}").format(number=entry.order_id) if entry.order_id else "",
        amount_words(measure, entry.amount) if obtained else "",
        amount_words(measure, entry.amount) if entry.kind == LedgerKind.ADMINISTER else "",
        _("given on the premises") if entry.kind == LedgerKind.ADMINISTER else "",
        words if entry.kind == LedgerKind.REVERSAL else "",
        entry.by.legal_name,
    )


def form_41(asked: ReportDays) -> StockReport:
    """A work-sheet with the fields of DEA form 41 for stock that was destroyed, with both witnesses.

    What is left of a dose that was given at once is not on that form; it stands in the dispensing record.
    """
    lines = [
        line
        for line in shown_lines(_entries(asked).filter(kind=LedgerKind.DESTROY)[:MOST_ROWS])
        if not line.reversed
    ]
    rows = [
        (
            line.entry.container.lot.product,
            line.entry.container.lot.title,
            line.entry.container.lot.number,
            amount_words(line.entry.container.lot.measure, line.entry.container.whole),
            amount_words(line.entry.container.lot.measure, line.entry.amount),
            full_day_words(asked.safe.site.today(line.entry.at)),
            str(line.entry.get_method_display()),
            line.entry.by.legal_name,
            line.witness.asked.legal_name if line.witness else _("no witness yet"),
        )
        for line in lines
    ]
    head = (
        _("Substance"), _("Form and strength"), _("Lot"), _("In a full container"), _("Destroyed"), _("Date"),
        _("Method"), _("Witness 1"), _("Witness 2"),
    )  # fmt: skip
    missing = (
        _("The NDC is not recorded."),
        _("The place of destruction is not recorded."),
        *_registrant(asked),
    )
    return StockReport(
        "form-41",
        _("Work-sheet: destruction (fields of DEA form 41)"),
        asked.words,
        head,
        rows,
        [],
        missing if rows else (),
    )


def _losses_before(asked: ReportDays) -> int:
    """How many losses of the safe were recorded in the two years before."""
    return LedgerEntry.objects.filter(
        safe=asked.safe,
        kind=LedgerKind.LOSS,
        at__lt=asked.between()[0],
        at__gte=asked.between()[0] - TWO_YEARS,
    ).count()


def form_106(asked: ReportDays) -> StockReport:
    """A work-sheet for typing a loss into Theft Loss Reporting; paper is not accepted there."""
    lines = [
        line
        for line in shown_lines(_entries(asked).filter(kind=LedgerKind.LOSS)[:MOST_ROWS])
        if not line.reversed
    ]
    before = _losses_before(asked)
    rows = [
        (
            full_day_words(asked.safe.site.today(line.entry.stored_at)),
            line.entry.container.lot.product,
            line.entry.container.lot.title,
            line.entry.container.lot.number,
            amount_words(line.entry.container.lot.measure, line.entry.amount),
            line.entry.note.text if hasattr(line.entry, "note") else "",
            str(before + place),
        )
        for place, line in enumerate(lines)
    ]
    head = (
        _("Found on"), _("Substance"), _("Form and strength"), _("Lot"), _("Lost"), _("What was done"),
        _("Losses in the 24 months before"),
    )  # fmt: skip
    missing = (
        _("The NDC, the county and the purchase value are not recorded."),
        _("Whether the police were told, and the kind of theft or loss, are not recorded."),
        *_registrant(asked),
    )
    return StockReport(
        "form-106",
        _("Work-sheet: theft or loss (fields of DEA form 106)"),
        asked.words,
        head,
        rows,
        [],
        missing if rows else (),
    )


def _registrant(asked: ReportDays) -> tuple[str, ...]:
    if DrugRegistration.objects.filter(site=asked.safe.site).exists():
        return ()
    return (_("No registration of the site is recorded."),)


REPORTS: dict[str, tuple[object, Callable[[ReportDays], StockReport]]] = {
    "balance": (gettext_lazy("Running balance"), running_balance),
    "dispensing": (gettext_lazy("Dispensing record"), dispensing),
    "inventory": (gettext_lazy("Inventory"), inventory),
    "uk-register": (gettext_lazy("Controlled-drugs register (United Kingdom)"), uk_register),
    "form-41": (gettext_lazy("Destruction: work-sheet for DEA form 41"), form_41),
    "form-106": (gettext_lazy("Theft or loss: work-sheet for DEA form 106"), form_106),
}
