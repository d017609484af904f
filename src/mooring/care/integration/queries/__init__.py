"""Reads of what follows a dose: its window, its contacts and visits, and how the session ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from mooring.care.integration.models import Contact, IntegrationVisit, PsychotherapyNote, Reached
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import TimelineEntry, newest, read_once
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import SessionChart, chart_of, contact_window, session_of
from mooring.care.treatments.models import Cycle
from mooring.care.treatments.record import all_cycles_of
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.words.names import name_in_use
from mooring.work.models import Task
from mooring.work.queries import open_tasks_about

ATTEMPTS_BEFORE_LOST = 2
"""How many attempts are made before a patient counts as lost. A design default without a source."""


@dataclass(frozen=True)
class After:
    """What follows one dose, read at one moment."""

    cycle: Cycle
    session: Session
    chart: SessionChart
    opens_at: datetime | None
    until: datetime | None
    contacts: tuple[Contact, ...]
    visits: tuple[IntegrationVisit, ...]
    task: Task | None
    concern: Task | None

    @property
    def reached(self) -> bool:
        """Whether the follow-up is done: the patient was reached once its window had opened."""
        return any(each.result == Reached.REACHED and each.is_follow_up for each in self.contacts)

    @property
    def spoken_to(self) -> bool:
        """Whether anybody has spoken to the patient since the dose, in the window or before it."""
        return any(each.result == Reached.REACHED for each in self.contacts)

    @property
    def attempts(self) -> int:
        return len(self.contacts)

    @property
    def stopped_early(self) -> bool:
        """Whether less was given than was ordered."""
        if self.chart.state.ended_at is None or self.chart.given_whole:
            return False
        return self.chart.administered.quantity.mg < self.chart.dose.mg


def after(cycle: Cycle, now: datetime) -> After | None:
    """What follows the dose of this cycle; None while it had none."""
    session = session_of(cycle)
    if session is None or not cycle.administered:
        return None
    chart = chart_of(session, now)
    site = cycle.treatment.patient.site
    ended_at = chart.state.ended_at
    window = contact_window(site, ended_at, now) if ended_at else (None, None)
    return After(
        cycle=cycle,
        session=session,
        chart=chart,
        opens_at=window[0],
        until=window[1],
        contacts=tuple(cycle.contacts.select_related("by").order_by("-at", "-id")),
        visits=tuple(cycle.integration_visits.select_related("by").order_by("-at", "-id")),
        task=open_tasks_about(cycle, "integration-contact").first(),
        concern=open_tasks_about(cycle, "concern").first(),
    )


def own_notes(person: Person, patient: Patient) -> list[PsychotherapyNote]:
    """The psychotherapy notes that this person wrote on the patient, newest first, with their words."""
    found = PsychotherapyNote.objects.filter(patient__in=patient.records, by=person)
    return list(found.select_related("words", "cycle").order_by("-at", "-pk"))


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """Follow-up calls and integration visits, in one statement; none is asked for before a first dose."""
    if not may_on(person, patient, Permission.INTEGRATION_READ):
        return []
    if not any(cycle.dosed_at for cycle in read_once(patient, all_cycles_of)):
        return []
    of_patient = {"cycle__treatment__patient": patient}
    name = "by__legal_name", "by__chosen_name"
    calls = Contact.objects.filter(**of_patient).values_list("at", "result", "is_follow_up", *name)
    visits = IntegrationVisit.objects.filter(**of_patient).values_list(
        "at", Value("", output_field=CharField()), Value(False), *name
    )
    entries = [
        TimelineEntry(
            at,
            _entry_words(result, is_follow_up),
            name_in_use(chosen=chosen, legal=legal),
        )
        for at, result, is_follow_up, legal, chosen in calls.union(visits, all=True).order_by("-at")[:most]
    ]
    return newest(entries, most)


def _entry_words(result: str, is_follow_up: bool) -> str:
    if not result:
        return _("Integration visit")
    words = _("24–72 h follow-up: {result}") if is_follow_up else _("Call before the follow-up: {result}")
    return words.format(result=Reached(result).label)
