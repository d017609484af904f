"""What the session says was given, put to the draws of its order; what no draw covers is owed, never refused."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.stock.actions.lines import NewLine, in_hand_of
from mooring.care.stock.models import DoseGiven, LedgerEntry
from mooring.care.stock.queries import keeps_ledger, owed_doses, unsquared_draws
from mooring.care.treatments.models import DoseOrder
from mooring.identity.models import Person, Site
from mooring.identity.roles import Role
from mooring.rules.ledger import LedgerKind
from mooring.words.numbers import with_unit
from mooring.work.actions import Owed, close_tasks_about, make_task

OWED = "stock-owed"
RECORDED_WITHIN = timedelta(hours=2)
"""How soon a draw that is missing from the ledger is recorded. A design default without a source."""
MICROGRAM = Decimal("0.001")


def book_dose(
    *,
    order: DoseOrder,
    given_mg: Decimal,
    key: UUID,
    corrects: UUID | None,
    happened_at: datetime,
    by: Person,
    at: datetime,
) -> DoseGiven | None:
    """Say to the ledger of the patient's site what was given; a site without a safe keeps no ledger.

    `key` is that of the session's log entry, `corrects` that of the entry that it replaces. Nothing is refused:
    the drug is in the patient. What the draws do not cover becomes a task.
    """
    if not keeps_ledger(order.cycle.treatment.patient.site):
        return None
    return _book(
        order=order, given_mg=given_mg, key=key, corrects=corrects, happened_at=happened_at, by=by, at=at
    )


@recorded("care.stock.dose-booked")
def _book(
    *,
    order: DoseOrder,
    given_mg: Decimal,
    key: UUID,
    corrects: UUID | None,
    happened_at: datetime,
    by: Person,
    at: datetime,
) -> DoseGiven:
    old = DoseGiven.objects.filter(key=corrects).first() if corrects else None
    dose = DoseGiven.objects.create(
        key=key,
        order=order,
        given_mg=given_mg.quantize(MICROGRAM),
        replaces=old,
        by=by,
        at=happened_at,
        stored_at=at,
    )
    if old is not None:
        _take_back(old, by=by, at=at)
        close_tasks_about(old, kind=OWED, outcome="done", by=by, at=at)
    account_for_draws(order, by=by, at=at)
    note(target=dose)
    return dose


def _take_back(dose: DoseGiven, *, by: Person, at: datetime) -> None:
    """Reverse the lines of a dose that the session corrected."""
    lines = LedgerEntry.objects.filter(dose=dose, kind=LedgerKind.ADMINISTER, reversed_by__isnull=True)
    for entry in lines.select_related("container__lot", "container__safe", "draw", "patient"):
        NewLine(
            container=entry.container,
            kind=LedgerKind.REVERSAL,
            amount=entry.amount,
            change=0,
            draw=entry.draw,
            reverses=entry,
            order=entry.order,
            patient=entry.patient,
            dose=dose,
            by=by,
            at=at,
        ).store()


def account_for_draws(order: DoseOrder, *, by: Person, at: datetime) -> None:
    """Put the doses given by an order to its draws, the oldest first; ask for the draw of what is left."""
    site = order.cycle.treatment.patient.site
    for owed in owed_doses(site, order=order):
        missing = owed.missing_mg
        for draw in unsquared_draws(order=order).order_by("container_id", "number"):
            measure = draw.container.lot.measure
            parts = min(measure.parts_of_mg(missing), in_hand_of(draw))
            if parts <= 0:
                continue
            NewLine(
                container=draw.container,
                kind=LedgerKind.ADMINISTER,
                amount=parts,
                draw=draw,
                order=order,
                dose=owed.dose,
                patient=draw.patient,
                by=owed.dose.by,
                at=at,
                happened_at=owed.dose.at,
            ).store()
            missing -= measure.mg(parts)
            if in_hand_of(draw) == 0:
                close_tasks_about(draw, kind="stock-square", outcome="done", by=by, at=at)
        if missing >= MICROGRAM:
            _ask_for_draw(owed.dose, missing, site, by=by, at=at)
        else:
            close_tasks_about(owed.dose, kind=OWED, outcome="done", by=by, at=at)


def _ask_for_draw(dose: DoseGiven, missing_mg: Decimal, site: Site, *, by: Person, at: datetime) -> None:
    patient = dose.order.cycle.treatment.patient
    make_task(
        owed=Owed(
            kind=OWED,
            about=dose,
            title=_("Record the draw of a dose that was given"),
            reason=_("{amount} went into the patient and stands in no container's ledger.").format(
                amount=with_unit(missing_mg, "mg")
            ),
            address=reverse("stock-draw", args=[dose.order_id]),
            act=_("Record the draw"),
            role=Role.MONITOR,
            due_at=at + RECORDED_WITHIN,
            escalate_at=at + RECORDED_WITHIN,
            subject=patient.subject_ref,
            subject_name=str(patient),
            owner=by,
            urgent=True,
        ),
        site=site,
        by=by,
        at=at,
    )
