"""A group of four: own vitals each, one line filed in each record without names, the ratio held."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.audit.models import AccessSubject
from mooring.care.patients.models import Patient
from mooring.care.sessions import actions
from mooring.care.sessions.actions.groups import (
    change_team,
    close_group,
    join_group,
    open_group,
    write_shared,
)
from mooring.care.sessions.models import EntryText, LogEntry, Session, SessionGroup
from mooring.care.sessions.queries import shared_entries
from mooring.care.treatments.models import Cycle, DoseOrder, Phase, Treatment
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import minute, opened, vitals
from tests.care.sessions.test_session_page import signed_in
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db
NAMES = ("Paul Niven", "Greta Holm", "Idris Bello")


def another_session(cast: Cast, like: Session, name: str) -> Session:
    """An open session of another patient of the site, with rows of their own, as this one's."""
    patient = make_patient(cast.site, name, (cast.facilitator, "facilitator"))
    treatment = _copied(like.cycle.treatment, Treatment, patient=patient)
    cycle = _copied(like.cycle, Cycle, treatment=treatment)
    order = _copied(like.order, DoseOrder, cycle=cycle, weight=None)
    return _copied(like, Session, patient=patient, cycle=cycle, order=order)


def _copied(row: Any, model: Any, **changed: Any) -> Any:
    kept = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    kept.pop("id")
    for name, value in changed.items():
        kept.pop(f"{name}_id", None)
        kept[name] = value
    return model.objects.create(**kept)


@pytest.fixture
def four(cast: Cast) -> tuple[SessionGroup, list[Session]]:
    first = opened(cast)
    Cycle.objects.filter(pk=first.cycle_id).update(phase=Phase.READY)
    sessions = [first, *(another_session(cast, first, name) for name in NAMES)]
    group = open_group(
        site=cast.site,
        name="Tuesday group",
        room="Long room",
        patients_each=2,
        team=[cast.monitor, cast.facilitator],
        by=cast.monitor,
        at=NOW,
    )
    for session in sessions:
        join_group(group=group, session=session, by=cast.monitor, at=NOW)
    return group, sessions


def test_one_line_is_filed_in_each_record_and_names_no_one(
    cast: Cast, four: tuple[SessionGroup, list[Session]]
) -> None:
    group, sessions = four
    at, key = minute(3), uuid4()
    common: dict[str, Any] = {"group": group, "happened_at": at, "by": cast.monitor, "at": at}
    with pytest.raises(Refused, match="names no one"):
        write_shared(text="Paul asked for water.", key=uuid4(), **common)
    assert not LogEntry.objects.filter(kind=EntryKind.NOTE).exists()
    entries = write_shared(text="Bell, then music starts.", key=key, **common)
    assert {entry.session_id for entry in entries} == {session.pk for session in sessions}
    assert EntryText.objects.filter(text="Bell, then music starts.").count() == 4
    patients = {str(session.patient) for session in sessions}
    assert not any(
        name in text for text in EntryText.objects.values_list("text", flat=True) for name in patients
    )


def test_vitals_stay_each_patients_own(cast: Cast, four: tuple[SessionGroup, list[Session]]) -> None:
    _group, sessions = four
    vitals(cast, sessions[1], minute(2), now=minute(2), systolic_mmhg=141)
    assert (
        LogEntry.objects.filter(kind=EntryKind.VITALS).values_list("session", flat=True).get()
        == sessions[1].pk
    )


def test_the_ratio_holds_at_joining_leaving_and_starting(
    cast: Cast, four: tuple[SessionGroup, list[Session]]
) -> None:
    group, sessions = four
    extra = another_session(cast, sessions[0], "Mina Ro")
    with pytest.raises(Refused, match="5 patients and 2 of the team"):
        join_group(group=group, session=extra, by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="4 patients and 1 of the team"):
        change_team(group=group, team=[cast.monitor], by=cast.monitor, at=NOW)
    change_team(group=group, team=[cast.monitor, cast.facilitator, cast.therapist], by=cast.monitor, at=NOW)
    join_group(group=group, session=extra, by=cast.monitor, at=NOW)
    group.team.remove(cast.therapist)
    with pytest.raises(Refused, match="5 patients and 2 of the team"):
        actions.start_dosing(
            session=sessions[0], happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5)
        )
    with pytest.raises(Refused, match="has a place"):
        join_group(group=group, session=extra, by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="still here"):
        close_group(group=group, by=cast.monitor, at=NOW)


