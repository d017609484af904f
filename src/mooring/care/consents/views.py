"""Pages of consents: what is signed, taking a consent in person, the signed text, withdrawing it."""

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.consents.access import get_consent_for
from mooring.care.consents.actions import sign_consent, withdraw_consent
from mooring.care.consents.forms import SignConsentForm, WithdrawConsentForm
from mooring.care.consents.models import Consent
from mooring.care.consents.queries import (
    ConsentStatus,
    all_consents,
    text_digest,
    texts_in_force,
    texts_needed,
)
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.care.screening.queries import where_for
from mooring.content.schema.texts import ConsentSection
from mooring.content.schema.texts import ConsentText as Text
from mooring.identity.actions import confirm_signature
from mooring.identity.packs import pack_in_force, parsed, signed_pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def of_patient(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Every text of the site's pack with its status, and every consent that was signed."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.CONSENTS_READ)
    needed, others, why_not = _statuses_of(patient)
    signed = Consent.objects.filter(patient__in=patient.records).select_related("taken_by", "withdrawn_to")
    return page(
        request,
        "care/consents/of_patient.html",
        {
            "patient": patient,
            "statuses": needed,
            "others": others,
            "why_not": why_not,
            "signed": signed.order_by("-signed_at", "-id"),
            "may_take": may_on(request.user, patient, Permission.CONSENTS_TAKE),
        },
    )


def _statuses_of(patient: Patient) -> tuple[list[ConsentStatus], list[ConsentStatus], str]:
    """The texts that the site's treatment needs, all other texts, or the reason why there are none."""
    try:
        pack = pack_in_force(patient.site)
    except Refused as refused:
        return [], [], " ".join(refused.reasons)
    on = patient.site.today(timezone.now())
    wanted = texts_needed(pack, on, patient.person.language, where_for(patient))
    statuses = all_consents(patient, pack, on=on).statuses
    return (
        [status for status in statuses if status.text in wanted],
        [status for status in statuses if status.text not in wanted],
        "",
    )


def take(request: SignedInRequest, patient_pk: int, text_key: str) -> HttpResponse:
    """The text, section by section, with its questions; patient and colleague sign at the end."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.CONSENTS_TAKE)
    at = timezone.now()
    try:
        pack = signed_pack_in_force(patient.site)
    except Refused:
        return redirect("consents", patient.pk)
    text = _text_in_force(patient, text_key)
    form = typed(request, SignConsentForm, text=text)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            sign_consent(
                patient=patient,
                pack=pack,
                text=text,
                signed_name=form.cleaned_data["signed_name"],
                understood=form.understood(),
                choices=form.choices(),
                by=request.user,
                at=at,
            )
        if tried.done:
            messages.success(request, _("{title} is signed.").format(title=text.title))
            return redirect("consents", patient.pk)
    return page(
        request,
        "care/consents/take.html",
        {"patient": patient, "text": text, "form": form, "sections": _with_questions(text, form)},
    )


def _text_in_force(patient: Patient, text_key: str) -> Text:
    texts = texts_in_force(
        pack_in_force(patient.site), patient.site.today(timezone.now()), patient.person.language
    )
    for text in texts:
        if text.key == text_key:
            return text
    raise Http404


def _with_questions(text: Text, form: SignConsentForm) -> list[tuple[ConsentSection, list[BoundField]]]:
    names = [(section, (f"understood_{section.code}", f"choice_{section.code}")) for section in text.sections]
    return [(section, [form[name] for name in both if name in form.fields]) for section, both in names]


def consent(request: SignedInRequest, pk: int) -> HttpResponse:
    """The text that was signed, word for word, from the pack of that day. It can be printed."""
    found = get_consent_for(request.user, pk)
    text = parsed(found.pack).consents[found.text]
    return page(
        request,
        "care/consents/consent.html",
        {
            "consent": found,
            "patient": found.patient,
            "text": text,
            "unchanged": text_digest(text) == found.text_digest,
            "sections": [
                (section, found.understood.get(section.code), found.choices.get(section.code))
                for section in text.sections
            ],
            "may_take": may_on(request.user, found.patient, Permission.CONSENTS_TAKE),
        },
    )


def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """The patient withdraws a consent; no reason is asked."""
    found = get_consent_for(request.user, pk, to=Permission.CONSENTS_TAKE)
    form = typed(request, WithdrawConsentForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            withdraw_consent(consent=found, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Consent withdrawn. The care team has been notified."))
            return redirect("consents", found.patient_id)
    return page(
        request, "care/consents/withdraw.html", {"consent": found, "patient": found.patient, "form": form}
    )
