"""A branching case: one moment at a time, then the whole path judged and talked through."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mooring.academy.checks.access import Study, get_case_for
from mooring.academy.checks.actions.cases import choose_in_case, start_case
from mooring.academy.checks.forms import ChoiceForm
from mooring.academy.checks.models import CaseRun
from mooring.academy.checks.queries.cases import Walk, last_run, open_run, walk
from mooring.academy.checks.queries.marking import references
from mooring.academy.courses.queries import parsed
from mooring.content.course.practice import CaseFile
from mooring.work.pages import SignedInRequest, attempt, page

ELSEWHERE = _("You continued this case in another window. This is its current step.")
CHOOSE = _("Choose what you do.")


def case(request: SignedInRequest, pk: int, case_id: str) -> HttpResponse:
    """Where the learner stands in a case; a run that was left in the middle goes on where it was."""
    study, found = get_case_for(request.user, pk, case_id)
    run = open_run(study.enrolment, case_id)
    reasons: list[str] = []
    if request.method == "POST":
        if run is not None:
            reasons = _choose(request, run)
        elif "place" in request.POST:
            reasons = [str(ELSEWHERE)]
        else:
            with attempt(request) as tried:
                start_case(enrolment=study.enrolment, case_id=case_id, by=request.user, at=timezone.now())
            reasons = tried.reasons
        if not reasons:
            return redirect("case", pk, case_id)
        run = open_run(study.enrolment, case_id)
    return _case_page(request, study, found, run, reasons)


def _choose(request: SignedInRequest, run: CaseRun) -> list[str]:
    """Take the step that was sent, or say why not."""
    walked = _walked(run)
    form = ChoiceForm(request.POST, node=walked.here, place=len(walked.stops))
    if "place" not in request.POST:  # the start was sent from a second window
        return []
    if form.elsewhere:
        return [str(ELSEWHERE)]
    if not form.is_valid():
        return [str(CHOOSE)]
    with attempt(request) as tried:
        choose_in_case(
            run=run,
            place=form.cleaned_data["place"],
            choice=form.cleaned_data["choice"],
            by=request.user,
            at=timezone.now(),
        )
    return tried.reasons


def _case_page(
    request: SignedInRequest, study: Study, found: CaseFile, run: CaseRun | None, reasons: list[str]
) -> HttpResponse:
    context: dict[str, Any] = {"enrolment": study.enrolment, "case": found, "reasons": reasons}
    if run is not None:
        walked = _walked(run)
        context |= {"run": run, "walk": walked, "form": ChoiceForm(node=walked.here, place=len(walked.stops))}
        context["case"] = parsed(run.version).cases[run.case]
    elif (last := last_run(study.enrolment, found.id)) is not None:
        told = parsed(last.version).cases[last.case]
        context |= {"last": last, "case": told, "walk": _walked(last), "sources": references(told.cite)}
    context["lesson"] = _lesson_with(study, found.id)
    return page(request, "academy/checks/case.html", context, status=422 if reasons else 200)


def _walked(run: CaseRun) -> Walk:
    return walk(parsed(run.version).cases[run.case], list(run.steps.order_by("place")))


def _lesson_with(study: Study, case_id: str) -> Any:
    """The lesson that shows the case, to go back to."""
    for lesson in study.course.lessons_in_order():
        if case_id in lesson.embedded("case"):
            return lesson
    return None
