"""Pages of break-glass: opening a record in an emergency, giving it back, reviewing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.audit.queries import openings_of
from mooring.audit.recording import sent_once
from mooring.care.patients.access import get_emergency_for, open_emergencies
from mooring.care.patients.actions.emergency import (
    EMERGENCY_LASTS,
    end_emergency,
    note_emergency_not_found,
    open_in_emergency,
    review_emergency,
)
from mooring.care.patients.forms import EmergencyForm, EmergencyReviewForm
from mooring.care.patients.models import EmergencyAccess
from mooring.care.patients.queries import access_in_words, identified
from mooring.identity import tries
from mooring.identity.access import must_hold
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed

LINES_SHOWN = 40


def emergency(request: SignedInRequest) -> HttpResponse:
    """Open a record in an emergency: two identifiers and a reason; tries that find nobody take longer each time."""
    must_hold(request.user, Permission.EMERGENCY_OPEN)
    form = typed(request, EmergencyForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            opened = _open_in_emergency(request.user, form.cleaned_data)
        if tried.done:
            return redirect("emergency") if tried.repeated else redirect("patient", opened.patient_id)
    context = {
        "form": form,
        "lasts": EMERGENCY_LASTS,
        "open_now": open_emergencies(request.user).select_related("patient__person", "patient__site"),
    }
    return page(request, "care/patients/emergency.html", context)


def _open_in_emergency(person: Person, asked: dict[str, Any]) -> EmergencyAccess:
    now, key = timezone.now(), f"emergency:{person.pk}"
    if tries.claim_try(key, at=now) is not None:
        raise Refused(_("Too many tries without a match. Wait a minute, or ask the privacy officer."))
    patient = identified(asked["who"], asked["birth_date"])
    if patient is None:
        with sent_once(None):
            note_emergency_not_found(by=person, at=now)
        raise Refused(
            _("No record matches both. Check the spelling of the legal name and the date of birth.")
        )
    tries.forget(key)
    return open_in_emergency(
        patient=patient,
        reason=asked["reason"],
        explanation=asked["explanation"],
        by=person,
        at=now,
    )


@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give an emergency access back."""
    found = open_emergencies(request.user).filter(pk=pk).select_related("patient").first()
    if found is None:
        raise Http404
    with attempt(request) as tried:
        end_emergency(emergency=found, by=request.user, at=timezone.now())
    for reason in tried.reasons:
        messages.error(request, reason)
    return redirect("emergency")


def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was opened by an emergency access, and whether it was justified."""
    found = get_emergency_for(request.user, pk, to=Permission.EMERGENCY_REVIEW)
    form = typed(request, EmergencyReviewForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            review_emergency(
                emergency=found,
                justified=form.cleaned_data["justified"] == "yes",
                review=form.cleaned_data["review"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Review saved. The patient sees it in the access history."))
            return redirect("my-work")
    opened = openings_of([found.subject_ref]).filter(
        viewer=found.person.actor_ref, at__gte=found.opened_at, at__lte=found.ends_at
    )
    context = {
        "emergency": found,
        "patient": found.patient,
        "form": form,
        "lines": access_in_words(opened[:LINES_SHOWN]),
        "own": found.person == request.user,
    }
    return page(request, "care/patients/emergency_review.html", context)
