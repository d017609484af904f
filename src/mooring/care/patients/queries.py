"""Reads over patients: finding one, their care team, and the access history in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from itertools import groupby
from operator import and_, or_

from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from mooring.audit.models import Access, Event
from mooring.care.patients.models import Patient, PostalAddress
from mooring.care.patients.timeline import TimelineEntry
from mooring.identity.models import CareTeamMember, Person
from mooring.sentences.times import full_day_words
from mooring.words.dates import dates_in
from mooring.words.names import folded_words, one_slip_keys, same_name
from mooring.words.phones import LEAST_DIGITS, digits_of, phone_key

MOST_WORDS = 6
PHONE_LIKE = re.compile(r"\+?\(?\d[\d ().\-/\u00a0]{5,}\d")
"""Seven digits or more, with what people put between them."""


def subject_of(reference: str) -> dict[str, object]:
    """The patient behind a reference (`care_patients.patient:7`), as pages show whose record it is; else nothing."""
    label, _colon, pk = reference.partition(":")
    if label != Patient._meta.label_lower or not pk.isdecimal():
        return {}
    found = Patient.objects.select_related("person", "merged_into").filter(pk=int(pk)).first()
    return {"patient": found} if found else {}


def matching(
    patients: "QuerySet[Patient]", words: str, *, regions: Iterable[str], today: date, near: bool = False
) -> "QuerySet[Patient]":
    """Those of `patients` who fit everything typed: names, date of birth, phone, e-mail, record number.

    A date may be written in any usual form, a phone number as people of `regions` dial it, a record number
    with or without its letter. `near` also takes names with one slip of the hand in each word. Everything is
    compared in the database, on what `search_keys_of` stored.
    """
    dates, rest = dates_in(words, today=today)
    if dates:
        patients = patients.filter(birth_date__in=dates)
    phone = PHONE_LIKE.search(rest)
    if phone:
        patients = patients.filter(_has_phone(phone.group(), regions))
        rest = rest.replace(phone.group(), " ")
    for word in rest.split()[:MOST_WORDS]:
        patients = patients.filter(_has_word(word, near=near))
    return patients


def _has_phone(text: str, regions: Iterable[str]) -> Q:
    keys = {phone_key(text, region) for region in regions} - {""}
    return Q(phone_key__in=keys) if keys else Q(phone_key__endswith=digits_of(text))


def _has_word(word: str, *, near: bool) -> Q:
    fits = Q(record_number__iexact=word) | Q(person__email__iexact=word)
    if word.isdecimal():
        fits |= Q(record_number=f"R-{word}")
        if len(word) >= LEAST_DIGITS:
            fits |= Q(phone_key__endswith=word)
    parts = [_has_name_part(part, near=near) for part in folded_words(word)]
    return fits | reduce(and_, parts) if parts else fits


def _has_name_part(part: str, *, near: bool) -> Q:
    if not near:
        return Q(search_names__contains=part)
    return reduce(or_, (Q(search_slips__contains=f" {key} ") for key in sorted(one_slip_keys(part))))


def identified(who: str, birth_date: date) -> Patient | None:
    """The one patient whom two identifiers name: the record number or the whole legal name, and the date of birth.

    None where nobody fits or several do; nothing is found by half a name.
    """
    born = Patient.objects.filter(birth_date=birth_date).select_related("person", "site")
    fits = [
        patient
        for patient in born
        if who.strip().upper() in {patient.record_number, patient.record_number.removeprefix("R-")}
        or same_name(who, patient.person.legal_name)
    ]
    return fits[0] if len(fits) == 1 else None


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


def whose_words(patient: Patient) -> str:
    """Name, day of birth and record number: the two identifiers that stand on every page of a paper."""
    return _("{name}, born {day}, {number}").format(
        name=patient.person.legal_name, day=full_day_words(patient.birth_date), number=patient.record_number
    )


def address_of(patient: Patient) -> str:
    """The newest postal address in any of the patient's records; empty where none is saved."""
    newest = PostalAddress.objects.filter(patient__in=patient.records).order_by("-pk").first()
    return newest.lines if newest else ""
