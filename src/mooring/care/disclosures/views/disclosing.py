"""Pages: what was disclosed with each law's accounting, recording a disclosure, taking and revoking a consent."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.audit.looking import looking_at
from mooring.audit.models import AccessKind
from mooring.care.disclosures.access import get_copy_for, get_disclosure_consent_for, get_external_for
from mooring.care.disclosures.actions import (
    record_disclosure,
    revoke_disclosure_consent,
    sign_disclosure_consent,
)
from mooring.care.disclosures.actions.copies import ask_copy, file_of, hand_over_copy
from mooring.care.disclosures.actions.external import end_external, open_to_external
from mooring.care.disclosures.forms import (
    CopyForm,
    DisclosureConsentForm,
    ExternalForm,
    RecordDisclosureForm,
)
from mooring.care.disclosures.queries import (
    accounting_of,
    accounting_sheet,
    consents_of,
    copies_of,
    copy_in_words,
    disclosures_of,
    external_of,
    is_part2_programme,
    kind_words,
    marked_rows,
    statements_of,
)
from mooring.care.patients.access import get_patient_for, may_on
from mooring.identity.actions import confirm_signature
from mooring.identity.roles import Permission
from mooring.work.documents.answering import sheet_file
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
            "copies": copies_of(patient),
            "external": external_of(patient),
            "now": now,
            "part2": is_part2_programme(patient.site, now),
            "marked": len(marked_rows(patient)),
            "may_write": may_on(request.user, patient, WRITE),
            "may_erase": may_on(request.user, patient, Permission.RECORDS_ERASE),
        },
    )


def accounting(request: SignedInRequest, patient_pk: int) -> FileResponse | HttpResponse:
    """The accounting of every law as one tagged PDF for the patient; making it is a print in the access history."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        patient = get_patient_for(request.user, patient_pk, to=READ)
    with timezone.override(patient.site.zone):
        made = accounting_sheet(patient, timezone.now())
        back = reverse("record-disclosures", args=[patient.pk])
        return sheet_file(request, made, f"accounting-{patient.record_number}.pdf", back=back)


def record(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Record a disclosure in the moment in which it leaves."""
    patient = get_patient_for(request.user, patient_pk, to=WRITE)
    form = typed(request, RecordDisclosureForm, consents=consents_of(patient))
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
            return redirect("record-disclosures", patient.pk)
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
            return redirect("record-disclosures", patient.pk)
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
            return redirect("record-disclosures", found.patient_id)
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


def ask(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Ask for a copy of the record; it is made in the background."""
    patient = get_patient_for(request.user, patient_pk, to=WRITE)
    initial = {"recipient": patient.person.legal_name, "purpose": _("At the patient's request")}
    form = typed(request, CopyForm, consents=consents_of(patient), initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            made = ask_copy(
                patient=patient,
                ask=form.ask(),
                consent=form.cleaned_data["consent"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done and not tried.repeated:
            return redirect("record-copy", made.pk)
        if tried.done:
            return redirect("record-disclosures", patient.pk)
    return page(request, "care/disclosures/ask.html", {"patient": patient, "form": form})


def copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the copy is; once it is whole, it is handed over here."""
    found = get_copy_for(request.user, pk, to=WRITE)
    context = {"patient": found.patient, "copy": found, "form": KeyedForm()}
    if request.htmx:
        return render(request, "care/disclosures/copy_progress.html", context)
    return page(request, "care/disclosures/copy.html", context)


@require_POST
def fetch(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The archive itself: it leaves now, and the record says so."""
    found = get_copy_for(request.user, pk, to=WRITE)
    with attempt(request) as tried:
        hand_over_copy(copy=found, by=request.user, at=timezone.now())
    if not tried.done:
        messages.error(request, " ".join(tried.reasons))
        return redirect("record-copy", pk)
    return FileResponse(file_of(found).open("rb"), as_attachment=True, filename=file_of(found).name)


def external(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Open the record for reading to a professional from outside."""
    patient = get_patient_for(request.user, patient_pk, to=WRITE)
    form = typed(request, ExternalForm, consents=consents_of(patient), initial={"kind": "therapist"})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            open_to_external(
                patient=patient,
                outside=form.outside(patient),
                consent=form.cleaned_data["consent"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Access opened. It ends by itself, and the patient can read it."))
            return redirect("record-disclosures", patient.pk)
    return page(request, "care/disclosures/external.html", {"patient": patient, "form": form})


@require_POST
def external_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an access from outside now."""
    found = get_external_for(request.user, pk, to=WRITE)
    with attempt(request) as tried:
        end_external(access=found, by=request.user, at=timezone.now())
    if tried.done:
        messages.success(request, _("Access ended."))
    else:
        messages.error(request, " ".join(tried.reasons))
    return redirect("record-disclosures", found.patient_id)
