"""Drawing for a patient, and what becomes of a draw that is not given: wasted, or returned unopened."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.audit.recording import note, recorded
from mooring.care.patients.models import Patient
from mooring.care.stock.actions.doses import account_for_draws
from mooring.care.stock.actions.lines import NewLine, in_hand_of, too_little
from mooring.care.stock.actions.receiving import finish_if_empty, refuse_without_key
from mooring.care.stock.actions.witnessing import ask_witness
from mooring.care.stock.models import Container, ContainerState, LedgerEntry, WasteMethod
from mooring.care.stock.queries import policy_of, recalls_of, standing_of
from mooring.care.treatments.models import DoseOrder
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.ledger import CountedAs, LedgerFault, LedgerKind
from mooring.rules.verdict import Refused
from mooring.sentences.ledger import FAULT_WORDS, amount_words
from mooring.sentences.times import day_words
from mooring.work.actions import Owed, close_tasks_about, make_task

SQUARE = "stock-square"
SQUARED_WITHIN = timedelta(hours=4)
"""How soon a draw is accounted for. A design default without a source."""


@recorded("care.stock.drawn")
def draw(
    *,
    container: Container,
    amount: int,
    order: DoseOrder | None,
    patient: Patient,
    emergency: bool,
    text: str,
    happened_at: datetime,
    by: Person,
    at: datetime,
) -> LedgerEntry:
    """Take `amount` (parts) out of a container for a patient's order; a sealed one is opened by it.

    In an emergency the care comes first: without an order, a key, or from a locked or expired container, the draw
    is recorded and marked, with the reason in words. What belongs to another patient is never drawn.
    """
    if amount <= 0:
        raise Refused(str(FAULT_WORDS[LedgerFault.NOTHING]))
    _refuse_wrong_patient(container, patient, order)
    if emergency:
        if not text.strip():
            raise Refused(_("Describe the emergency in words."))
    else:
        refuse_without_key(by, container.safe, at)
        _refuse_unusable(container, amount, at)
        _refuse_second_patient(container, patient)
        _refuse_wrong_order(container, order)
    common: dict[str, Any] = {
        "order": order,
        "patient": patient,
        "by": by,
        "at": at,
        "happened_at": happened_at,
    }
    if _opens(container, happened_at):
        NewLine(container=container, kind=LedgerKind.OPEN, amount=container.balance, **common).store()
    entry = NewLine(
        container=container, kind=LedgerKind.DRAW, amount=amount, emergency=emergency, text=text, **common
    ).store()
    finish_if_empty(container)
    _ask_to_square(entry, by=by, at=at)
    if order is not None:
        account_for_draws(order, by=by, at=at)
    note(target=entry, emergency=emergency)
    return entry


def _refuse_wrong_patient(container: Container, patient: Patient, order: DoseOrder | None) -> None:
    if container.patient_id not in (None, *patient.records):
        raise Refused(
            _("{container} belongs to another patient by prescription.").format(container=container)
        )
    if order is not None and order.cycle.treatment.patient_id not in patient.records:
        raise Refused(_("This order is for another patient."))
    if container.safe.site_id != patient.site_id:
        raise Refused(_("This safe stands at another site than the patient's."))


def _refuse_second_patient(container: Container, patient: Patient) -> None:
    """What was made to be opened for one patient, such as an ampoule, serves no other."""
    if not container.lot.one_patient:
        return
    draws = container.entries.filter(kind=LedgerKind.DRAW, reversed_by=None)
    if draws.exclude(patient__in=patient.records).exists():
        raise Refused(
            _(
                "{container} is for one patient and was opened for another. Waste its rest and take a new one."
            ).format(container=container)
        )


def _opens(container: Container, happened_at: datetime) -> bool:
    """Whether this draw breaks the seal; of two at once the first does."""
    if container.state == ContainerState.OPENED:
        return False
    sealed = Container.objects.filter(pk=container.pk, state=ContainerState.SEALED)
    return sealed.update(state=ContainerState.OPENED, opened_at=happened_at) == 1


def _refuse_unusable(container: Container, amount: int, at: datetime) -> None:
    """Refuse what cannot be drawn from; who comes too late for the last of it is told before anything is written."""
    now = standing_of(container.pk)
    container.locked, container.state, container.opened_at = now.locked, now.state, now.opened_at
    lot, site = container.lot, container.safe.site
    if container.locked:
        raise Refused(
            _("{container} cannot be used until its count is settled. Take another one.").format(
                container=container
            )
        )
    if container.state not in (ContainerState.SEALED, ContainerState.OPENED):
        raise Refused(
            _("{container} is {state}. Take another one.").format(
                container=container, state=container.get_state_display()
            )
        )
    recalled = recalls_of(site, lot.product, lot.number).first()
    if recalled is not None:
        raise Refused(
            _("Lot {lot} is recalled: {site}, {reference}. Take another one.").format(
                lot=lot.number, site=recalled.site, reference=recalled.recall_reference
            )
        )
    if lot.expires_on < site.today(at):
        raise Refused(
            _("Lot {lot} was to be used by {day}. Put it in quarantine and take another one.").format(
                lot=lot.number, day=day_words(lot.expires_on)
            )
        )
    until = use_until(container, at)
    if until is not None and until < at:
        raise Refused(_("It was opened too long ago. Put it in quarantine and take another one."))
    if now.balance < amount:
        raise too_little(container, now.balance, amount)


def use_until(container: Container, at: datetime) -> datetime | None:
    """Until when an opened vial may be used by the site's policy; None: not opened, or nothing that goes stale."""
    if container.opened_at is None or container.lot.counted == CountedAs.PIECES:
        return None
    return container.opened_at + timedelta(days=policy_of(container.safe.site).opened_days)


