"""The dose order: computed by the server, signed once, withdrawn and written anew, never edited."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.actions.signers import refuse_signers
from mooring.care.treatments.gate import refuse_closed_gate
from mooring.care.treatments.models import Cycle, DoseOrder, Phase
from mooring.care.treatments.queries import Computed, DoseChoice, compute_order, unusual_words
from mooring.identity.models import Person
from mooring.rules.verdict import Effect, Override, Refused
from mooring.words.numbers import with_unit
from mooring.work.actions import close_tasks_about

SIGNING = "sign-dose-order"


@recorded("care.treatments.order-signed")
def sign_order(
    *,
    cycle: Cycle,
    choice: DoseChoice,
    shown: str,
    reason: str,
    by: Person,
    at: datetime,
    second: Person | None = None,
    dose_again: Decimal | None = None,
    change_reason: str = "",
) -> DoseOrder:
    """Sign what is given today. The server computes it again; `shown` is what the signer saw.

    Refused unless the cycle is ready and still passes its readiness, who signs is competent today, the
    figures are those that were shown, and the order keeps to the protocol and to the limit in the signed
    treatment; a caution that a prescriber may weigh asks for a reason, and what asks for two people for a
    `second` who may sign too. A dose that differs from the last one, or a weight from the one before, by more than
    the signed pack allows asks the signer to type the dose again, with a reason. One
    order stands at a time.
    """
    treatment = cycle.treatment
    refuse_signers(treatment, SIGNING, by=by, second=second, at=at)
    _check_gate(cycle, at)
    computed = compute_order(cycle=cycle, choice=choice, at=at)
    if computed.shown != shown:
        raise Refused(_("The figures have changed since they were shown. Review them again before you sign."))
    _check_limits(computed, treatment.limit_mg, reason, second)
    _check_change(computed, dose_again, change_reason)
    order = _store(cycle, computed, reason, change_reason, by, second, at)
    close_tasks_about(cycle, kind="order", outcome="done", by=by, at=at)
    note(dose_mg=str(order.dose_mg), shape=order.shape, number=cycle.number)
    return order


def _check_gate(cycle: Cycle, at: datetime) -> None:
    if Cycle.objects.filter(pk=cycle.pk, phase=Phase.READY).update(phase=Phase.READY) != 1:
        raise Refused(_("An order is signed when the cycle is ready, and before its dose starts."))
    refuse_closed_gate(cycle, at, _("The patient is not ready any more."))


def _check_limits(computed: Computed, limit_mg: Decimal, reason: str, second: Person | None) -> None:
    if computed.order.total_mg > limit_mg:
        raise Refused(
            _("{dose} is above {limit}, the limit that was signed in this treatment.").format(
                dose=with_unit(computed.order.total_mg, "mg"), limit=with_unit(limit_mg, "mg")
            )
        )
    signed = {Override.PRESCRIBER, Override.TWO_PEOPLE} if second else {Override.PRESCRIBER}
    closed_by_reason = [
        finding
        for finding in computed.verdict.still_open()
        if finding.settled and finding.effect < Effect.BLOCK and finding.override in signed
    ]
    refusing = [finding for finding in computed.verdict.still_open() if finding not in closed_by_reason]
    if refusing:
        raise Refused(*(f"{finding.says} {finding.asks}".strip() for finding in refusing))
    if closed_by_reason and not reason.strip():
        raise Refused(
            *(f"{finding.says} {finding.asks}".strip() for finding in closed_by_reason),
            _("Enter why you override it."),
        )


def _check_change(computed: Computed, dose_again: Decimal | None, change_reason: str) -> None:
    """What is possible and unlikely is typed twice: a weight in pounds lies in the range of kilograms."""
    if computed.unusual is None or (dose_again == computed.order.mg and change_reason.strip()):
        return
    if dose_again is not None and dose_again != computed.order.mg:
        raise Refused(
            _("{typed} was typed again, and the order is {dose}. Check dose and weight.").format(
                typed=with_unit(dose_again, "mg"), dose=with_unit(computed.order.mg, "mg")
            )
        )
    raise Refused(*unusual_words(computed), _("Type the dose in mg again and say why it is right."))


def _store(
    cycle: Cycle,
    computed: Computed,
    reason: str,
    change_reason: str,
    by: Person,
    second: Person | None,
    at: datetime,
) -> DoseOrder:
    order = computed.order
    try:
        with transaction.atomic():
            return DoseOrder.objects.create(
                cycle=cycle,
                drug=order.product,
                salt_basis=order.salt_basis,
                route=order.route,
                weight=computed.weight,
                shape=order.form.code,
                dose_mg=order.mg,
                presentation=computed.presentation.key if computed.presentation else "",
                figures=order.data(),
                reason=reason,
                change_reason=change_reason.strip() if computed.unusual else "",
                signed_by=by,
                second=second,
                signed_at=at,
            )
    except IntegrityError as error:
        standing = (
            DoseOrder.objects.filter(cycle=cycle, withdrawn_at__isnull=True)
            .select_related("signed_by")
            .first()
        )
        if standing is None:
            raise
        raise Refused(
            _(
                "{signed_by} signed an order for this dose a moment ago: {dose_mg} mg. Withdraw it before you write another."
            ).format(signed_by=standing.signed_by, dose_mg=standing.dose_mg)
        ) from error


@recorded("care.treatments.order-withdrawn")
def withdraw_order(*, order: DoseOrder, reason: str, by: Person, at: datetime) -> DoseOrder:
    """Take an order back before its dose begins; another is then written anew."""
    if not reason.strip():
        raise Refused(_("Enter why the order is withdrawn."))
    if Cycle.objects.filter(pk=order.cycle_id, phase=Phase.READY).update(phase=Phase.READY) != 1:
        raise Refused(
            _(
                "The dose under this order has started, or the cycle was moved back. The order was not changed."
            )
        )
    withdrawn = DoseOrder.objects.filter(pk=order.pk, withdrawn_at__isnull=True).update(
        withdrawn_by=by, withdrawn_at=at, withdrawn_reason=reason
    )
    if withdrawn != 1:
        raise Refused(_("This order was already withdrawn a moment ago."))
    order.refresh_from_db()
    note(dose_mg=str(order.dose_mg))
    return order
