"""The programme itself: a setting's certification, a patient's enrolment, their papers, the device log."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at, saw
from mooring.audit.models import AccessKind
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.care.rems.forms.programme import (
    CertifiedSettingForm,
    ConfirmCertificationForm,
    EndCertificationForm,
    EnrolForm,
    EnrolmentStepForm,
    RemsVerifyForm,
)
from mooring.care.rems.queries import edition_for, forms_of
from mooring.care.rems.queries.device_log import device_log
from mooring.care.rems.queries.sheets import PATIENT_ENROLMENT, SITE_ENROLMENT, enrolment_sheet, site_sheet
from mooring.care.safety import actions
from mooring.care.safety.actions.rems import AFTER
from mooring.care.safety.models import EnrolmentState, RemsEnrolment, SiteCertification
from mooring.care.safety.queries.rems import (
    certification_of,
    enrolment_of,
    form_of,
    represents,
    verified_today,
)
from mooring.identity.access import get_site_for
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Site
from mooring.identity.roles import Permission
from mooring.sentences.rems import ACKNOWLEDGMENTS, ATTESTATIONS
from mooring.work.documents.answering import sheet_file
from mooring.work.pages import SignedInRequest, attempt, page

READ = Permission.REMS_READ


def of_site(request: SignedInRequest, pk: int) -> HttpResponse:
    """The setting's form: signed by its representative, confirmed by the programme, ended."""
    site = get_site_for(request.user, pk, to=READ)
    now = timezone.now()
    standing = form_of(site)
    forms = _site_forms(request, site, standing)
    acts: dict[str, Callable[[dict[str, Any]], object]] = {
        "sign": lambda typed: _sign(request, site, typed),
    }
    if standing is not None:
        who: dict[str, Any] = {"certification": standing, "by": request.user, "at": now}
        acts["confirm"] = lambda typed: actions.confirm_certification(**who, **typed)
        acts["end"] = lambda typed: actions.end_certification(**who, **typed)
    done = _act(request, forms, acts)
    if done:
        return redirect("rems-site", site.pk)
    context = {
        "site": site,
        "standing": standing,
        "in_force": certification_of(site, now),
        "attestations": ATTESTATIONS.values(),
        "forms": forms,
    }
    return page(request, "care/rems/site.html", context, status=_status(forms))


def _sign(request: SignedInRequest, site: Site, typed: dict[str, Any]) -> None:
    confirm_signature(request.user, typed.pop("password"))
    actions.certify_site(
        site=site, form=actions.CertificationForm(**typed), by=request.user, at=timezone.now()
    )


def _site_forms(
    request: SignedInRequest, site: Site, standing: SiteCertification | None
) -> dict[str, BaseForm]:
    """The forms that may be sent now, the sent one bound."""
    if not request.user.may(Permission.REMS_CERTIFY) or not represents(request.user, site, timezone.now()):
        return {}
    if standing is None:
        return _bound(
            request,
            {
                "sign": lambda data: CertifiedSettingForm(
                    data, initial=CertifiedSettingForm.filled_from(site, request.user)
                )
            },
        )
    makers: dict[str, Callable[[Any], BaseForm]] = {"end": EndCertificationForm}
    if standing.certified_on is None:
        makers["confirm"] = lambda data: ConfirmCertificationForm(
            data, initial={"certified_on": site.today(timezone.now())}
        )
    return _bound(request, makers)


def _bound(request: SignedInRequest, makers: dict[str, Callable[[Any], BaseForm]]) -> dict[str, BaseForm]:
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    return {name: make(request.POST if name == sent else None) for name, make in makers.items()}


def _act(
    request: SignedInRequest,
    forms: dict[str, BaseForm],
    acts: dict[str, Callable[[dict[str, Any]], object]],
) -> bool:
    """Do the act of the form that was sent, once; whether it is done."""
    sent = request.POST.get("form", "")
    form = forms.get(sent)
    if request.method != "POST" or form is None or not form.is_valid():
        return False
    with attempt(request, form) as tried:
        acts[sent](dict(form.cleaned_data))
    if tried.done:
        messages.success(request, _("Saved."))
    return tried.done


def _status(forms: dict[str, BaseForm]) -> int:
    return 422 if any(form.is_bound and form.errors for form in forms.values()) else 200


