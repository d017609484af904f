"""Where a safe stands: its policy, what is not squared, who has to answer, what was not counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mooring.audit.prepared import Prepared
from mooring.care.stock.models import (
    Container,
    ContainerState,
    Discrepancy,
    DiscrepancyState,
    DoseGiven,
    LedgerEntry,
    Lot,
    Safe,
    SafeKey,
    StockPolicy,
    WitnessRequest,
)
from mooring.care.treatments.models import DoseOrder
from mooring.identity.models import Person, Site
from mooring.rules.ledger import LedgerKind
from mooring.work.moments import start_of

SMALLEST_OWED_MG = Decimal("0.001")
"""Less than a microgram of a dose is rounding, not a debt."""


def recalls_of(site: Site, product: str | OuterRef, number: str | OuterRef) -> "QuerySet[Lot]":
    """Recalled lots of the maker's number in the organisation of the site, whichever site entered it; oldest first."""
    same = Lot.objects.filter(site__organisation=site.organisation_id, product=product, number__iexact=number)
    return same.filter(recalled_at__isnull=False).order_by("recalled_at")


def policy_of(site: Site) -> StockPolicy:
    """The newest signed policy of the ledger; without one, the defaults of its fields, unsigned."""
    for row in NEWEST_POLICY.rows((site.pk,)):
        return StockPolicy(**dict(zip(POLICY_COLUMNS, row, strict=True)))
    return StockPolicy(site=site)


POLICY_COLUMNS = [field.attname for field in StockPolicy._meta.concrete_fields]
NEWEST_POLICY = Prepared(
    lambda keys, moments: (
        StockPolicy.objects.filter(site__in=keys).order_by("-id").values_list(*POLICY_COLUMNS)[:1]
    )
)


def keeps_ledger(site: Site) -> bool:
    """Whether the site keeps its controlled drugs here: it has a safe."""
    return Safe.objects.filter(site=site).exists()


def holds_key(person: Person, safe: Safe, at: datetime) -> bool:
    return bool(KEYS_HELD.rows((safe.pk, person.pk), at))


KEYS_HELD = Prepared(
    lambda keys, moments: (
        SafeKey.objects.filter(safe=keys[0], person=keys[1], since__lte=moments[0])
        .filter(Q(until__isnull=True) | Q(until__gt=moments[0]))
        .values_list("pk")
    )
)


@dataclass(frozen=True)
class ContainerStanding:
    """Where a container stands at this moment, as the database holds it."""

    locked: bool
    state: str
    opened_at: datetime | None
    balance: int
    last_number: int
    head: str


def standing_of(container: int) -> ContainerStanding:
    """Read it now, by the container's key."""
    return ContainerStanding(*STANDS.rows((container,))[0])


STANDS = Prepared(
    lambda keys, moments: Container.objects.filter(pk__in=keys).values_list(
        "locked", "state", "opened_at", "balance", "last_number", "head"
    )
)


def unsquared_draws(*, safe: Safe | None = None, order: DoseOrder | None = None) -> "QuerySet[LedgerEntry]":
    """Draws of which something is neither given, wasted nor returned; `left` says how much, in parts."""
    draws = LedgerEntry.objects.filter(kind=LedgerKind.DRAW, reversed_by__isnull=True)
    if safe is not None:
        draws = draws.filter(safe=safe)
    if order is not None:
        draws = draws.filter(order=order)
    newest = LedgerEntry.objects.filter(draw=OuterRef("pk")).order_by("-number").values("in_hand")[:1]
    return (
        draws.annotate(left=Coalesce(Subquery(newest), F("amount")))
        .filter(left__gt=0)
        .select_related("container__lot", "container__safe", "patient__person", "order__cycle", "by")
        .order_by("at", "id")
    )


def unwitnessed(safe: Safe) -> "QuerySet[LedgerEntry]":
    """Wastes that a second person has to sign and has not; a reversed one needs nobody any more."""
    return (
        LedgerEntry.objects.filter(safe=safe, needs_witness=True, reversed_by__isnull=True)
        .exclude(witness_requests__saw="all")
        .select_related("container__lot", "patient__person", "draw", "by")
        .order_by("at", "id")
    )


def open_requests(entries: Iterable[LedgerEntry]) -> dict[int, WitnessRequest]:
    """Who is asked to witness each of these entries and has not answered, by the entry's id."""
    asked = WitnessRequest.objects.filter(entry__in=list(entries), answered_at__isnull=True)
    return {request.entry_id: request for request in asked.select_related("asked")}


