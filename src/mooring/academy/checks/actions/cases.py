"""Acts in a branching case: starting, choosing. Every step is kept; two tabs never walk the same step twice."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.academy.checks.models import CaseRun, CaseStep
from mooring.academy.checks.queries.cases import walk
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import note, recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("academy.checks.case-started")
def start_case(*, enrolment: Enrolment, case_id: str, by: Person, at: datetime) -> CaseRun:
    """Begin a case; where one is open already, that one goes on."""
    if not enrolment.is_open(at):
        raise Refused(_("Your access to this course has expired. Your earlier answers are saved."))
    if case_id not in parsed(enrolment.version).cases:
        raise Refused(_("This version of the course does not hold that case. Go back to the overview."))
    run, new = CaseRun.objects.get_or_create(
        enrolment=enrolment,
        case=case_id,
        ended_at=None,
        defaults={"version": enrolment.version, "started_at": at},
    )
    note(case=case_id, new=new)
    return run


@recorded("academy.checks.case-chosen")
def choose_in_case(*, run: CaseRun, place: int, choice: str, by: Person, at: datetime) -> CaseStep:
    """Choose at the node where the run stands; `place` is how many steps the page had seen.

    Refused when the run went on in another window meanwhile, or the node has no such choice.
    """
    if not run.enrolment.is_open(at):
        raise Refused(_("Your access to this course has expired. Your earlier answers are saved."))
    case = parsed(run.version).cases[run.case]
    steps = list(run.steps.order_by("place"))
    here = walk(case, steps)
    if place != len(steps) or run.ended_at is not None:
        raise Refused(_("You continued this case in another window. This is its current step."))
    if choice not in here.here.choices:
        raise Refused(_("Choose one of what can be done here."))
    step, new = CaseStep.objects.get_or_create(
        run=run, place=place, defaults={"node": here.here_id, "choice": choice, "at": at}
    )
    if not new:
        raise Refused(_("You continued this case in another window. This is its current step."))
    if not case.nodes[here.here.choices[choice].to].choices:
        CaseRun.objects.filter(pk=run.pk, ended_at__isnull=True).update(ended_at=at)
    note(case=run.case, place=place, choice=choice)
    return step
