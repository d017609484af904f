"""The demonstration's group: the sessions of one room on one page, with their team and a line for all of them."""

from datetime import datetime
from uuid import uuid4

from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.actions.groups import join_group, open_group, write_shared
from mooring.care.sessions.models import Session
from mooring.demonstration.dosing import minutes
from mooring.demonstration.staff import GROUP_ROOM, QUAY, Staff
from mooring.rules.session_entry import EntryKind


def open_group_room(staff: Staff, now: datetime) -> None:
    """Each session of the room has a place, in the order in which they were opened; nothing where there is none."""
    sessions = list(
        Session.objects.filter(room=GROUP_ROOM)
        .select_related("patient__site", "cycle__treatment__patient__site", "order", "pack")
        .defer("pack__body")
        .order_by("opened_at")
    )
    if not sessions:
        return
    jonas, leila, miriam = (staff.people[name] for name in ("Jonas Lind", "Leila Haddad", "Miriam Feld"))
    opened_at = sessions[-1].opened_at + minutes(1)
    group = open_group(
        site=staff.sites[QUAY],
        name="Infusion group",
        room=GROUP_ROOM,
        patients_each=2,
        team=[jonas, leila, miriam],
        by=jonas,
        at=opened_at,
    )
    for session in sessions:
        join_group(group=group, session=session, by=jonas, at=opened_at)
    for place, (kind, person) in enumerate(((EntryKind.WATCH, leila), (EntryKind.SITTING, miriam)), start=1):
        at = now - minutes(18 - place)
        write_entry(
            session=sessions[min(place, len(sessions) - 1)],
            kind=kind,
            facts={},
            happened_at=at,
            key=uuid4(),
            by=person,
            at=at,
        )
    at = now - minutes(14)
    write_shared(group=group, text="Music: slow strings.", happened_at=at, key=uuid4(), by=jonas, at=at)
