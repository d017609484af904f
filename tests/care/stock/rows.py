"""A safe with vials, and what happens to them, for tests that begin in the middle."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from mooring.care.stock import actions
from mooring.care.stock.models import (
    BlindCount,
    Container,
    CountKind,
    DoseGiven,
    LedgerEntry,
    Lot,
    Safe,
    StockPolicy,
    Supplier,
    WasteMethod,
)
from mooring.care.stock.queries import to_count
from mooring.care.stock.queries.folding import faults_in, lines_of
from mooring.care.treatments.models import DoseOrder, Phase
from mooring.content.loader import load
from mooring.identity.models import Person
from mooring.rules.ledger import LedgerKind, LedgerLine, LedgerWrong
from tests.care.treatments.rows import cycle_in, live_order, signed_treatment
from tests.people import NOW, Cast
from tests.told import told

EXPIRES = date(2028, 3, 31)


def mg(amount: object) -> int:
    """Milligrams as the ledger's parts."""
    return int(Decimal(str(amount)) * 1000)


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@told
def safe_of(cast: Cast, name: str = "Safe A") -> Safe:
    """A safe whose keys the director and both monitors hold."""
    safe = actions.add_safe(
        safe=Safe(site=cast.site, name=name, place="Medicine room"), by=cast.director, at=minute(-60)
    )
    for person in (cast.monitor, cast.second_monitor):
        actions.give_key(safe=safe, person=person, by=cast.director, at=minute(-60))
    return safe


@told
def supplier_of(cast: Cast) -> Supplier:
    found = Supplier.objects.filter(site=cast.site).first()
    return found or actions.add_supplier(
        supplier=Supplier(
            site=cast.site, name="Harbour Wholesale", address="1 Dock Street, Portland OR", number="RH0000001"
        ),
        by=cast.director,
        at=minute(-60),
    )


@told
def vials(
    cast: Cast,
    safe: Safe,
    count: int = 1,
    lot: str = "4417B",
    presentation: str = "KETAMINE-50@1",
    expires_on: date = EXPIRES,
    at: datetime | None = None,
) -> list[Container]:
    """So many sealed vials of 500 mg, received an hour ago."""
    delivered = actions.Delivered(
        presentation=load().presentations[presentation],
        lot_number=lot,
        expires_on=expires_on,
        containers=count,
        on_paper=count,
    )
    when = at or minute(-50)
    return actions.receive(
        safe=safe, delivered=delivered, supplier=supplier_of(cast), happened_at=when, by=cast.monitor, at=when
    )


@told
def devices(cast: Cast, safe: Safe, count: int, patient: object = None) -> Container:
    """A box of devices of 28 mg, as the tables hold one."""
    lot, _made = Lot.objects.get_or_create(
        site=cast.site,
        presentation="ESKETAMINE-28@1",
        number="26C081",
        defaults={
            "product": "esketamine",
            "title": "Esketamine device 28 mg",
            "expires_on": EXPIRES,
            "counted": "pieces",
            "mg_a_piece": Decimal(28),
        },
    )
    box = Container.objects.create(
        safe=safe,
        lot=lot,
        code=f"26C081-{lot.containers.count() + 1}",
        whole=count,
        patient=patient,  # type: ignore[misc]
    )
    actions.adjust(
        container=box, amount=count, reason="First count of the box.", by=cast.director, at=minute(-40)
    )
    return box


@told
def order_of(cast: Cast, at: datetime = NOW) -> DoseOrder:
    """36 mg of racemic ketamine for the patient of the cast, signed half an hour ago."""
    return live_order(
        cast, cycle_in(Phase.READY, signed_treatment(cast, at=at)), at=at - timedelta(minutes=30)
    )


@told
def drawn(
    cast: Cast,
    vial: Container,
    order: DoseOrder | None,
    amount: object = 50,
    by: Person | None = None,
    at: datetime | None = None,
    **changed: object,
) -> LedgerEntry:
    given: dict[str, object] = {"emergency": False, "text": "", "happened_at": at or minute(1)}
    return actions.draw(
        container=Container.objects.select_related("lot", "safe__site").get(pk=vial.pk),
        amount=mg(amount),
        order=order,
        patient=cast.patient,
        by=by or cast.monitor,
        at=at or minute(1),
        **{**given, **changed},  # type: ignore[arg-type]
    )


@told
def given(
    cast: Cast, order: DoseOrder, amount: object = 36, key: UUID | None = None, corrects: UUID | None = None
) -> DoseGiven | None:
    return actions.book_dose(
        order=order,
        given_mg=Decimal(str(amount)),
        key=key or uuid4(),
        corrects=corrects,
        happened_at=minute(45),
        by=cast.monitor,
        at=minute(45),
    )


@told
def wasted(
    cast: Cast,
    draw: LedgerEntry,
    amount: object = 14,
    witness: Person | None = None,
    by: Person | None = None,
    device: str = "the monitor's tablet",
) -> LedgerEntry:
    return actions.waste(
        draw=LedgerEntry.objects.select_related("container__lot", "container__safe__site", "safe__site").get(
            pk=draw.pk
        ),
        amount=mg(amount),
        method=WasteMethod.POUCH,
        witness=witness or cast.second_monitor,
        device=device,
        text="",
        happened_at=minute(50),
        by=by or cast.monitor,
        at=minute(50),
    )


@told
def counted(
    cast: Cast, safe: Safe, kind: str = CountKind.CLOSING, at: datetime | None = None, **differs: int
) -> BlindCount:
    """Both monitors count; every container holds what its ledger says, but for the codes named (parts)."""
    when = at or minute(120)
    count = actions.start_count(safe=safe, kind=kind, container=None, by=cast.monitor, at=when)
    amounts = {each.pk: differs.get(each.code.replace("-", "_"), each.balance) for each in to_count(safe)}
    for person in (cast.monitor, cast.second_monitor):
        actions.submit_count(count=count, counted=amounts, by=person, at=when)
    return BlindCount.objects.get(pk=count.pk)


@told
def policy(cast: Cast, **fields: object) -> StockPolicy:
    return actions.sign_stock_policy(
        policy=StockPolicy(site=cast.site, **fields), by=cast.director, at=minute(-55)
    )


def line_of(vial: Container, kind: LedgerKind) -> LedgerEntry:
    return LedgerEntry.objects.filter(container=vial, kind=kind).latest("number")


def lines_in(container: Container) -> list[LedgerLine]:
    return lines_of(Container.objects.filter(pk=container.pk))[container.pk]


def fault_in(container: Container) -> LedgerWrong | None:
    """What is wrong with the ledger of a container that the day's closing would look at."""
    return faults_in(container.safe, since=NOW - timedelta(days=30)).get(container.pk)
