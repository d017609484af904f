"""The page of a patient's whole record: what happened at the left, what it asks of people at the right.

It stands here, above all rooms, because it shows every room; each part is read through its own room.
"""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.queries import openings_of
from mooring.care.measures.queries import filled_of, open_concerns_of
from mooring.care.observations.queries import allergies_in_words, chart_of
from mooring.care.outcomes.queries import course_of, figure_of
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import access_in_words, team_of
from mooring.care.patients.timeline import read_once
from mooring.care.screening.queries import shown_screening_of
from mooring.care.treatments.record import current_treatment_of, knot_of, ordered_mg
from mooring.content.jurisdictions import within
from mooring.desk.next_step import next_step
from mooring.desk.timeline import happened_to
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.sentences.times import day_words, full_day_words
from mooring.words.numbers import plain_number, with_unit
from mooring.work.models import Task
from mooring.work.pages import SignedInRequest, page
from mooring.work.queries import may_be_asked, open_tasks_in

OPENINGS_SHOWN = 5
HAPPENED_SHOWN, HAPPENED_AT_MOST = 12, 1000


def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """One patient, whole."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_OPEN)
    now = timezone.now()
    everything = "all" in request.GET
    most = HAPPENED_AT_MOST if everything else HAPPENED_SHOWN
    with timezone.override(patient.site.zone):
        happened = happened_to(request.user, patient, most=most + 1)
        tasks = list(open_tasks_in(patient.subject_refs))
        may = _may(request.user, patient)
        context = {
            "patient": patient,
            "age": patient.age_on(patient.site.today(now)),
            "facts": _facts(patient),
            "mail": (patient.person.email or "").partition("@"),
            "next": next_step(request.user, patient, now),
            "happened": happened[:most],
            "happened_earlier": len(happened) > most and not everything,
            "tasks": _with_addresses(request.user, tasks),
            "may": may,
            "now": now,
        }
        if len(patient.records) > 1 and not patient.merged_into_id:
            context["merged_records"] = patient.merged_records.order_by("pk")
        if may["treatments"]:
            context |= _treatment(patient, now, with_scores=may["measures"])
        if may["screening"]:
            context["screening"] = shown_screening_of(patient)
        if may["measures"] and any(task.kind == "concern" for task in tasks):
            context["concerns"] = open_concerns_of(patient)
        if may["log"]:
            context["looks"] = access_in_words(openings_of(patient.subject_refs)[:OPENINGS_SHOWN])
        return page(request, "desk/record.html", context)


def _with_addresses(person: Person, tasks: list[Task]) -> list[dict[str, Any]]:
    """What is due for the patient; the page of a task only for who may be asked to do it."""
    return [{"task": task, "address": task.address if may_be_asked(person, task) else ""} for task in tasks]


def _facts(patient: Patient) -> list[dict[str, Any]]:
    """The line of standing facts under the name."""
    chart = chart_of(patient)
    weight, pressure = chart.weight, chart.blood_pressure
    not_measured = _("not measured yet")
    medicines = [f"{medicine.name} {medicine.dose}".strip() for medicine in chart.medicines]
    team = [str(member.person) for member in team_of(patient)]
    return [
        {"name": _("Born"), "value": full_day_words(patient.birth_date)},
        {"name": _("Record"), "value": patient.record_number},
        {
            "name": _("Weight"),
            "value": f"{with_unit(weight.value, 'kg')}, {day_words(weight.at)}" if weight else not_measured,
        },
        {
            "name": _("Blood pressure"),
            "value": f"{plain_number(pressure.value)}/{plain_number(pressure.second)}, {day_words(pressure.at)}"
            if pressure
            else not_measured,
        },
        {"name": _("Allergies"), "value": allergies_in_words(list(chart.allergies))},
        {"name": _("Medicines"), "value": ", ".join(medicines) or _("none recorded")},
        {"name": _("Team"), "value": ", ".join(dict.fromkeys(team)) or _("no one yet")},
    ]


def _treatment(patient: Patient, at: datetime, *, with_scores: bool) -> dict[str, Any]:
    """The newest treatment: its row of cycles, its scores against doses, the intention set last."""
    current = current_treatment_of(patient)
    if current is None:
        return {}
    treatment, cycles = current
    course = course_of(treatment, cycles, read_once(patient, filled_of)) if with_scores else None
    prepared = [cycle.preparation for cycle in cycles if hasattr(cycle, "preparation")]
    return {
        "figure": figure_of(course, patient.site, at) if course and course.scores else None,
        "prepared": max(prepared, key=lambda preparation: preparation.at, default=None),
        "treatment": treatment,
        "cycles": [knot_of(cycle, ordered_mg(cycle)) for cycle in cycles],
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
        "disclosures": Permission.DISCLOSURES_READ,
        "safety": Permission.SAFETY_READ,
    }
    if within(patient.site.jurisdiction, ("US",)):  # the programme (REMS) is one of the United States
        asked["rems"] = Permission.REMS_READ
    may = {name: may_on(person, patient, permission) for name, permission in asked.items()}
    return {**may, "notes": person.may(Permission.NOTES_WRITE)}
