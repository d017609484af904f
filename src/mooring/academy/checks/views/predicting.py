"""A prediction by itself: what htmx swaps, and the whole lesson without a script."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mooring.academy.checks.access import get_prediction_for
from mooring.academy.checks.actions import predicting
from mooring.academy.checks.forms import PredictionForm
from mooring.academy.checks.queries.lessons import items_of, tried_in
from mooring.academy.checks.views.lesson import about, lesson_page
from mooring.academy.checks.views.placing import Placing, placed
from mooring.content.course.loader import Embedded
from mooring.work.pages import SignedInRequest, attempt, page


def predict(request: SignedInRequest, pk: int, lesson_id: str, prediction_id: str) -> HttpResponse:
    """Predict once; then the page shows the prediction beside what was found."""
    study, found, prediction = get_prediction_for(request.user, pk, lesson_id, prediction_id)
    address = f"{reverse('lesson', args=[pk, lesson_id])}#p-{prediction_id}"
    if request.method != "POST":
        return redirect(address)
    form = PredictionForm(request.POST, prediction=prediction)
    if form.is_valid():
        with attempt(request, form) as tried:
            predicting.predict(
                enrolment=study.enrolment,
                lesson_id=lesson_id,
                prediction_id=prediction_id,
                given=form.cleaned_data["given"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done and not request.htmx:
            return redirect(address)
    sent = form if form.errors else None
    if not request.htmx:
        return lesson_page(request, study, found, predicting=sent)
    now = Placing.of(study, found, tried_in(study.enrolment, items_of(study.course, found)), predicting=sent)
    context = {
        **about(now),
        "part": placed(now, Embedded("predict", prediction_id, 0)),
        "form": sent,
        "swapped": True,
    }
    return page(request, "academy/checks/predicted.html", context)
