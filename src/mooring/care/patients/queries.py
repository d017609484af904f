"""Reads over patients: finding one, their care team, and the access history in words."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from mooring.audit.models import Access, Event
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import TimelineEntry
from mooring.identity.models import CareTeamMember, Person

MOST_WORDS = 6


def matching(found: "QuerySet[Patient]", words: str) -> "QuerySet[Patient]":
    """Those of `found` whose name, record number, e-mail or date of birth hold every word."""
    for word in words.split()[:MOST_WORDS]:
        fits = (
            Q(person__legal_name__icontains=word)
            | Q(person__chosen_name__icontains=word)
            | Q(record_number__iexact=word)
            | Q(person__email__iexact=word)
        )
        with suppress(ValueError):
            fits |= Q(birth_date=date.fromisoformat(word))
        found = found.filter(fits)
    return found


def team_of(patient: Patient) -> "QuerySet[CareTeamMember]":
    """Who is on the patient's care team now."""
    now = CareTeamMember.objects.filter(team=patient.care_team_id, until__isnull=True)
    return now.select_related("person").order_by("since", "pk")


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """When they became a patient. Who holds the record may read it, so `person` is not asked again."""
    return [TimelineEntry(patient.since, _("Became a patient"))][:most]


@dataclass(frozen=True)
class AccessLine:
    """One line of the access history: who, what, when, why."""

    who: str
    what: str
    at: datetime
    why: str = ""


def access_in_words(openings: Iterable[Access]) -> list[AccessLine]:
    """Openings as sentences: the screen is named by its address's own name."""
    return together(
        AccessLine(
            opening.viewer_name,
            f"{opening.get_kind_display()}: {screen_words(opening.screen)}",
            opening.at,
            opening.reason,
        )
        for opening in openings
    )


def events_in_words(events: Iterable[Event]) -> list[AccessLine]:
    """Acts in the record as sentences: `care.measures.asked` reads "measures: asked"."""
    return together(event_in_words(event) for event in events)


def together(lines: Iterable[AccessLine]) -> list[AccessLine]:
    """The same line several times in a row as one, with how often; its time is the newest."""
    merged: list[AccessLine] = []
    for (who, what, why), same in groupby(lines, key=lambda line: (line.who, line.what, line.why)):
        repeats = list(same)
        times = _("{count} times in a row").format(count=len(repeats)) if len(repeats) > 1 else ""
        merged.append(AccessLine(who, what, repeats[0].at, ", ".join(filter(None, [why, times]))))
    return merged


def screen_words(screen: str) -> str:
    """A screen's address as words; an address that no longer exists stays as it was written."""
    try:
        name = resolve(screen).url_name or screen
    except Resolver404:
        return screen
    named = {
        "patient": _("the record"),
        "patients": _("the list of patients"),
        "patient-log": _("access history"),
        "patient-own-log": _("their own access history, by link"),
        "patient-people": _("care team and support people"),
        "patient-edit": _("names and contact"),
        "observations": _("vitals and history"),
        "measures": _("the questionnaires"),
        "measure": _("a questionnaire"),
        "measure-answer": _("their own questionnaire, by link"),
        "screening": _("the screening"),
        "screening-answer": _("their own screening, by link"),
        "referrals": _("the list of referrals"),
        "treatment": _("the treatment"),
        "cycle": _("a dose cycle"),
        "my-work": _("my work"),
    }
    return named.get(name, name.replace("-", " "))


def event_in_words(event: Event) -> AccessLine:
    """One act in the record, named by its room and its verb."""
    room, _dot, act = event.name.removeprefix("care.").rpartition(".")
    room_words = room.replace(".", ", ").replace("-", " ")
    return AccessLine(event.actor_name, f"{room_words}: {act.replace('-', ' ')}", event.at)
