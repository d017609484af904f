"""What comes next in a treatment: a prescriber decides, with what the protocol's plan proposed beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.actions.asking import lay_out
from mooring.care.treatments.actions.cycles import REVIEW, move_cycle
from mooring.care.treatments.actions.signers import refuse_signers
from mooring.care.treatments.actions.treatments import SIGNING, owe_preparation
from mooring.care.treatments.models import (
    BEFORE_DOSING,
    CourseDecision,
    Cycle,
    DecidedStep,
    Phase,
    Treatment,
    TreatmentState,
)
from mooring.care.treatments.queries import protocol_of
from mooring.identity.models import Person
from mooring.rules.plan import next_open_day
from mooring.rules.verdict import Refused
from mooring.words.numbers import plain_number
from mooring.work.actions import close_tasks_about

WITH_DOSES = (DecidedStep.TAPER, DecidedStep.LENGTHEN, DecidedStep.SHORTEN, DecidedStep.STEP)
WITHOUT_DOSES = (DecidedStep.STOP, DecidedStep.STOP_TRIAL)
MOST_DOSES_AT_ONCE = 12


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a prescriber decides: `doses` more, `gap_days` apart, at `amount` where the dose changes."""

    step: str
    reason: str
    doses: int = 0
    gap_days: int = 0
    amount: Decimal | None = None


@recorded("care.treatments.course-decided")
def decide_course(
    *,
    treatment: Treatment,
    decided: Decided,
    proposed: Sequence[dict[str, Any]],
    seen: int,
    by: Person,
    at: datetime,
    second: Person | None = None,
) -> CourseDecision:
    """Record the decision and plan its doses; stopping cancels the planned ones.

    `proposed` is what the plan proposed to the prescriber, `seen` how many decisions the page showed: of two who decide
    at once the second is told. What was not proposed asks for a `second` prescriber.
    """
    refuse_signers(treatment, SIGNING, by=by, second=second, at=at)
    if Treatment.objects.values_list("state", flat=True).get(pk=treatment.pk) != TreatmentState.SIGNED:
        raise Refused(_("This treatment is not open. A new one starts from facts that are asked again."))
    if treatment.pack.site_id != treatment.patient.site_id and decided.step not in WITHOUT_DOSES:
        raise Refused(
            _("This treatment was planned at {site}. End it, and plan a new one here.").format(
                site=treatment.pack.site
            )
        )
    _check(treatment, decided, proposed, second)
    decision = _store(treatment, decided, proposed, seen, second, by, at)
    if decided.step in WITHOUT_DOSES:
        _cancel_planned(treatment, decision, by, at)
    else:
        _plan(treatment, decision, by, at)
    close_tasks_about(treatment, kind=REVIEW, outcome="done", by=by, at=at)
    note(target=decision, step=decided.step, doses=decided.doses)
    return decision


def _store(
    treatment: Treatment,
    decided: Decided,
    proposed: Sequence[dict[str, Any]],
    seen: int,
    second: Person | None,
    by: Person,
    at: datetime,
) -> CourseDecision:
    given = Cycle.objects.filter(treatment=treatment, administered=True).count()
    try:
        with transaction.atomic():
            return CourseDecision.objects.create(
                treatment=treatment,
                number=seen + 1,
                doses_given=given,
                proposed=list(proposed),
                step=decided.step,
                doses=decided.doses,
                gap_days=decided.gap_days,
                amount=decided.amount,
                reason=decided.reason.strip(),
                by=by,
                second=second,
                at=at,
            )
    except IntegrityError as error:
        other = (
            CourseDecision.objects.filter(treatment=treatment, number=seen + 1).select_related("by").first()
        )
        if other is None:
            raise
        raise Refused(
            _("{person} decided a moment ago: {step}. Open the page again before you decide.").format(
                person=other.by, step=other.get_step_display()
            )
        ) from error


def _check(
    treatment: Treatment,
    decided: Decided,
    proposed: Sequence[dict[str, Any]],
    second: Person | None,
) -> None:
    dose, reasons = protocol_of(treatment).dose, []
    if decided.step not in DecidedStep.values:
        raise Refused(_("Choose what comes next."))
    if not decided.reason.strip():
        reasons.append(_("Say why, in a sentence."))
    if decided.step in WITH_DOSES and not (
        1 <= decided.doses <= MOST_DOSES_AT_ONCE and decided.gap_days >= 1
    ):
        reasons.append(_("Enter 1 to {most} doses, and how many days apart.").format(most=MOST_DOSES_AT_ONCE))
    if decided.step == DecidedStep.STEP and decided.amount is None:
        reasons.append(_("Enter the new dose."))
    if decided.amount is not None and not dose.least <= decided.amount <= dose.most:
        reasons.append(
            _("The new dose is outside the protocol: {least} to {most}.").format(
                least=plain_number(dose.least), most=plain_number(dose.most)
            )
        )
    if second is None and proposed and decided.step not in {each["step"] for each in proposed}:
        reasons.append(_("The plan does not propose this. A second prescriber signs as well."))
    if reasons:
        raise Refused(*reasons)


def _cancel_planned(treatment: Treatment, decision: CourseDecision, by: Person, at: datetime) -> None:
    reason = _("Decided after dose {n}: {step}.").format(
        n=decision.doses_given, step=decision.get_step_display()
    )
    planned = Cycle.objects.filter(treatment=treatment, phase__in=BEFORE_DOSING)
    for cycle in planned.select_related("treatment__patient"):
        move_cycle(cycle=cycle, to=Phase.VOID, by=by, at=at, reason=reason)


def _plan(treatment: Treatment, decision: CourseDecision, by: Person, at: datetime) -> None:
    """The doses of the decision, each on the next open day after its gap from the last dose or the last planned one."""
    site = treatment.patient.site
    cycles = list(Cycle.objects.filter(treatment=treatment).exclude(phase=Phase.VOID).order_by("number"))
    days = [site.today(each.dosed_at) if each.dosed_at else each.target_date for each in cycles]
    last, number = max(days, default=site.today(at)), Cycle.objects.filter(treatment=treatment).count()
    open_days = frozenset(int(day) for day in site.open_days)
    for _each in range(decision.doses):
        number += 1
        last = next_open_day(max(last + timedelta(days=decision.gap_days), site.today(at)), open_days)
        cycle = Cycle.objects.create(
            treatment=treatment, number=number, target_date=last, phase_since=at, decision=decision
        )
        owe_preparation(cycle, by, at)
    lay_out(treatment, at)