def of_patient(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """A patient's enrolment with both signatures, what became of it, and the check before dispensing."""
    patient = get_patient_for(request.user, patient_pk, to=READ)
    now = timezone.now()
    enrolment = enrolment_of(patient)
    forms = _patient_forms(request, patient, enrolment)
    acts: dict[str, Callable[[dict[str, Any]], object]] = {
        "enrol": lambda typed: _enrol(request, patient, typed),
    }
    if enrolment is not None:
        who: dict[str, Any] = {"enrolment": enrolment, "by": request.user, "at": now}
        acts["step"] = lambda typed: actions.move_enrolment(**who, **typed)
        acts["verify"] = lambda typed: actions.verify_enrolment(
            **{**typed, "enrolled": typed["enrolled"] == "yes"}, **who
        )
    if _act(request, forms, acts):
        return redirect("rems-of", patient.pk)
    with timezone.override(patient.site.zone):
        context = {
            "patient": patient,
            "enrolment": enrolment,
            "state": EnrolmentState(enrolment.state).label if enrolment else "",
            "enrolled": enrolment is not None and enrolment.state == EnrolmentState.ENROLLED,
            "verified": verified_today(patient, now),
            "certified": certification_of(patient.site, now),
            "acknowledgments": ACKNOWLEDGMENTS.values(),
            "monitoring": forms_of(patient, now),
            "forms": forms,
        }
        return page(request, "care/rems/patient.html", context, status=_status(forms))


def _enrol(request: SignedInRequest, patient: Patient, typed: dict[str, Any]) -> None:
    confirm_signature(request.user, typed.pop("password"))
    actions.enrol_patient(
        patient=patient, form=actions.EnrolmentForm(**typed), by=request.user, at=timezone.now()
    )


def _patient_forms(
    request: SignedInRequest, patient: Patient, enrolment: RemsEnrolment | None
) -> dict[str, BaseForm]:
    makers: dict[str, Callable[[Any], BaseForm]] = {}
    state = EnrolmentState(enrolment.state) if enrolment else None
    if state not in AFTER and may_on(request.user, patient, Permission.REMS_ENROL):
        makers["enrol"] = lambda data: EnrolForm(data, initial=EnrolForm.filled_from(patient, request.user))
    if state in AFTER and may_on(request.user, patient, Permission.REMS_VERIFY):
        today = patient.site.today(timezone.now())
        makers["step"] = lambda data: EnrolmentStepForm(data, state=str(state), initial={"on": today})
    if state == EnrolmentState.ENROLLED and may_on(request.user, patient, Permission.REMS_VERIFY):
        makers["verify"] = RemsVerifyForm
    return _bound(request, makers)


def enrolment_paper(request: SignedInRequest, patient_pk: int) -> FileResponse | HttpResponse:
    """The patient's enrolment as it was signed, for copying onto the programme's form."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        patient = get_patient_for(request.user, patient_pk, to=READ)
    edition = edition_for(patient.site, PATIENT_ENROLMENT, patient.site.today(timezone.now()))
    if edition is None:
        raise Http404
    with timezone.override(patient.site.zone):
        sheet, back = enrolment_sheet(patient, edition), reverse("rems-of", args=[patient.pk])
        return sheet_file(request, sheet, f"{slugify(sheet.title)}-{patient.record_number}.pdf", back=back)


def site_paper(request: SignedInRequest, site_pk: int) -> FileResponse | HttpResponse:
    """The setting's form as its representative signed it, for copying onto the programme's form."""
    site = get_site_for(request.user, site_pk, to=READ)
    now = timezone.now()
    edition = edition_for(site, SITE_ENROLMENT, site.today(now))
    if edition is None:
        raise Http404
    with timezone.override(site.zone):
        sheet, back = site_sheet(site, edition, now), reverse("rems-site", args=[site.pk])
        return sheet_file(request, sheet, f"{slugify(sheet.title)}-site.pdf", back=back)


def inventory(request: SignedInRequest, site_pk: int) -> HttpResponse:
    """Which devices came, to whom they went, and what became of them: the programme's dispensing record."""
    site = get_site_for(request.user, site_pk, to=READ)
    rows = device_log(site)
    saw(request.user, [row.subject for row in rows])
    with timezone.override(site.zone):
        return page(request, "care/rems/inventory.html", {"site": site, "rows": rows})
