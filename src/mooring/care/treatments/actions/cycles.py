"""Moving a cycle: the only place where a phase changes."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.actions.asking import lay_out
from mooring.care.treatments.gate import long_term_due, refuse_closed_gate
from mooring.care.treatments.models import NEXT_PHASE, Cycle, CycleOutcome, DoseOrder, Phase, TreatmentState
from mooring.care.treatments.queries import protocol_of
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.follow_up import review_due
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.queries import open_tasks_about

ENDS = (Phase.CLOSED, Phase.VOID)
WORK_BEFORE_DOSING = ("preparation", "readiness", "order")
LONG_TERM_WITHIN = timedelta(days=7)
"""Until when a long-term check is done once its cadence has come; a design default."""
TASK_KIND = 30
REVIEW = "course-review"
REVIEW_WITHIN = timedelta(days=7)
"""Until when a review is decided; a design default."""


@recorded("care.treatments.cycle-moved")
def move_cycle(
    *, cycle: Cycle, to: Phase, by: Person, at: datetime, outcome: str = "", reason: str = ""
) -> Cycle:
    """Move a cycle of a signed treatment to its next phase.

    Moving to DOSING marks the cycle as administered for good. CLOSED needs one of `CycleOutcome`, VOID a
    reason. A dose order does not outlive its readiness: going back to PREPARE or to VOID withdraws it. From
    DOSING on, and in VOID, nothing is owed of the work that comes before a dose. No dose starts while its gate is
    closed: everything that is known is read again here, whatever was passed before.
    Raises `Refused` for a move that the phases do not allow, or when somebody moved it a moment ago.
    """
    was = Phase(cycle.phase)
    _check(cycle, was, to, outcome, reason)
    if to == Phase.DOSING:
        refuse_closed_gate(
            cycle, at, _("The dose does not start: something is known that speaks against it.")
        )
    changed = Cycle.objects.filter(pk=cycle.pk, phase=was).update(**_fields(to, at, outcome, reason))
    if changed != 1:
        now_in = Phase(Cycle.objects.values_list("phase", flat=True).get(pk=cycle.pk))
        raise Refused(
            _("A colleague moved this cycle to “{label}” a moment ago. Nothing was changed.").format(
                label=now_in.label
            )
        )
    if to in (Phase.PREPARE, Phase.VOID):
        DoseOrder.objects.filter(cycle=cycle, withdrawn_at__isnull=True).update(
            withdrawn_by=by,
            withdrawn_at=at,
            withdrawn_reason=reason or _("The cycle was moved back to preparation."),
        )
    if to in (Phase.DOSING, Phase.VOID):
        for kind in WORK_BEFORE_DOSING:
            close_tasks_about(
                cycle, kind=kind, outcome="cancelled" if to == Phase.VOID else "done", by=by, at=at
            )
    cycle.refresh_from_db()
    if to in (Phase.DOSING, Phase.VOID):
        lay_out(cycle.treatment, at)
    if to == Phase.CLOSED:
        _owe_long_term(cycle, by, at)
        _owe_review(cycle, by, at)
    note(number=cycle.number, was=was, to=to)
    return cycle


def _owe_long_term(cycle: Cycle, by: Person, at: datetime) -> None:
    """Each long-term check whose cadence has come is a task of the prescriber, once until it is done."""
    treatment, patient = cycle.treatment, cycle.treatment.patient
    try:
        checks = long_term_due(cycle, at)
    except Refused:
        return  # without a signed pack nothing is known of a cadence
    for check in checks:
        kind = f"longterm-{check.id.lower()}"[:TASK_KIND]
        if open_tasks_about(treatment, kind).exists():
            continue
        make_task(
            owed=Owed(
                kind=kind,
                about=treatment,
                title=_("Long-term check: {title}").format(title=check.title),
                reason=check.cadence,
                address=reverse("observations", args=[patient.pk]),
                act=_("Record it"),
                role=Role.PRESCRIBER,
                due_at=at + LONG_TERM_WITHIN,
                subject_name=patient.person.name,
            ),
            site=patient.site,
            by=by,
            at=at,
        )


def _owe_review(cycle: Cycle, by: Person, at: datetime) -> None:
    """A review that falls after this dose is a task of the prescriber, once until it is decided."""
    treatment, patient = cycle.treatment, cycle.treatment.patient
    site = patient.site
    given = Cycle.objects.filter(treatment=treatment, dosed_at__isnull=False).order_by("dosed_at")
    days = [site.today(dosed_at) for dosed_at in given.values_list("dosed_at", flat=True) if dosed_at]
    if not review_due(protocol_of(treatment), days, site.today(at)):
        return
    if open_tasks_about(treatment, REVIEW).exists():
        return
    make_task(
        owed=Owed(
            kind=REVIEW,
            about=treatment,
            title=_("Review after dose {number}").format(number=len(days)),
            reason=_(
                "The protocol's plan proposes what comes next. The order of the next dose shows that this is open."
            ),
            address=reverse("course-next", args=[treatment.pk]),
            act=_("Decide what comes next"),
            role=Role.PRESCRIBER,
            due_at=at + REVIEW_WITHIN,
            subject_name=patient.person.name,
        ),
        site=site,
        by=by,
        at=at,
    )


def _fields(to: Phase, at: datetime, outcome: str, reason: str) -> dict[str, object]:
    fields: dict[str, object] = {"phase": to, "phase_since": at}
    if to == Phase.DOSING:
        fields |= {"administered": True, "dosed_at": at}
    if to in ENDS:
        fields["closed_at"] = at
    if to == Phase.CLOSED:
        fields["outcome"] = outcome
    if reason:
        fields["reason"] = reason
    return fields


def _check(cycle: Cycle, was: Phase, to: Phase, outcome: str, reason: str) -> None:
    if cycle.treatment.state != TreatmentState.SIGNED and to != Phase.VOID:
        raise Refused(
            _("The treatment is not signed, so none of its cycles can move. The prescriber signs it.")
        )
    if to == Phase.VOID and cycle.administered:
        raise Refused(_("This cycle had its dose, so it cannot be voided. Close it with an outcome."))
    if to not in NEXT_PHASE[was]:
        allowed = _(" or ").join(f"“{each.label}”" for each in NEXT_PHASE[was])
        can = (
            _("Next phase: {phases}.").format(phases=allowed) if allowed else _("No phase follows this one.")
        )
        raise Refused(
            _("A cycle does not move from “{was}” to “{to}”. {can}").format(
                was=was.label, to=to.label, can=can
            )
        )
    if to == Phase.CLOSED and outcome not in CycleOutcome.values:
        raise Refused(_("Choose the outcome of the cycle."))
    if to == Phase.VOID and not reason.strip():
        raise Refused(_("Enter why this dose is cancelled."))
