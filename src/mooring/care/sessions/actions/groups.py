"""A group: several sessions in one room with one team, a ratio that holds, shared lines written once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit.recording import note, recorded
from mooring.care.patients.access import may_on
from mooring.care.sessions.actions.write_entry import write_entry
from mooring.care.sessions.models import GroupPlace, LogEntry, Session, SessionGroup, SessionState
from mooring.care.sessions.queries import shared_entries, shared_key
from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused

PRESENT = ("dosing", "recovery", "ready")


@recorded("care.sessions.group-opened")
def open_group(
    *,
    site: Site,
    name: str,
    room: str,
    patients_each: int,
    team: Sequence[Person],
    by: Person,
    at: datetime,
) -> SessionGroup:
    """Open a group with its team; sessions join one by one."""
    if not name.strip() or not room.strip():
        raise Refused(_("Name the group and its room."))
    if not team:
        raise Refused(_("Name who is in the room."))
    if not 1 <= patients_each <= 4:
        raise Refused(_("One to four patients for each of the team."))
    made = SessionGroup.objects.create(
        site=site,
        name=name.strip(),
        room=room.strip(),
        patients_each=patients_each,
        opened_by=by,
        opened_at=at,
    )
    made.team.set(team)
    note(target=made, team=len(team), each=patients_each)
    return made


@recorded("care.sessions.group-joined")
def join_group(*, group: SessionGroup, session: Session, by: Person, at: datetime) -> GroupPlace:
    """Give a session a place in the group; refused where the team is too small for one more."""
    if group.closed_at is not None:
        raise Refused(_("This group is closed."))
    if session.state != SessionState.OPEN or session.patient.site_id != group.site_id:
        raise Refused(_("Only an open session of this site joins."))
    if GroupPlace.objects.filter(session=session).exists():
        raise Refused(_("This session has a place in a group already."))
    reasons = _too_many(group, _here(group) + 1)
    if reasons:
        raise Refused(*reasons)
    number = (group.places.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            made = GroupPlace.objects.create(group=group, session=session, number=number)
    except IntegrityError as error:
        raise Refused(_("This session has a place in a group already.")) from error
    note(target=made, group=group.pk, number=number)
    return made


@recorded("care.sessions.group-team-changed")
def change_team(*, group: SessionGroup, team: Sequence[Person], by: Person, at: datetime) -> SessionGroup:
    """Say anew who is in the room; who leaves while patients are there must leave enough of the team."""
    reasons = _too_many(group, _here(group), len(team))
    if reasons:
        raise Refused(*reasons)
    group.team.set(team)
    note(target=group, team=len(team))
    return group


@recorded("care.sessions.group-closed")
def close_group(*, group: SessionGroup, by: Person, at: datetime) -> SessionGroup:
    """Close the group; every patient has been discharged."""
    if _here(group):
        raise Refused(_("Patients of this group are still here."))
    closed = SessionGroup.objects.filter(pk=group.pk, closed_at__isnull=True).update(closed_at=at)
    if closed != 1:
        raise Refused(_("This group was closed a moment ago."))
    group.refresh_from_db()
    note(target=group)
    return group


@recorded("care.sessions.group-line-written")
def write_shared(
    *, group: SessionGroup, text: str, happened_at: datetime, key: UUID, by: Person, at: datetime
) -> list[LogEntry]:
    """One line for everybody in the room: written once, filed in each record as its own, naming no one.

    The names of the group's patients are refused in it: each record is read by its own patient.
    """
    places = list(
        group.places.select_related(
            "session__patient__person",
            "session__patient__site",
            "session__cycle__treatment__patient__site",
            "session__order",
            "session__pack",
        )
        .defer("session__pack__body")
        .filter(session__state=SessionState.OPEN)
    )
    if not places:
        raise Refused(_("No session of this group is open."))
    named = [str(place.session.patient) for place in places if _names(place.session, text)]
    if named:
        raise Refused(
            _("A shared line names no one: {names}. Write it in that patient’s own session.").format(
                names=", ".join(named)
            )
        )
    without = [place for place in places if not may_on(by, place.session.patient, Permission.SESSIONS_WRITE)]
    if without:
        raise Refused(_("You do not work in every session of this group."))
    entries = [
        write_entry(
            session=place.session,
            kind=EntryKind.NOTE,
            facts={},
            text=text,
            happened_at=max(happened_at, place.session.opened_at),
            key=shared_key(key, place.session_id),
            by=by,
            at=at,
        )
        for place in places
    ]
    note(target=group, sessions=len(entries))
    return entries


@recorded("care.sessions.group-line-withdrawn")
def withdraw_shared(*, group: SessionGroup, key: UUID, by: Person, at: datetime) -> int:
    """Take a line back in each record, as its author; answers in how many."""
    entries = shared_entries(group, key, by)
    for entry in entries:
        write_entry(
            session=entry.session,
            kind=EntryKind.NOTE,
            facts={},
            happened_at=entry.at,
            key=uuid5(entry.key, "withdraw"),
            corrects=entry,
            withdraw=True,
            by=by,
            at=at,
        )
    note(target=group, sessions=len(entries))
    return len(entries)


def _names(session: Session, text: str) -> bool:
    person, said = session.patient.person, text.casefold().split()
    words = {word.strip(".,;:!?()“”\"'") for word in said}
    names = {*person.legal_name.casefold().split(), *person.chosen_name.casefold().split()}
    return bool(words & {name for name in names if len(name) > 2})


def _here(group: SessionGroup) -> int:
    """How many of the group's patients have not been discharged."""
    return group.places.filter(session__state=SessionState.OPEN, session__cycle__phase__in=PRESENT).count()


def _too_many(group: SessionGroup, patients: int, team: int | None = None) -> list[str]:
    people = group.team.count() if team is None else team
    if patients <= people * group.patients_each:
        return []
    return [
        ngettext(
            "{n} patient and {team} of the team: one of the team for {each}.",
            "{n} patients and {team} of the team: one of the team for {each}.",
            patients,
        ).format(n=patients, team=people, each=group.patients_each)
    ]


def ratio_faults(session: Session) -> list[str]:
    """Why a session of a group cannot start now: the team is too small for who is here."""
    place = GroupPlace.objects.filter(session=session).select_related("group").first()
    return [] if place is None else _too_many(place.group, _here(place.group))
