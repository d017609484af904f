"""Pages of outcomes: the course of a treatment, and its end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.outcomes.actions import ON_THE_WAY, end_treatment
from mooring.care.outcomes.forms import TreatmentEndForm
from mooring.care.outcomes.queries import course_of, figure_of, in_words, proposals_of, rules_said
from mooring.care.patients.access import may_on
from mooring.care.treatments.access import get_treatment_for
from mooring.care.treatments.models import Phase, TreatmentState
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed


def outcomes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Scores over time with the doses marked, and what they amount to in words."""
    found = get_treatment_for(request.user, pk, to=Permission.MEASURES_READ)
    course = course_of(found)
    site = found.patient.site
    return page(
        request,
        "care/outcomes/outcomes.html",
        {
            "treatment": found,
            "patient": found.patient,
            "course": course,
            "figure": figure_of(course, site, timezone.now()) if course.scores else None,
            "words": in_words(course),
            "rules": rules_said(course.instrument),
            "proposals": proposals_of(course, found, timezone.now()),
            "may_end": found.state == TreatmentState.SIGNED
            and may_on(request.user, found.patient, Permission.TREATMENTS_END),
        },
    )


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the treatment with an outcome."""
    found = get_treatment_for(request.user, pk, to=Permission.TREATMENTS_END)
    form = typed(request, TreatmentEndForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            end_treatment(
                treatment=found,
                outcome=form.cleaned_data["outcome"],
                outcome_note=form.cleaned_data["outcome_note"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Treatment ended."))
            return redirect("outcomes", found.pk)
    course = course_of(found)
    return page(
        request,
        "care/outcomes/end.html",
        {
            "treatment": found,
            "patient": found.patient,
            "words": in_words(course),
            "on_the_way": next((each for each in course.cycles if each.phase in ON_THE_WAY), None),
            "planned": sum(each.phase in (Phase.PREPARE, Phase.READY) for each in course.cycles),
            "form": form,
        },
    )
