"""Pages of what was measured and told: weight, blood pressure, medicines, allergies."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.care.observations import actions
from mooring.care.observations.access import get_allergy_for, get_medicine_for, get_observation_for
from mooring.care.observations.forms import FORMS, AllergyForm, HoldForm, MedicineForm
from mooring.care.observations.models import ObservationKind
from mooring.care.observations.queries import allergies_of, medicines_of, standing_values
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

SHOWN = 20


def observations(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything measured and told about a patient, newest first."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_OPEN)
    with timezone.override(patient.site.zone):
        context = {
            "patient": patient,
            "weights": standing_values(patient, ObservationKind.WEIGHT)[:SHOWN],
            "pressures": standing_values(patient, ObservationKind.BLOOD_PRESSURE)[:SHOWN],
            "medicines": medicines_of(patient),
            "allergies": allergies_of(patient),
            "may_write": may_on(request.user, patient, Permission.OBSERVATIONS_WRITE),
        }
        return page(request, "care/observations/observations.html", context)


def measure(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Write down a weight or a blood pressure."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    if kind not in FORMS:
        raise Http404
    now = timezone.now()
    with timezone.override(patient.site.zone):
        form = typed(request, FORMS[kind], initial={"at": now})
        if request.method == "POST" and form.is_valid():
            observation = form.unsaved()
            observation.patient = patient
            with attempt(request, form) as tried:
                actions.record_observation(observation=observation, by=request.user, at=now)
            if tried.done:
                return redirect("observations", pk)
        titles = {ObservationKind.WEIGHT: _("Weight"), ObservationKind.BLOOD_PRESSURE: _("Blood pressure")}
        return _form_page(request, patient, form, titles[ObservationKind(kind)], _("Store the value"))


def correct(request: SignedInRequest, pk: int, observation_pk: int) -> HttpResponse:
    """Correct a value: the old one stays, and the new one names it."""
    old = get_observation_for(request.user, pk, observation_pk)
    now = timezone.now()
    with timezone.override(old.patient.site.zone):
        initial = {"value": old.value, "second": old.second and int(old.second), "at": old.at}
        form = typed(request, FORMS[old.kind], initial=initial)
        if request.method == "POST" and form.is_valid():
            observation = form.unsaved()
            observation.patient = old.patient
            with attempt(request, form) as tried:
                actions.correct_observation(observation=observation, corrects=old, by=request.user, at=now)
            if tried.done:
                return redirect("observations", pk)
        return _form_page(request, old.patient, form, _("Correct the value"), _("Store the correction"))


def add_medicine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down a medicine, as told."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    form = typed(request, MedicineForm)
    if request.method == "POST" and form.is_valid():
        form.instance.patient = patient
        with attempt(request, form) as tried:
            actions.tell_medicine(medicine=form.instance, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("observations", pk)
    return _form_page(request, patient, form, _("A medicine, as told"), _("Write it down"))


def hold(request: SignedInRequest, pk: int, medicine_pk: int) -> HttpResponse:
    """What was agreed about a medicine for a dosing day."""
    medicine = get_medicine_for(request.user, pk, medicine_pk)
    form = typed(request, HoldForm, initial={"hold": medicine.hold, "was": medicine.hold})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with attempt(request, form) as tried:
            actions.agree_hold(
                medicine=medicine, hold=given["hold"], was=given["was"], by=request.user, at=timezone.now()
            )
        if tried.done:
            return redirect("observations", pk)
    title = _("%(medicine)s on a dosing day") % {"medicine": medicine}
    return _form_page(request, medicine.patient, form, title, _("Store what was agreed"))


@require_POST
def stop_medicine(request: SignedInRequest, pk: int, medicine_pk: int) -> HttpResponse:
    """The patient takes it no longer."""
    medicine = get_medicine_for(request.user, pk, medicine_pk)
    with attempt(request) as tried:
        actions.stop_medicine(medicine=medicine, by=request.user, at=timezone.now())
    return _back(request, pk, tried.reasons)


def add_allergy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down an allergy, as told."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    form = typed(request, AllergyForm)
    if request.method == "POST" and form.is_valid():
        form.instance.patient = patient
        with attempt(request, form) as tried:
            actions.tell_allergy(allergy=form.instance, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("observations", pk)
    return _form_page(request, patient, form, _("An allergy, as told"), _("Write it down"))


@require_POST
def no_allergy(request: SignedInRequest, pk: int) -> HttpResponse:
    """The patient was asked and knows of none."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    with attempt(request) as tried:
        actions.tell_no_allergy(patient=patient, by=request.user, at=timezone.now())
    return _back(request, pk, tried.reasons)


@require_POST
def end_allergy(request: SignedInRequest, pk: int, allergy_pk: int) -> HttpResponse:
    """It turned out not to be one."""
    allergy = get_allergy_for(request.user, pk, allergy_pk)
    with attempt(request) as tried:
        actions.end_allergy(allergy=allergy, by=request.user, at=timezone.now())
    return _back(request, pk, tried.reasons)


def _form_page(request: SignedInRequest, patient: Patient, form: Any, title: str, act: str) -> HttpResponse:
    context = {"patient": patient, "form": form, "title": title, "act": act}
    return page(request, "care/observations/one_form.html", context)


def _back(request: SignedInRequest, pk: int, reasons: list[str]) -> HttpResponse:
    for reason in reasons:
        messages.error(request, reason)
    return redirect("observations", pk)
