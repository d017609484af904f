"""Pages: what was disclosed with each law's accounting, recording a disclosure, taking and revoking a consent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.disclosures.access import get_disclosure_consent_for
from mooring.care.disclosures.actions import (
    record_disclosure,
    revoke_disclosure_consent,
    sign_disclosure_consent,
)
from mooring.care.disclosures.forms import DisclosureConsentForm, DisclosureForm
from mooring.care.disclosures.queries import (
    accounting_of,
    consents_of,
    copy_in_words,
    disclosures_of,
    is_part2_programme,
    kind_words,
    marked_rows,
    statements_of,
)
from mooring.care.patients.access import get_patient_for, may_on
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.work.pages import KeyedForm, SignedInRequest, attempt, page, typed

READ, WRITE = Permission.DISCLOSURES_READ, Permission.DISCLOSURES_WRITE


def of_patient(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Everything that left, the accounting of each law by its own window, and the consents."""
    patient = get_patient_for(request.user, patient_pk, to=READ)
    now = timezone.now()
    return page(
        request,
        "care/disclosures/of_patient.html",
        {
            "patient": patient,
            "disclosures": disclosures_of(patient),
            "accounting": accounting_of(patient, now),
            "consents": consents_of(patient),
            "part2": is_part2_programme(patient.site, now),
            "marked": len(marked_rows(patient)),
            "may_write": may_on(request.user, patient, WRITE),
        },
    )


def record(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Record a disclosure in the moment in which it leaves."""
    patient = get_patient_for(request.user, patient_pk, to=WRITE)
    form = typed(request, DisclosureForm, consents=consents_of(patient))
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_disclosure(
                patient=patient,
                leaving=form.leaving(),
                consent=form.cleaned_data["consent"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Disclosure recorded. The patient can read it."))
            return redirect("disclosures", patient.pk)
    return page(request, "care/disclosures/record.html", {"patient": patient, "form": form})


def take(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Take a consent to disclose in person."""
    patient = get_patient_for(request.user, patient_pk, to=WRITE)
    form = typed(request, DisclosureConsentForm, initial={"subject": "records", "recipients": "named"})
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            sign_disclosure_consent(patient=patient, given=form.given(), by=request.user, at=now)
        if tried.done:
            messages.success(request, _("Consent signed."))
            return redirect("disclosures", patient.pk)
    statements = statements_of(patient.site, now)
    context = {"patient": patient, "form": form, "statements": statements[1] if statements else None}
    return page(request, "care/disclosures/take.html", context)


def consent(request: SignedInRequest, pk: int) -> HttpResponse:
    """One consent with every element, as its copy travels; the patient takes it back here."""
    found = get_disclosure_consent_for(request.user, pk, to=READ if request.method == "GET" else WRITE)
    form = KeyedForm(request.POST or None)
    if request.method == "POST":
        with attempt(request, form) as tried:
            revoke_disclosure_consent(consent=found, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Consent revoked. Nothing leaves under it from now on."))
            return redirect("disclosures", found.patient_id)
    statements = statements_of(found.patient.site, found.signed_at)
    context = {
        "patient": found.patient,
        "consent": found,
        "form": form,
        "copy": copy_in_words(found, statements[1] if statements else None),
        "kinds": [kind_words(label) for label in found.kinds],
        "may_write": may_on(request.user, found.patient, WRITE),
    }
    return page(request, "care/disclosures/consent.html", context)
