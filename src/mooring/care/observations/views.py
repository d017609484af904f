"""Pages of the chart: measured values, laboratory results, medicines, allergies."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mooring.care.observations import actions
from mooring.care.observations.access import (
    get_allergy_for,
    get_medicine_for,
    get_observation_for,
    get_result_for,
)
from mooring.care.observations.forms import FORMS, LaboratoryForm
from mooring.care.observations.forms.listed import (
    AllergyForm,
    ClassifyAllergyForm,
    ClassifyMedicineForm,
    HoldForm,
    MedicineDetailsForm,
    MedicineForm,
)
from mooring.care.observations.models import LaboratoryTest, ObservationKind
from mooring.care.observations.queries import (
    allergies_of,
    body_at,
    formulary_of,
    medicine_rows,
    medicines_of,
    result_rows,
    standing_values,
)
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.identity.roles import Permission
from mooring.rules.medicines import Formulary
from mooring.work.fields import quantity_of
from mooring.work.pages import SignedInRequest, attempt, page, typed, was_sent

SHOWN = 20
TITLES = {
    ObservationKind.WEIGHT: gettext_lazy("Weight"),
    ObservationKind.HEIGHT: gettext_lazy("Height"),
    ObservationKind.BLOOD_PRESSURE: gettext_lazy("Blood pressure"),
    ObservationKind.HOME_PRESSURE: gettext_lazy("Blood pressure at home"),
    ObservationKind.TEMPERATURE: gettext_lazy("Temperature"),
    ObservationKind.PAIN: gettext_lazy("Pain"),
}


def observations(request: SignedInRequest, pk: int) -> HttpResponse:
    """The chart of a patient: values and results newest first, medicines and allergies as they are now."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_OPEN)
    with timezone.override(patient.site.zone):
        now = timezone.now()
        context = {
            "patient": patient,
            "values": [(kind, TITLES[kind], standing_values(patient, kind)[:SHOWN]) for kind in TITLES],
            "body": body_at(patient),
            "results": result_rows(patient)[:SHOWN],
            "tests": LaboratoryTest.choices,
            "medicines": medicine_rows(medicines_of(patient), formulary_of(patient, now)),
            "allergies": allergies_of(patient),
            "may_write": may_on(request.user, patient, Permission.OBSERVATIONS_WRITE),
            "may_classify": may_on(request.user, patient, Permission.SCREENING_DECIDE),
        }
        return page(request, "care/observations/observations.html", context)


