"""Receiving a delivery, moving containers, quarantine, destruction and loss."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit.recording import note, recorded
from mooring.care.patients.models import Patient
from mooring.care.stock.actions.lines import NewLine
from mooring.care.stock.actions.witnessing import ask_witness
from mooring.care.stock.models import Container, ContainerState, LedgerEntry, Lot, Safe, Supplier, WasteMethod
from mooring.care.stock.queries import holds_key
from mooring.content.schema.presentations import Presentation
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.ledger import CountedAs, LedgerKind, StockMeasure
from mooring.rules.verdict import Refused
from mooring.sentences.times import day_words
from mooring.work.actions import Owed, make_task

ANSWER_DELIVERY_WITHIN = timedelta(days=1)
"""How soon a delivery that differs from its papers is clarified. A design default without a source."""
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Delivered:
    """One line of a delivery: what arrived of one lot, and how many the papers say.

    A device is a container of one piece.
    """

    presentation: Presentation
    lot_number: str
    expires_on: date
    containers: int
    on_paper: int
    patient: Patient | None = None


@recorded("care.stock.received")
def receive(
    *, safe: Safe, delivered: Delivered, supplier: Supplier, happened_at: datetime, by: Person, at: datetime
) -> list[Container]:
    """Take a delivery into the safe: a container and a first line for each that arrived."""
    refuse_without_key(by, safe, at)
    if not 0 < delivered.containers <= MOST_AT_ONCE:
        raise Refused(_("Enter how many containers arrived, from 1 to {most}.").format(most=MOST_AT_ONCE))
    lot, whole = _lot_of(safe, delivered)
    if delivered.expires_on < safe.site.today(at):
        raise Refused(_("This lot is out of date. Return it to the supplier."))
    first = lot.containers.count()
    made = []
    for number in range(first + 1, first + delivered.containers + 1):
        container = Container.objects.create(
            safe=safe,
            lot=lot,
            code=f"{lot.number}-{str(number).zfill(2)}",
            patient=delivered.patient,
            whole=whole,
        )
        NewLine(
            container=container,
            kind=LedgerKind.RECEIVE,
            amount=whole,
            supplier=supplier,
            patient=delivered.patient,
            by=by,
            at=at,
            happened_at=happened_at,
        ).store()
        made.append(container)
    note(target=lot, containers=len(made), on_paper=delivered.on_paper)
    if delivered.on_paper != delivered.containers:
        _ask_about_delivery(safe, lot, delivered, by=by, at=at)
    return made


def _lot_of(safe: Safe, delivered: Delivered) -> tuple[Lot, int]:
    """The lot, made when it is new, and what a full container of it holds; a known lot keeps its expiry."""
    item = delivered.presentation
    number = delivered.lot_number.strip()
    if not number:
        raise Refused(_("Enter the lot number."))
    measure = _measure_of(item)
    lot, made = Lot.objects.get_or_create(
        site=safe.site,
        presentation=item.key,
        number=number,
        defaults={
            "product": item.product,
            "title": item.title,
            "expires_on": delivered.expires_on,
            "counted": measure.counted,
            "strength_mg_per_ml": measure.strength_mg_per_ml,
            "mg_a_piece": measure.mg_a_piece,
            "one_patient": item.one_patient,
        },
    )
    if not made and lot.expires_on != delivered.expires_on:
        raise Refused(
            _("Lot {number} is saved with the date {day}. Check the label; one of the two is wrong.").format(
                number=number, day=day_words(lot.expires_on)
            )
        )
    if lot.recalled_at is not None:
        raise Refused(_("This lot was recalled. Do not take it in."))
    whole = 1 if item.volume_ml is None else measure.parts_of_ml(item.volume_ml)
    return lot, whole


def _measure_of(item: Presentation) -> StockMeasure:
    """A liquid is kept by its mass, a device by the piece; a pharmacy's product says its strength on each label."""
    if item.strength_mg_per_ml is not None:
        return StockMeasure(CountedAs.MASS, item.strength_mg_per_ml)
    if item.mg_each is None:
        raise Refused(
            _(
                "{name} has another strength on each label. Take in only what the pack gives a strength."
            ).format(name=item.title)
        )
    return StockMeasure(CountedAs.PIECES, mg_a_piece=item.mg_each)


