"""The evaluation: sent once after the post-test, without a name."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.checks.actions.evaluation import send_evaluation
from mooring.academy.checks.forms import EvaluationForm
from mooring.academy.checks.queries.evaluation import SHOWN_FROM, questions_put, sent_by, why_not
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.access import get_enrolment_for
from mooring.work.pages import SignedInRequest, attempt, page, typed


def evaluation(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form of the course; a clear answer before the post-test is passed, and after it was sent."""
    enrolment = get_enrolment_for(request.user, pk, open_now=False)
    course = parsed(enrolment.version)
    form = typed(request, EvaluationForm, put=questions_put(course))
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            send_evaluation(enrolment=enrolment, given=form.cleaned_data, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Thank you. Your evaluation is saved without your name."))
            return redirect("completion-record", enrolment.pk)
    reasons, sent = why_not(enrolment), sent_by(enrolment)
    return page(
        request,
        "academy/checks/evaluation.html",
        {
            "enrolment": enrolment,
            "introduction": course.evaluation.introduction,
            "form": form,
            "sent": sent,
            "reasons": reasons,
            "shown_from": SHOWN_FROM,
            "asks": not reasons or (form.is_bound and sent is None),
        },
    )