def test_the_page_of_a_group(cast: Cast, four: tuple[SessionGroup, list[Session]], clock: list[Any]) -> None:
    group, sessions = four
    clock[0] = NOW + timedelta(minutes=4)
    client = Client()
    client.force_login(cast.monitor)
    page = client.get(reverse("group", args=[group.pk])).content.decode()
    for session in sessions:
        assert str(session.patient) in page
    shown = AccessSubject.objects.values_list("subject", flat=True)
    assert {session.patient.subject_ref for session in sessions} <= set(shown)
    address = reverse("group-write", args=[group.pk])
    sent = {"text": "The lights are dimmed.", "once": str(uuid4())}
    for _twice in range(2):
        assert client.post(address, sent).status_code == 302
    assert EntryText.objects.filter(text="The lights are dimmed.").count() == 4
    named = client.post(address, {"text": "Greta stands up.", "once": str(uuid4())})
    assert named.status_code == 422
    assert client.get(reverse("groups")).status_code == 200
    assert f'href="{reverse("group", args=[group.pk])}"' in client.get(reverse("my-work")).content.decode()
    small = {"team": [cast.monitor.pk], "once": str(uuid4())}
    assert client.post(reverse("group-change", args=[group.pk]), small).status_code == 422
    client.force_login(cast.stranger)
    assert client.get(reverse("group", args=[group.pk])).status_code == 404
    client.force_login(cast.facilitator)
    assert client.get(reverse("group", args=[group.pk])).status_code == 404, "a team reads its own patients"
    assert Patient.objects.count() >= 4


def test_a_line_for_all_is_taken_back_in_each_record_by_who_wrote_it(
    cast: Cast, four: tuple[SessionGroup, list[Session]], clock: list[Any]
) -> None:
    group, sessions = four
    clock[0] = NOW + timedelta(minutes=4)
    client, once = signed_in(cast.monitor), uuid4()
    written = client.post(reverse("group-write", args=[group.pk]), {"text": "Bell.", "once": str(once)})
    page = client.get(written["Location"]).content.decode()
    assert "Saved in 4 records" in page
    undo = reverse("group-undo", args=[group.pk])
    assert f'action="{undo}"' in page
    assert client.post(undo, {"line": "no key"}).status_code == 404
    other = signed_in(cast.second_monitor)
    assert other.post(undo, {"line": str(once)}).status_code == 302
    assert len(shared_entries(group, once, cast.monitor)) == 4, "a line of another person stays"
    for _twice in range(2):
        assert client.post(undo, {"line": str(once)}).status_code == 302
    assert not shared_entries(group, once, cast.monitor)
    assert LogEntry.objects.filter(facts__withdrawn=True).count() == len(sessions)
    assert "Saved in" not in client.get(written["Location"]).content.decode()
    assert signed_in(cast.stranger).post(undo, {"line": str(once)}).status_code == 404


def test_the_room_shows_calls_overdue_vitals_and_what_was_recorded(
    cast: Cast, four: tuple[SessionGroup, list[Session]], clock: list[Any]
) -> None:
    group, sessions = four
    vitals(cast, sessions[1], minute(2), spo2_percent=88)
    write_shared(
        group=group, text="Music starts.", key=uuid4(), happened_at=minute(3), by=cast.monitor, at=minute(3)
    )
    clock[0] = NOW + timedelta(minutes=4)
    client = Client()
    client.force_login(cast.monitor)
    page = client.get(reverse("group", args=[group.pk])).content.decode()
    assert 'data-reds="1"' in page
    assert "5\u00a0<small>of 5</small>" in page or "5&nbsp;<small>of 5</small>" in page
    for session in sessions:
        address = reverse("session", args=[session.pk])
        assert f'{address}#vitals"' in page
        assert f'action="{reverse("session-emergency", args=[session.pk])}"' in page
    log = page[page.index('id="h-group-log"') :]
    assert log.count("“Music starts.”") == 1, "one line for all"
    assert "<b>All</b>" in log
    assert log.index("Music starts.") < log.index("88"), "the newest first"
    assert client.post(reverse("session-emergency", args=[sessions[2].pk])).status_code == 302
    again = client.get(reverse("group-again", args=[group.pk])).content.decode()
    assert 'data-reds="2"' in again
    assert "open the script" in again
