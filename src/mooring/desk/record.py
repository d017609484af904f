"""The page of a patient's whole record: what happened at the left, what it asks of people at the right.

It stands here, above all rooms, because it shows every room; each part is read through its own room.
"""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.queries import openings_of
from mooring.care.measures.models import Concern
from mooring.care.observations.queries import (
    allergies_in_words,
    allergies_of,
    medicines_of,
    newest_blood_pressure,
    newest_weight,
)
from mooring.care.outcomes.queries import course_of, figure_of
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import access_in_words, team_of
from mooring.care.screening.queries import newest_screening_of
from mooring.care.treatments.models import Cycle, DoseOrder, Phase, Preparation, TreatmentState
from mooring.care.treatments.queries import cycles_of, live_orders_of, treatments_of
from mooring.desk.next_step import next_step
from mooring.desk.timeline import happened_to
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.sentences.times import day_words, full_day_words
from mooring.words.numbers import plain_number, with_unit
from mooring.work.pages import SignedInRequest, page
from mooring.work.queries import may_be_asked, open_tasks_in

LOOKS_SHOWN = 5
HAPPENED_SHOWN, HAPPENED_AT_MOST = 12, 1000


def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """One patient, whole."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_OPEN)
    now = timezone.now()
    everything = "all" in request.GET
    most = HAPPENED_AT_MOST if everything else HAPPENED_SHOWN
    with timezone.override(patient.site.zone):
        happened = happened_to(request.user, patient, most=most + 1)
        may = _may(request.user, patient)
        context = {
            "patient": patient,
            "age": patient.age_on(patient.site.today(now)),
            "facts": _facts(patient),
            "mail": (patient.person.email or "").partition("@"),
            "next": next_step(request.user, patient, now),
            "happened": happened[:most],
            "happened_earlier": len(happened) > most and not everything,
            "tasks": _tasks(request.user, patient),
            "may": may,
            "now": now,
        }
        if may["treatments"]:
            context |= _treatment(patient, now, with_scores=may["measures"])
        if may["screening"]:
            context["screening"] = newest_screening_of(patient)
        if may["measures"]:
            context["concerns"] = list(
                Concern.objects.filter(patient=patient, answered_at__isnull=True).order_by("-urgent", "pk")
            )
        if may["log"]:
            openings = openings_of(patient.subject_ref)
            context["looks"] = access_in_words(list(openings[:LOOKS_SHOWN]))
            context["looks_all"] = openings.count()
        return page(request, "desk/record.html", context)


def _tasks(person: Person, patient: Patient) -> list[dict[str, Any]]:
    """What is owed to the patient; the page of a task only for who may be asked to do it."""
    return [
        {"task": task, "address": task.address if may_be_asked(person, task) else ""}
        for task in open_tasks_in(patient.subject_ref)
    ]


def _facts(patient: Patient) -> list[dict[str, Any]]:
    """The line of standing facts under the name."""
    weight, pressure = newest_weight(patient), newest_blood_pressure(patient)
    facts: list[dict[str, Any]] = [
        {"name": _("Born"), "value": full_day_words(patient.birth_date)},
        {"name": _("Record"), "value": patient.record_number},
        {
            "name": _("Weight"),
            "value": f"{with_unit(weight.value, 'kg')}, {day_words(weight.at)}"
            if weight
            else _("not measured yet"),
        },
        {
            "name": _("Blood pressure"),
            "value": f"{plain_number(pressure.value)}/{plain_number(pressure.second)}, {day_words(pressure.at)}"
            if pressure
            else _("not measured yet"),
        },
        {"name": _("Allergies"), "value": allergies_in_words(list(allergies_of(patient)))},
    ]
    medicines = [f"{each.name} {each.dose}".strip() for each in medicines_of(patient)]
    facts.append({"name": _("Medicines"), "value": ", ".join(medicines) or _("none written down")})
    team = [str(each.person) for each in team_of(patient)]
    facts.append({"name": _("Team"), "value": ", ".join(dict.fromkeys(team)) or _("nobody yet")})
    return facts


def _treatment(patient: Patient, at: datetime, *, with_scores: bool) -> dict[str, Any]:
    """The newest treatment: its row of cycles, its scores against doses, the intention set last."""
    treatment = treatments_of(patient).exclude(state=TreatmentState.WITHDRAWN).first()
    if treatment is None:
        return {}
    orders = live_orders_of(treatment)
    course = course_of(treatment) if with_scores else None
    prepared = Preparation.objects.filter(cycle__treatment=treatment).select_related("by")
    return {
        "figure": figure_of(course, patient.site, at) if course and course.scores else None,
        "prepared": prepared.order_by("-at").first(),
        "treatment": treatment,
        "cycles": [_knot(cycle, orders.get(cycle.pk)) for cycle in cycles_of(treatment)],
    }


def _knot(cycle: Cycle, order: DoseOrder | None) -> dict[str, Any]:
    """One knot of the row of cycles, as `components/cycles.html` reads it."""
    state = {Phase.CLOSED: "done", Phase.VOID: "void", Phase.PREPARE: "next"}.get(Phase(cycle.phase), "now")
    on = cycle.dosed_at or cycle.target_date
    return {
        "name": _("Dose %(number)s") % {"number": cycle.number},
        "state": state,
        "url": reverse("cycle", args=[cycle.pk]),
        "dose": with_unit(order.dose_mg, "mg") if order and cycle.administered else "",
        "date": day_words(on),
        "note": str(cycle.get_phase_display()),
    }


def _may(person: Person, patient: Patient) -> dict[str, bool]:
    """Which parts this person may see or do, by the permission table."""
    asked = {
        "write": Permission.PATIENTS_WRITE,
        "log": Permission.RECORD_LOG_READ,
        "screening": Permission.SCREENING_READ,
        "screening_send": Permission.SCREENING_SEND,
        "measures": Permission.MEASURES_READ,
        "measures_write": Permission.MEASURES_WRITE,
        "consents": Permission.CONSENTS_READ,
        "treatments": Permission.TREATMENTS_READ,
    }
    return {name: may_on(person, patient, permission) for name, permission in asked.items()}