def _ask_about_delivery(safe: Safe, lot: Lot, delivered: Delivered, *, by: Person, at: datetime) -> None:
    make_task(
        owed=Owed(
            kind="stock-delivery",
            about=lot,
            title=_("Clarify a delivery that differs from its papers"),
            reason=ngettext(
                "The papers say {paper}, {n} container arrived.",
                "The papers say {paper}, {n} containers arrived.",
                delivered.containers,
            ).format(n=delivered.containers, paper=delivered.on_paper),
            address=reverse("lot", args=[lot.pk]),
            act=_("Open the lot"),
            role=Role.MEDICAL_DIRECTOR,
            due_at=at + ANSWER_DELIVERY_WITHIN,
            escalate_at=at + ANSWER_DELIVERY_WITHIN,
        ),
        site=safe.site,
        by=by,
        at=at,
    )


@recorded("care.stock.moved")
def move_container(
    *, container: Container, to: Safe, reason: str, happened_at: datetime, by: Person, at: datetime
) -> LedgerEntry:
    """Move a container with its ledger to another safe; the line stands in the safe that it came to."""
    refuse_without_key(by, container.safe, at)
    refuse_without_key(by, to, at)
    if to.pk == container.safe_id:
        raise Refused(_("The container is in {safe} already.").format(safe=to))
    moved = Container.objects.filter(pk=container.pk, safe=container.safe_id).update(safe=to)
    if moved != 1:
        raise Refused(_("A colleague moved this container a moment ago."))
    container.safe = to
    return NewLine(
        container=container,
        kind=LedgerKind.TRANSFER,
        amount=container.balance,
        text=reason,
        by=by,
        at=at,
        happened_at=happened_at,
    ).store()


@recorded("care.stock.quarantined")
def quarantine(*, container: Container, reason: str, by: Person, at: datetime) -> LedgerEntry:
    """Set a container apart, expired or damaged: nothing is drawn from it, it is counted until it is destroyed."""
    if not reason.strip():
        raise Refused(_("Enter why it is set apart."))
    held = [ContainerState.SEALED, ContainerState.OPENED]
    if (
        Container.objects.filter(pk=container.pk, state__in=held).update(state=ContainerState.QUARANTINED)
        != 1
    ):
        raise Refused(_("This container is in quarantine or finished already."))
    return NewLine(
        container=container, kind=LedgerKind.EXPIRE, amount=container.balance, text=reason, by=by, at=at
    ).store()


@recorded("care.stock.destroyed")
def destroy(
    *, container: Container, method: str, witness: Person, device: str, text: str, by: Person, at: datetime
) -> LedgerEntry:
    """Destroy what a quarantined container holds, before a second person who signs for it."""
    if container.state != ContainerState.QUARANTINED:
        raise Refused(_("Put the container in quarantine first."))
    if method not in WasteMethod.values:
        raise Refused(_("Choose how it was destroyed."))
    entry = NewLine(
        container=container,
        kind=LedgerKind.DESTROY,
        amount=container.balance,
        method=method,
        needs_witness=True,
        text=text,
        by=by,
        at=at,
    ).store()
    finish_if_empty(container)
    ask_witness(entry=entry, asked=witness, device=device, by=by, at=at)
    note(target=entry)
    return entry


def finish_if_empty(container: Container) -> None:
    """A container without anything in it is finished; a reversal brings it back."""
    if container.balance == 0:
        Container.objects.filter(pk=container.pk, balance=0).update(state=ContainerState.FINISHED)


def refuse_without_key(person: Person, safe: Safe, at: datetime) -> None:
    if not holds_key(person, safe, at):
        raise Refused(
            _(
                "You hold no key to {safe}. Ask a colleague who does, or the medical director for a key."
            ).format(safe=safe)
        )
