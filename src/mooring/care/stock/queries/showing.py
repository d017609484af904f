"""What the pages show: containers with their state in words, and lines of a ledger with who and whose."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mooring.care.patients.models import Patient
from mooring.care.stock.models import (
    Container,
    ContainerState,
    LedgerEntry,
    Safe,
    StockPolicy,
    WitnessRequest,
)
from mooring.care.stock.queries.standing import to_count
from mooring.care.treatments.models import DoseOrder
from mooring.identity.models import Site
from mooring.rules.ledger import CountedAs, LedgerKind
from mooring.sentences.ledger import amount_words, kind_words, ledger_number, volume_words
from mooring.sentences.times import day_words

EXPIRES_SOON = timedelta(days=60)
"""So long ahead a page says that something expires. A design default without a source."""
ORDERS_OF = timedelta(hours=24)
"""How far back an order is offered for a draw. A design default without a source."""


@dataclass(frozen=True)
class ShownContainer:
    """A container as a page lists it: its balance and other unit in words, and a mark for its state."""

    container: Container
    balance: str
    other: str
    mark: str
    state: str
    meta: str = ""


def shown_containers(safe: Safe, policy: StockPolicy, at: datetime) -> list[ShownContainer]:
    return [shown_container(each, policy, at) for each in to_count(safe)]


def shown_container(container: Container, policy: StockPolicy, at: datetime) -> ShownContainer:
    measure, site = container.lot.measure, container.safe.site
    mark, state = _state(container, policy, at)
    meta = ""
    if container.patient is not None:
        meta = _("{patient}: by prescription, for no one else").format(patient=container.patient)
    elif container.opened_at is not None and measure.counted == CountedAs.MASS:
        meta = _("opened {day}, use until {until}").format(
            day=day_words(site.today(container.opened_at)),
            until=day_words(site.today(container.opened_at + timedelta(days=policy.opened_days))),
        )
    return ShownContainer(
        container,
        amount_words(measure, container.balance),
        volume_words(measure, container.balance),
        mark,
        state,
        meta,
    )


def _state(container: Container, policy: StockPolicy, at: datetime) -> tuple[str, str]:
    today = container.safe.site.today(at)
    if container.locked:
        return "alert", _("Count differs")
    if container.lot.recalled_at is not None:
        return "refused", _("Recalled")
    if container.lot.expires_on < today:
        return "overdue", _("Expired")
    if container.state == ContainerState.QUARANTINED:
        return "hold", _("In quarantine")
    if container.state == ContainerState.FINISHED:
        return "void", _("Finished")
    if container.lot.expires_on <= today + EXPIRES_SOON:
        return "due", _("Expires {day}").format(day=day_words(container.lot.expires_on))
    if container.state == ContainerState.OPENED:
        return "planned", _("Opened")
    return "saved", _("Sealed")


@dataclass(frozen=True)
class ShownLine:
    """One line of a ledger: what came in or went out, the balance, by whom, whose, and the witness."""

    entry: LedgerEntry
    words: str
    incoming: str
    outgoing: str
    balance: str
    of_draw: str
    reversed: bool
    asked: WitnessRequest | None = None
    witness: WitnessRequest | None = None

    @property
    def waits(self) -> bool:
        return self.entry.needs_witness and self.witness is None and not self.reversed


def lines_with(entries: "QuerySet[LedgerEntry]") -> list[LedgerEntry]:
    rows = entries.select_related(
        "container__lot",
        "patient__person",
        "by",
        "note",
        "draw",
        "reverses",
        "reversed_by",
        "supplier",
        "dose",
    )
    return list(rows.prefetch_related("witness_requests__asked"))


def shown_lines(entries: "QuerySet[LedgerEntry]") -> list[ShownLine]:
    return [_line(entry) for entry in lines_with(entries)]


def _line(entry: LedgerEntry) -> ShownLine:
    measure = entry.container.lot.measure
    requests = list(entry.witness_requests.all())
    words = kind_words(entry.kind)
    if entry.kind == LedgerKind.REVERSAL and entry.reverses is not None:
        words = _("Reversed line {number}: {words}").format(
            number=entry.reverses.number, words=kind_words(entry.reverses.kind).lower()
        )
    if entry.kind == LedgerKind.BLIND_COUNT:
        words = _("Blind count: {amount}").format(amount=amount_words(measure, entry.amount))
    return ShownLine(
        entry=entry,
        words=words,
        incoming=ledger_number(measure, entry.change) if entry.change > 0 else "",
        outgoing=ledger_number(measure, -entry.change) if entry.change < 0 else "",
        balance=ledger_number(measure, entry.balance),
        of_draw=amount_words(measure, entry.amount) if entry.draw_id else "",
        reversed=hasattr(entry, "reversed_by"),
        asked=next((each for each in requests if each.answered_at is None), None),
        witness=next((each for each in requests if each.saw == "all"), None),
    )


def subjects_of(lines: Iterable[ShownLine]) -> list[str]:
    """Whose records a page of lines opens."""
    return [line.entry.subject_ref for line in lines if line.entry.subject_ref]


@dataclass(frozen=True)
class DrawAccount:
    """One draw as the strip shows it: drawn = given + wasted + returned + what is left."""

    draw: LedgerEntry
    drawn: str
    given: str
    wasted: str
    returned: str
    left: str
    left_parts: int
    lines: list[ShownLine] = field(default_factory=list)


def account_of(draw: LedgerEntry) -> DrawAccount:
    """What became of a draw, out of its lines."""
    measure = draw.container.lot.measure
    lines = shown_lines(LedgerEntry.objects.filter(Q(pk=draw.pk) | Q(draw=draw)).order_by("number"))
    sums = dict.fromkeys((LedgerKind.ADMINISTER, LedgerKind.WASTE, LedgerKind.RETURN), 0)
    for line in lines:
        if line.entry.draw_id and line.entry.kind in sums and not line.reversed:
            sums[LedgerKind(line.entry.kind)] += line.entry.amount
    left = 0 if hasattr(draw, "reversed_by") else draw.amount - sum(sums.values())
    return DrawAccount(
        draw,
        amount_words(measure, draw.amount),
        amount_words(measure, sums[LedgerKind.ADMINISTER]),
        amount_words(measure, sums[LedgerKind.WASTE]),
        amount_words(measure, sums[LedgerKind.RETURN]),
        amount_words(measure, left),
        left,
        lines,
    )


def usable(site: Site, at: datetime, *, product: str, patient: Patient) -> "QuerySet[Container]":
    """Containers that a draw for this patient may name; the opened ones first."""
    return (
        Container.objects.filter(safe__site=site, state__in=["sealed", "opened"], lot__product=product)
        .filter(Q(patient=None) | Q(patient=patient), locked=False, balance__gt=0)
        .filter(lot__recalled_at=None, lot__expires_on__gte=patient.site.today(at))
        .select_related("lot", "safe__site", "patient")
        .order_by("state", "lot__expires_on", "code")
    )


def draws_of(order: DoseOrder) -> list[DrawAccount]:
    draws = LedgerEntry.objects.filter(order=order, kind=LedgerKind.DRAW).select_related("container__lot")
    return [account_of(draw) for draw in draws.order_by("id")]


def found_containers(sites: Iterable[int], text: str) -> "QuerySet[Container]":
    """Containers whose number or lot begins with what stands on the label."""
    wanted = text.strip()
    if not wanted:
        return Container.objects.none()
    return (
        Container.objects.filter(Q(code__istartswith=wanted) | Q(lot__number__istartswith=wanted))
        .filter(safe__site__in=list(sites))
        .select_related("lot", "safe__site", "patient__person")
        .order_by("code")[:50]
    )


def orders_to_draw(site: Site, at: datetime) -> "QuerySet[DoseOrder]":
    """Signed orders of today for which a dose is being prepared or given, the oldest first."""
    return (
        DoseOrder.objects.filter(cycle__treatment__patient__site=site, withdrawn_at=None)
        .filter(cycle__phase__in=["ready", "dosing"], signed_at__gte=at - ORDERS_OF)
        .select_related("cycle__treatment__patient__person", "signed_by")
        .order_by("signed_at", "id")
    )