@dataclass(frozen=True)
class OwedDose:
    """A dose that was given while its draw is not recorded, or not wholly: `missing_mg` is what the ledger owes."""

    dose: DoseGiven
    missing_mg: Decimal


def covered_mg(dose: DoseGiven) -> Decimal:
    """How much of a dose the ledger's lines account for."""
    entries = LedgerEntry.objects.filter(
        dose=dose, kind=LedgerKind.ADMINISTER, reversed_by__isnull=True
    ).select_related("container__lot")
    return sum((entry.container.lot.measure.mg(entry.amount) for entry in entries), Decimal(0))


def owed_doses(site: Site, *, order: DoseOrder | None = None) -> list[OwedDose]:
    """Doses of the site that no draw accounts for, the oldest first."""
    if order is not None and not GIVEN_BY.rows((order.pk,)):
        return []  # the usual draw: before its dose
    doses = DoseGiven.objects.filter(
        order__cycle__treatment__patient__site=site, replaced_by__isnull=True, given_mg__gt=0
    ).select_related("order__cycle__treatment__patient__person")
    if order is not None:
        doses = doses.filter(order=order)
    entries = LedgerEntry.objects.filter(
        dose__in=doses, kind=LedgerKind.ADMINISTER, reversed_by__isnull=True
    ).select_related("container__lot")
    covered: dict[int, Decimal] = {}
    for entry in entries:
        key = entry.dose_id or 0
        covered[key] = covered.get(key, Decimal(0)) + entry.container.lot.measure.mg(entry.amount)
    owed = [OwedDose(dose, dose.given_mg - covered.get(dose.pk, Decimal(0))) for dose in doses.order_by("at")]
    return [each for each in owed if each.missing_mg >= SMALLEST_OWED_MG]


GIVEN_BY = Prepared(lambda keys, moments: DoseGiven.objects.filter(order__in=keys).values_list("pk"))


def drawn_mg(order: DoseOrder) -> Decimal:
    """How much was drawn for an order, whatever became of it."""
    draws = LedgerEntry.objects.filter(
        order=order, kind=LedgerKind.DRAW, reversed_by__isnull=True
    ).select_related("container__lot")
    return sum((draw.container.lot.measure.mg(draw.amount) for draw in draws), Decimal(0))


def undrawn_mg(order: DoseOrder) -> Decimal:
    """What of an ordered dose has to be drawn before it starts; nothing where the site's policy does not ask for it."""
    site = order.cycle.treatment.patient.site
    if not keeps_ledger(site) or not policy_of(site).must_draw:
        return Decimal(0)
    return max(order.dose_mg - drawn_mg(order), Decimal(0))


def open_discrepancies(safe: Safe) -> "QuerySet[Discrepancy]":
    return (
        Discrepancy.objects.filter(container__safe=safe)
        .exclude(state=DiscrepancyState.SETTLED)
        .select_related("container__lot", "count")
        .order_by("found_at")
    )


def to_count(safe: Safe) -> "QuerySet[Container]":
    """What a count of the safe has to name: everything that is not finished, quarantine included."""
    return (
        Container.objects.filter(safe=safe)
        .exclude(state=ContainerState.FINISHED)
        .select_related("lot", "patient__person")
        .order_by("lot__title", "lot__number", "code")
    )


def not_counted(safe: Safe, since: datetime) -> list[Container]:
    """Containers that nobody counted since then, or that moved after they were counted."""
    last: dict[int, tuple[int, bool]] = {}
    lines = (
        LedgerEntry.objects.filter(safe=safe)
        .filter(Q(kind=LedgerKind.BLIND_COUNT, stored_at__gte=since) | ~Q(change=0))
        .values_list("container_id", "number", "kind")
        .order_by("container_id", "-number")
    )
    for container, number, kind in lines.filter(container__state__in=["sealed", "opened", "quarantined"]):
        last.setdefault(container, (number, kind == LedgerKind.BLIND_COUNT))
    return [each for each in to_count(safe) if not last.get(each.pk, (0, False))[1]]


def day_of(site: Site, at: datetime) -> tuple[datetime, datetime]:
    """The site's day around a moment: from midnight to midnight on its own clock."""
    today = site.today(at)
    return start_of(today, site.zone), start_of(today + timedelta(days=1), site.zone)
