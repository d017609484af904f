"""A month of the ledger in the demonstration: deliveries, every dose drawn and accounted for, days closed, and today's open ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import partial

from mooring.care.papers.actions import save_practice
from mooring.care.papers.models import PracticeDetails
from mooring.care.sessions.models import LogEntry
from mooring.care.stock import actions
from mooring.care.stock.models import (
    Container,
    ContainerState,
    CountKind,
    DrugRegistration,
    InventoryMoment,
    LedgerEntry,
    ReorderPoint,
    Safe,
    StatementKind,
    StockPolicy,
    Supplier,
    WasteMethod,
    WitnessRequest,
)
from mooring.care.stock.queries import to_count, unsquared_draws
from mooring.content.loader import load
from mooring.demonstration.staff import QUAY, Staff
from mooring.identity.models import Person, Site
from mooring.rules.session_entry import EntryKind

A_MONTH = timedelta(days=30)
DAYS_CLOSED = 4
TENTH_ML = Decimal("0.1")
KETAMINE, DEVICE = "KETAMINE-50@1", "ESKETAMINE-DEVICE-28@1"
SHAPES = ("infusion", "devices")
FIRST_LOTS = {KETAMINE: 4417, DEVICE: 2681}
"""Each delivery is the next lot."""
DRAWS, WITNESSES, DIRECTS = "Jonas Lind", "Leila Haddad", "Amara Nwosu"


def tell_stock_life(staff: Staff, now: datetime) -> None:
    """Set up the safe a month ago, then tell every dose of the month in the order in which it happened."""
    site, directs = staff.sites[QUAY], staff.people[DIRECTS]
    doses = list(
        LogEntry.objects.filter(
            session__order__shape__in=SHAPES,
            kind=EntryKind.DOSING_ENDED,
            corrected_by=None,
            session__patient__site=site,
            at__gte=now - A_MONTH,
            at__lt=now - timedelta(minutes=10),
        )
        .select_related("session__order__cycle__treatment__patient__site", "session__patient__site")
        .order_by("at", "id")
    )
    since = now - A_MONTH - timedelta(hours=4)
    safe = _safe(staff, since)
    _deliver(safe, KETAMINE, "4402A", 4, staff.people[DRAWS], since + timedelta(hours=1), days=45)
    _first_inventory(safe, staff.people[DRAWS], directs, since + timedelta(hours=2))
    stock = Stock(safe, staff.people[DRAWS], staff.people[WITNESSES])
    days = sorted({site.today(dose.at) for dose in doses})
    for place, day in enumerate(days):
        stock.tell([dose for dose in doses if site.today(dose.at) == day], unseen=doses[-1])
        if day != site.today(now) and place >= len(days) - DAYS_CLOSED:
            stock.close(datetime.combine(day, site.closes_at, tzinfo=site.zone))
    _papers_of(site, directs, now)


def _papers_of(site: Site, directs: Person, now: datetime) -> None:
    """The registration, the letterhead, and below how many vials somebody orders."""
    actions.add_registration(
        registration=DrugRegistration(
            site=site,
            holder="Elm Quay",
            address="12 Example Quay, Portland, OR",
            number="BE0000000",
            schedules="III, IV",
            expires_on=(now + timedelta(days=200)).date(),
        ),
        by=directs,
        at=now - timedelta(minutes=5),
    )
    save_practice(
        details=PracticeDetails(
            site=site,
            legal_name="Elm Quay",
            address_1="12 Example Quay",
            city="Portland",
            region="OR",
            postcode="97200",
        ),
        by=directs,
        at=now - timedelta(minutes=5),
    )
    actions.set_reorder_point(
        point=ReorderPoint(site=site, presentation=KETAMINE, title="Ketamine 50 mg/mL", least=4),
        by=directs,
        at=now - timedelta(minutes=5),
    )


def _safe(staff: Staff, at: datetime) -> Safe:
    site, directs = staff.sites[QUAY], staff.people[DIRECTS]
    safe = actions.add_safe(
        safe=Safe(site=site, name="Safe A", place="Medicine room, second floor"), by=directs, at=at
    )
    for name in (DRAWS, WITNESSES):
        actions.give_key(safe=safe, person=staff.people[name], by=directs, at=at)
    actions.add_supplier(
        supplier=Supplier(
            site=site, name="Harbour Wholesale", address="1 Example Dock, Portland, OR", number="RH0000000"
        ),
        by=directs,
        at=at,
    )
    actions.sign_stock_policy(policy=StockPolicy(site=site), by=directs, at=at)
    return safe


def _first_inventory(safe: Safe, by: Person, directs: Person, at: datetime) -> None:
    """On the first day with stock: stated by one, countersigned by another."""
    statement = actions.state(
        safe=safe, kind=StatementKind.INVENTORY, day=safe.site.today(at), moment=InventoryMoment.CLOSING, exact=True,
        by=by, at=at,
    )  # fmt: skip
    actions.countersign(statement=statement, by=directs, at=at + timedelta(minutes=5))


def _deliver(
    safe: Safe, presentation: str, lot: str, count: int, by: Person, at: datetime, *, days: int
) -> list[Container]:
    delivered = actions.Delivered(
        presentation=load().presentations[presentation],
        lot_number=lot,
        expires_on=(at + timedelta(days=days)).date(),
        containers=count,
        on_paper=count,
    )
    return actions.receive(
        safe=safe,
        delivered=delivered,
        supplier=Supplier.objects.get(site=safe.site),
        happened_at=at,
        by=by,
        at=at,
    )


class Stock:
    """Tells the doses of a safe, one after the other."""

    def __init__(self, safe: Safe, drawer: Person, witness: Person) -> None:
        self.safe, self.drawer, self.witness = safe, drawer, witness
        self.next_lot = dict(FIRST_LOTS)

    def tell(self, doses: list[LogEntry], *, unseen: LogEntry) -> None:
        """A day: each dose drawn an hour before it ended, booked at its end, its rest wasted; step by step in time.

        The waste of `unseen` waits for its witness.
        """
        steps: list[tuple[datetime, int, Callable[[], None]]] = []
        for place, ended in enumerate(doses):
            witnessed = ended.pk != unseen.pk
            steps += [
                (ended.at - timedelta(minutes=60), place, partial(self._draws, ended)),
                (ended.at, place, partial(self._book, ended)),
                (ended.at + timedelta(minutes=5), place, partial(self._rest, ended, witnessed)),
            ]
        for _at, _place, step in sorted(steps, key=lambda step: step[:2]):
            step()

    def _draws(self, ended: LogEntry) -> None:
        order, at = ended.session.order, ended.at - timedelta(minutes=60)
        if order.shape == "devices":
            for _ in range(int(order.ordered.quantity.count or 0)):
                self._draw(self.container(DEVICE, 1, at), 1, ended, at)
            return
        vial = self.container(KETAMINE, int((order.dose_mg + 5) * 1000), at - timedelta(minutes=10))
        measure = vial.lot.measure
        volume = order.dose_mg / (measure.strength_mg_per_ml or Decimal(1))
        self._draw(vial, measure.parts_of_ml(volume.quantize(TENTH_ML, ROUND_CEILING)), ended, at)

    def _book(self, ended: LogEntry) -> None:
        order = ended.session.order
        actions.book_dose(
            order=order,
            given_mg=order.dose_mg,
            key=ended.key,
            corrects=None,
            happened_at=ended.at,
            by=self.drawer,
            at=ended.at,
        )

    def _rest(self, ended: LogEntry, witnessed: bool) -> None:
        for draw in unsquared_draws(order=ended.session.order):
            self._waste(draw, draw.left, ended.at + timedelta(minutes=5), witnessed)  # type: ignore[attr-defined]

    def _draw(self, container: Container, parts: int, ended: LogEntry, at: datetime) -> None:
        order = ended.session.order
        actions.draw(
            container=container,
            amount=parts,
            order=order,
            patient=order.cycle.treatment.patient,
            emergency=False,
            text="",
            happened_at=at,
            by=self.drawer,
            at=at,
        )

    def _waste(self, draw: LedgerEntry, parts: int, at: datetime, witnessed: bool) -> None:
        entry = actions.waste(
            draw=draw,
            amount=parts,
            method=WasteMethod.POUCH,
            witness=self.witness,
            device="",
            text="",
            happened_at=at,
            by=self.drawer,
            at=at,
        )
        if witnessed:
            request = WitnessRequest.objects.select_related("entry__safe__site", "asked").get(entry=entry)
            actions.answer_witness(
                request=request,
                saw="all",
                saw_amount=None,
                words="",
                device="",
                by=self.witness,
                at=at + timedelta(minutes=3),
            )

    def container(self, presentation: str, parts: int, at: datetime) -> Container:
        """The opened one if it holds enough, else a sealed one; when none is left, a delivery of a lot of its own."""
        held = Container.objects.filter(
            safe=self.safe,
            lot__presentation=presentation,
            state__in=[ContainerState.OPENED, ContainerState.SEALED],
            balance__gte=parts,
        ).select_related("lot", "safe__site")
        found = held.order_by("state", "pk").first()
        if found is None:
            lot = f"{self.next_lot[presentation]}B"
            _deliver(self.safe, presentation, lot, 6, self.drawer, at, days=480)
            self.next_lot[presentation] += 1
            found = held.order_by("state", "pk").first()
        if found is None:
            raise LookupError("a delivery holds a container that is full enough")
        return found

    def close(self, at: datetime) -> None:
        """Two people count at closing, and the day is closed."""
        count = actions.start_count(
            safe=self.safe, kind=CountKind.CLOSING, container=None, by=self.drawer, at=at
        )
        counted = {container.pk: container.balance for container in to_count(self.safe)}
        for person in (self.drawer, self.witness):
            actions.submit_count(count=count, counted=counted, by=person, at=at + timedelta(minutes=4))
        actions.close_day(safe=self.safe, by=self.drawer, at=at + timedelta(minutes=8))