def measure(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Record a measured value."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    if kind not in FORMS:
        raise Http404
    if was_sent(request):
        return redirect("observations", pk)
    now = timezone.now()
    with timezone.override(patient.site.zone):
        form = typed(request, FORMS[kind], patient=patient, now=now, initial={"at": now})
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.record_observation(
                    observation=form.unsaved(),
                    by=request.user,
                    at=now,
                    reason=form.reason,
                    measured_again=form.measured_again,
                )
            if tried.done:
                return redirect("observations", pk)
        return _form_page(request, patient, form, str(TITLES[ObservationKind(kind)]), _("Save"))


def correct(request: SignedInRequest, pk: int, observation_pk: int) -> HttpResponse:
    """Correct a value: the old one stays, and the new one names it."""
    old = get_observation_for(request.user, pk, observation_pk)
    now = timezone.now()
    with timezone.override(old.patient.site.zone):
        value = quantity_of(old.value, old.typed, old.unit) if old.unit else old.value
        initial = {"value": value, "second": old.second and int(old.second), "at": old.at}
        form = typed(request, FORMS[old.kind], patient=old.patient, now=now, corrects=old, initial=initial)
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.correct_observation(
                    observation=form.unsaved(), corrects=old, by=request.user, at=now, reason=form.reason
                )
            if tried.done:
                return redirect("observations", pk)
        return _form_page(request, old.patient, form, _("Correct the value"), _("Save the correction"))


def result(request: SignedInRequest, pk: int, test: str) -> HttpResponse:
    """Record a laboratory result."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    if test not in LaboratoryTest.values:
        raise Http404
    now = timezone.now()
    with timezone.override(patient.site.zone):
        form = typed(request, LaboratoryForm, test=test, patient=patient, now=now, initial={"at": now})
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.record_result(
                    result=form.unsaved(),
                    by=request.user,
                    at=now,
                    reason=form.reason,
                    measured_again=form.measured_again,
                )
            if tried.done:
                return redirect("observations", pk)
        return _form_page(request, patient, form, str(LaboratoryTest(test).label), _("Save"))


def correct_result(request: SignedInRequest, pk: int, result_pk: int) -> HttpResponse:
    """Correct a laboratory result: the old one stays, and the new one names it."""
    old = get_result_for(request.user, pk, result_pk)
    now = timezone.now()
    names = ("value", "unit", "reference_low", "reference_high", "result", "at")
    initial = {name: getattr(old, name) for name in names}
    with timezone.override(old.patient.site.zone):
        form = typed(
            request,
            LaboratoryForm,
            test=old.test,
            patient=old.patient,
            now=now,
            corrects=old,
            initial=initial,
        )
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.correct_result(
                    result=form.unsaved(), corrects=old, by=request.user, at=now, reason=form.reason
                )
            if tried.done:
                return redirect("observations", pk)
        return _form_page(request, old.patient, form, _("Correct the result"), _("Save the correction"))


@require_GET
def find_medicine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Names for what was typed so far, as options of the field's list."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    lists = formulary_of(patient, timezone.now())
    options = [
        (match.name, ", ".join(dict.fromkeys([match.medicine.name, *_titles(lists, match.medicine.classes)])))
        for match in (lists.search(request.GET.get("name", "")) if lists else ())
    ]
    return render(request, "care/observations/names.html", {"options": options})


@require_GET
def find_allergen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Substances for what was typed so far, as options of the field's list."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    lists = formulary_of(patient, timezone.now())
    found = lists.search_allergens(request.GET.get("substance", "")) if lists else []
    options = [(each.name, "") for each in found]
    return render(request, "care/observations/names.html", {"options": options})


def _titles(lists: Formulary | None, codes: tuple[str, ...]) -> list[str]:
    return [lists.classes[code].title for code in codes if lists and code in lists.classes]


def add_medicine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a medicine to the list."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    form = typed(request, MedicineForm, patient=patient)
    if request.method == "POST" and form.is_valid():
        form.instance.patient = patient
        with attempt(request, form) as tried:
            actions.tell_medicine(medicine=form.instance, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("observations", pk)
    return _form_page(request, patient, form, _("Add a medicine"), _("Save"), listed=True)


def medicine_details(request: SignedInRequest, pk: int, medicine_pk: int) -> HttpResponse:
    """The daily equivalent of a medicine, and when it was last taken."""
    medicine = get_medicine_for(request.user, pk, medicine_pk)
    now = timezone.now()
    with timezone.override(medicine.patient.site.zone):
        initial = {"equivalent_mg": medicine.equivalent_mg, "last_taken_at": medicine.last_taken_at}
        lists = formulary_of(medicine.patient, now)
        form = typed(
            request, MedicineDetailsForm, medicine=medicine, formulary=lists, now=now, initial=initial
        )
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.update_medicine(
                    medicine=medicine,
                    equivalent_mg=form.cleaned_data.get("equivalent_mg"),
                    last_taken_at=form.cleaned_data["last_taken_at"],
                    by=request.user,
                    at=now,
                )
            if tried.done:
                return redirect("observations", pk)
        return _form_page(request, medicine.patient, form, str(medicine), _("Save"))


def classify_medicine(request: SignedInRequest, pk: int, medicine_pk: int) -> HttpResponse:
    """A clinician classifies a medicine that the list does not name."""
    medicine = get_medicine_for(request.user, pk, medicine_pk, to=Permission.SCREENING_DECIDE)
    lists = formulary_of(medicine.patient, timezone.now())
    if lists is None:
        raise Http404
    form = typed(request, ClassifyMedicineForm, formulary=lists)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.classify_medicine(
                medicine=medicine, classes=form.cleaned_data["classes"], by=request.user, at=timezone.now()
            )
        if tried.done:
            return redirect("observations", pk)
    title = _("Classify {medicine}").format(medicine=medicine)
    return _form_page(request, medicine.patient, form, title, _("Save the classification"))


def hold(request: SignedInRequest, pk: int, medicine_pk: int) -> HttpResponse:
    """What was agreed about a medicine for a dosing day."""
    medicine = get_medicine_for(request.user, pk, medicine_pk)
    form = typed(request, HoldForm, initial={"hold": medicine.hold, "was": medicine.hold})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        with attempt(request, form) as tried:
            actions.agree_hold(
                medicine=medicine,
                hold=cleaned["hold"],
                was=cleaned["was"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("observations", pk)
    title = _("{medicine} on a dosing day").format(medicine=medicine)
    return _form_page(request, medicine.patient, form, title, _("Save"))


@require_POST
def stop_medicine(request: SignedInRequest, pk: int, medicine_pk: int) -> HttpResponse:
    """The patient takes it no longer."""
    medicine = get_medicine_for(request.user, pk, medicine_pk)
    with attempt(request) as tried:
        actions.stop_medicine(medicine=medicine, by=request.user, at=timezone.now())
    return _back(request, pk, tried.reasons)


def add_allergy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add an allergy to the list."""
    patient = get_patient_for(request.user, pk, to=Permission.OBSERVATIONS_WRITE)
    form = typed(request, AllergyForm, patient=patient)
    if request.method == "POST" and form.is_valid():
        form.instance.patient = patient
        with attempt(request, form) as tried:
            actions.tell_allergy(allergy=form.instance, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("observations", pk)
    return _form_page(request, patient, form, _("Add an allergy"), _("Save"), listed=True)


def classify_allergy(request: SignedInRequest, pk: int, allergy_pk: int) -> HttpResponse:
    """A clinician says which listed substance an allergy is to."""
    allergy = get_allergy_for(request.user, pk, allergy_pk, to=Permission.SCREENING_DECIDE)
    lists = formulary_of(allergy.patient, timezone.now())
    if lists is None:
        raise Http404
    form = typed(request, ClassifyAllergyForm, formulary=lists)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.classify_allergy(allergy=allergy, code=form.chosen, by=request.user, at=timezone.now())
        if tried.done:
            return redirect("observations", pk)
    title = _("Classify {allergy}").format(allergy=allergy)
    return _form_page(request, allergy.patient, form, title, _("Save the classification"))


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


def _form_page(
    request: SignedInRequest, patient: Patient, form: Any, title: str, act: str, *, listed: bool = False
) -> HttpResponse:
    """One form; `listed` offers names while its first field is typed into."""
    context = {"patient": patient, "form": form, "title": title, "act": act, "listed": listed}
    return page(request, "care/observations/one_form.html", context)


def _back(request: SignedInRequest, pk: int, reasons: list[str]) -> HttpResponse:
    for reason in reasons:
        messages.error(request, reason)
    return redirect("observations", pk)
