"""Pages: what is kept how long, and erasing each kind of record, whichever room holds it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.disclosures.actions.erasing import erase_clinical, erase_contact
from mooring.care.disclosures.erase_page import erase_page
from mooring.care.disclosures.forms import EraseClinicalForm
from mooring.care.disclosures.queries import (
    CLINICAL,
    CONTACT,
    LEDGER,
    PAPERS,
    clinical_rows,
    kept_kinds,
    tables_in_words,
)
from mooring.care.patients.access import get_patient_for
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page

ERASED_AT = {CLINICAL: "record-erase", CONTACT: "contact-erase", LEDGER: "stock-erase", PAPERS: "files-erase"}
"""The page on which each kind of record is erased; the accounting goes with none."""


def keeping(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """What of this record is kept how long and by which rule; each kind that may go is one tap from its own page."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.RECORDS_ERASE)
    kinds = [
        (kind, reverse(ERASED_AT[kind.code], args=[patient.pk]) if kind.code in ERASED_AT else "")
        for kind in kept_kinds(patient, timezone.now()).values()
    ]
    return page(request, "care/disclosures/keeping.html", {"patient": patient, "kinds": kinds})


def contact(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Erase how to reach a person: what would go, the rule that holds it, and the signature."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.RECORDS_ERASE)
    words = _(
        "Phone, e-mail, chosen name, pronouns, support people and the words of messages are erased, and open links close. "
        "Legal name, date of birth and record number stay with the clinical record, the postal address while the "
        "controlled-drug register needs it. This cannot be undone."
    )
    done = _("Contact details are erased.")
    return erase_page(request, patient, CONTACT, erase_contact, words=words, done=done)


def erase(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Erase the clinical record: what goes and what stays is listed, and two people sign."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.RECORDS_ERASE)
    now = timezone.now()
    form = EraseClinicalForm(request.POST or None, patient=patient, by=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            second = form.cleaned_data["second"]
            confirm_signature(request.user, form.cleaned_data["password"])
            confirm_signature(second, form.cleaned_data["second_password"])
            erase_clinical(patient=patient, second=second, by=request.user, at=now)
        if tried.done:
            messages.success(request, _("The clinical record is erased."))
            return redirect("record-keeping", patient.pk)
    rows = clinical_rows(patient)
    context = {
        "patient": patient,
        "form": form,
        "kind": kept_kinds(patient, now)[CLINICAL],
        "go": tables_in_words(rows.go),
        "stay": tables_in_words(rows.stay),
    }
    return page(request, "care/disclosures/erase_clinical.html", context)