def _refuse_wrong_order(container: Container, order: DoseOrder | None) -> None:
    if order is None:
        raise Refused(_("Choose the dose order that this is drawn for."))
    if not LIVE_ORDER.rows((order.pk,)):
        raise Refused(_("The dose order was withdrawn. Ask the prescriber for a new one."))
    if order.drug != container.lot.product:
        raise Refused(
            _("The order says {ordered}; this is {product}.").format(
                ordered=order.drug, product=container.lot.product
            )
        )


LIVE_ORDER = Prepared(
    lambda keys, moments: DoseOrder.objects.filter(pk__in=keys, withdrawn_at__isnull=True).values_list("pk")
)


def _ask_to_square(entry: LedgerEntry, *, by: Person, at: datetime) -> None:
    patient = entry.patient
    make_task(
        owed=Owed(
            kind=SQUARE,
            about=entry,
            title=_("Account for {amount} that was drawn").format(
                amount=amount_words(entry.container.lot.measure, entry.amount)
            ),
            reason=_("Drawn from {container}: given, wasted with a witness, or returned unopened.").format(
                container=entry.container
            ),
            address=reverse("stock-account", args=[entry.pk]),
            act=_("Account for the draw"),
            role=Role.MONITOR,
            due_at=at + SQUARED_WITHIN,
            escalate_at=at + SQUARED_WITHIN,
            subject=entry.subject_ref,
            subject_name=str(patient),
            owner=by,
        ),
        site=entry.container.safe.site,
        by=by,
        at=at,
    )


@recorded("care.stock.wasted")
def waste(
    *,
    draw: LedgerEntry,
    amount: int,
    method: str,
    witness: Person | None,
    device: str,
    text: str,
    happened_at: datetime,
    by: Person,
    at: datetime,
) -> LedgerEntry:
    """Record what of a draw was wasted; the witness is asked in their own sign-in, and the waste stays red until then.

    `device` names the browser in which it is recorded: the witness answers from another one.
    """
    if amount <= 0:
        raise Refused(str(FAULT_WORDS[LedgerFault.NOTHING]))
    if method not in WasteMethod.values:
        raise Refused(_("Choose how it was made unusable."))
    asks = policy_of(draw.container.safe.site).witness_waste
    if asks and witness is None:
        raise Refused(_("Choose who saw it. A waste needs a witness."))
    if witness is not None and witness.pk == draw.by_id:
        raise Refused(_("Who drew it cannot witness the waste. Choose someone else."))
    entry = NewLine(
        container=draw.container,
        kind=LedgerKind.WASTE,
        amount=amount,
        draw=draw,
        order=draw.order,
        patient=draw.patient,
        method=method,
        needs_witness=asks,
        text=text,
        by=by,
        at=at,
        happened_at=happened_at,
    ).store()
    if witness is not None:
        ask_witness(entry=entry, asked=witness, device=device, by=by, at=at)
    close_when_squared(draw, by=by, at=at)
    note(target=entry)
    return entry


@recorded("care.stock.remainder-wasted")
def waste_remainder(
    *,
    container: Container,
    method: str,
    witness: Person | None,
    device: str,
    text: str,
    by: Person,
    at: datetime,
) -> LedgerEntry:
    """Waste the rest of an opened container and finish it."""
    refuse_without_key(by, container.safe, at)
    asks = policy_of(container.safe.site).witness_waste
    if asks and witness is None:
        raise Refused(_("Choose who saw it. A waste needs a witness."))
    if method not in WasteMethod.values:
        raise Refused(_("Choose how it was made unusable."))
    container.refresh_from_db(fields=["balance", "state"])
    if container.state != ContainerState.OPENED or container.balance == 0:
        raise Refused(_("Only the rest of an opened container is wasted here."))
    entry = NewLine(
        container=container,
        kind=LedgerKind.WASTE,
        amount=container.balance,
        method=method,
        needs_witness=asks,
        text=text,
        by=by,
        at=at,
    ).store()
    finish_if_empty(container)
    if witness is not None:
        ask_witness(entry=entry, asked=witness, device=device, by=by, at=at)
    note(target=entry)
    return entry


@recorded("care.stock.returned")
def put_back(
    *, draw: LedgerEntry, amount: int, text: str, happened_at: datetime, by: Person, at: datetime
) -> LedgerEntry:
    """Return devices that were taken out and not opened; what is in a syringe is wasted, never returned."""
    if draw.container.lot.counted != CountedAs.PIECES:
        raise Refused(_("What was drawn into a syringe is wasted, not returned."))
    if amount <= 0:
        raise Refused(str(FAULT_WORDS[LedgerFault.NOTHING]))
    entry = NewLine(
        container=draw.container,
        kind=LedgerKind.RETURN,
        amount=amount,
        draw=draw,
        order=draw.order,
        patient=draw.patient,
        text=text,
        by=by,
        at=at,
        happened_at=happened_at,
    ).store()
    Container.objects.filter(pk=draw.container_id, state=ContainerState.FINISHED, balance__gt=0).update(
        state=ContainerState.OPENED
    )
    close_when_squared(draw, by=by, at=at)
    note(target=entry)
    return entry


def close_when_squared(draw: LedgerEntry, *, by: Person, at: datetime) -> None:
    """The task about a draw is answered once nothing of it is left in hand."""
    if in_hand_of(draw) == 0:
        close_tasks_about(draw, kind=SQUARE, outcome="done", by=by, at=at)
