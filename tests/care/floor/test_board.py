"""The floor board: every room by urgency, in as many statements for fifty as for one; the screen on a wall."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Access
from mooring.care.floor.models import WallScreen
from mooring.care.floor.queries import Urgency, board_rows, board_sums, on_the_floor, site_board
from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.models import LogEntry, Session
from mooring.rules.session_entry import EntryKind
from tests.care.sessions.rows import minute, opened, started, vitals
from tests.care.sessions.test_session_page import signed_in
from tests.packs import grant
from tests.people import Cast

pytestmark = pytest.mark.django_db


def row_of(cast: Cast, at: float) -> Any:
    return board_rows([cast.site], minute(at))[0]


def test_a_line_says_who_phase_minute_next_and_last_values(cast: Cast) -> None:
    session = started(cast)
    Session.objects.filter(pk=session.pk).update(room="2")
    vitals(cast, session, minute(15), systolic_mmhg=144, diastolic_mmhg=90)
    row = row_of(cast, 17)
    assert (row.room, row.initials, row.phase, row.minute) == ("2", "R. C.", "Dosing", 12)
    assert row.urgency == Urgency.QUIET
    assert row.next == "Vitals in 8 min"
    assert cast.monitor.name in row.next_note
    assert row.signs.startswith("144/90")
    assert row.signs_note == "at +10, HR 72"
    assert (row.what, row.people) == ("IV 36\u00a0mg", (cast.monitor.name,))
    grant(cast.therapist, "basic-life-support", "ketamine-course")
    sits: dict[str, Any] = {"session": session, "by": cast.therapist, "at": minute(17)}
    write_entry(kind=EntryKind.SITTING, facts={}, happened_at=minute(17), key=uuid4(), **sits)
    row = row_of(cast, 18)
    assert row.people == (cast.monitor.name, cast.therapist.name), "who is in the room"
    assert on_the_floor([row, row]) == sorted(row.people)
    assert row.heard_at is not None


def test_what_presses_most_stands_in_the_line(cast: Cast) -> None:
    session = started(cast)
    assert row_of(cast, 21).urgency == Urgency.OVERDUE
    assert row_of(cast, 21).next == "Vitals 6 min late"
    vitals(cast, session, minute(22), spo2_percent=88)
    assert row_of(cast, 22).urgency == Urgency.ALERT
    said: dict[str, Any] = {"session": session, "by": cast.patient.person, "at": minute(23)}
    write_entry(kind=EntryKind.CALL, facts={"what": "come"}, happened_at=minute(23), key=uuid4(), **said)
    assert row_of(cast, 23).next == "Patient: please come"
    write_entry(kind=EntryKind.EMERGENCY, facts={}, happened_at=minute(23), key=uuid4(), **said)
    assert row_of(cast, 24).urgency == Urgency.EMERGENCY


def test_the_head_of_the_board_counts_what_the_rooms_ask_for(cast: Cast) -> None:
    session = started(cast)

    def said(at: float) -> list[tuple[str, str]]:
        return [(each.mark, each.words) for each in board_sums(board_rows([cast.site], minute(at)))]

    assert said(7) == []
    assert said(21) == [("overdue", "1 overdue")]
    vitals(cast, session, minute(22), spo2_percent=88)
    assert said(22) == [("alert", "1 alert")]


def test_a_room_of_late_stands_free(cast: Cast) -> None:
    session = opened(cast)
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(
        room="5", state="void", reason="ill", voided_by=cast.monitor, voided_at=now, opened_at=now
    )
    free = site_board(cast.site, now)[0]
    assert (free.room, free.urgency, free.next) == ("5", Urgency.FREE, "Free")
    Session.objects.filter(pk=session.pk).update(opened_at=now - timedelta(days=120))
    assert site_board(cast.site, now) == []


def test_the_board_is_one_opening_however_often_it_looks_again(cast: Cast) -> None:
    started(cast)
    client = signed_in(cast.monitor)
    assert client.get(reverse("floor"))["Location"] == reverse("floor-site", args=[cast.site.pk])
    page = client.get(reverse("floor-site", args=[cast.site.pk])).content.decode()
    again = page.split('data-again="')[1].split('"')[0].replace("&amp;", "&")
    openings = Access.objects.count()
    part = client.get(again, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "R. C." in part
    assert Access.objects.count() == openings
    other = signed_in(cast.prescriber).get(again, headers={"hx-request": "true"})
    assert other.status_code == 200
    assert Access.objects.count() == openings + 1, "another person's opening is another opening"


def test_who_reads_only_their_own_patients_sees_no_board(cast: Cast) -> None:
    started(cast)
    address = reverse("floor-site", args=[cast.site.pk])
    assert signed_in(cast.therapist).get(address).status_code == 403
    assert signed_in(cast.monitor).get(reverse("floor-site", args=[cast.other_site.pk])).status_code == 404


def test_the_first_page_says_it_in_the_same_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = started(cast)
    monkeypatch.setattr("mooring.desk.my_work.timezone.now", lambda: minute(22))
    page = signed_in(cast.monitor).get(reverse("my-work")).content.decode()
    assert row_of(cast, 22).next in page
    assert f'href="{reverse("session", args=[session.pk])}"' in page


def director(cast: Cast) -> Client:
    return signed_in(cast.director)


def test_a_wall_shows_initials_and_opens_nothing_else(cast: Cast) -> None:
    session = started(cast)
    screens = reverse("floor-screens", args=[cast.site.pk])
    page = director(cast).post(screens, {"name": "desk", "once": str(uuid4())}).content.decode()
    token = page.split("/care/floor/wall/")[1].split("/")[0]
    assert token not in WallScreen.objects.get().token_hash
    wall = Client()
    assert wall.get(reverse("floor-wall")).status_code == 404
    assert wall.get(reverse("floor-wall-open", args=["made-up"])).status_code == 404
    assert wall.get(reverse("floor-wall-open", args=[token]))["Location"] == reverse("floor-wall")
    board = wall.get(reverse("floor-wall")).content.decode()
    assert "R. C." in board
    assert "Calloway" not in board
    assert "/care/sessions/" not in board
    for address in (reverse("session", args=[session.pk]), reverse("floor-site", args=[cast.site.pk]), "/"):
        assert wall.get(address).status_code == 302, "the wall's cookie is no sign-in"
    screen = WallScreen.objects.get()
    director(cast).post(reverse("floor-take-down", args=[screen.pk]))
    assert wall.get(reverse("floor-wall")).status_code == 404


def test_who_does_not_manage_sites_hangs_no_screen(cast: Cast) -> None:
    screens = reverse("floor-screens", args=[cast.site.pk])
    assert signed_in(cast.monitor).post(screens, {"name": "desk"}).status_code == 403
    assert signed_in(cast.therapist).get(screens).status_code == 403
    assert not WallScreen.objects.exists()


def copied(row: Any, **changed: Any) -> Any:
    """The same row once more, with these fields changed."""
    again = type(row).objects.get(pk=row.pk)
    again.pk = None
    for name, value in changed.items():
        setattr(again, name, value)
    again.save(force_insert=True)
    return again


def many(session: Session, count: int) -> None:
    """As many more open sessions of other patients, each with the same log."""
    patient, cycle = session.patient, session.cycle
    entries = list(session.entries.order_by("id"))
    for number in range(count):
        other = copied(
            patient,
            person=copied(patient.person, email=None),
            care_team=copied(patient.care_team),
            record_number=f"R-9{number:03}",
        )
        dose = copied(cycle, treatment=copied(cycle.treatment, patient=other))
        here = copied(session, patient=other, cycle=dose, room=str(number))
        LogEntry.objects.bulk_create(
            LogEntry(
                session=here, kind=row.kind, at=row.at, stored_at=row.stored_at, by=row.by, facts=row.facts
            )
            for row in entries
        )


def test_fifty_sessions_take_as_many_statements_as_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    session = started(cast)
    for number in range(8, 17):
        vitals(cast, session, minute(number))
    many(session, 49)
    board_rows([cast.site], minute(17))
    with django_assert_max_num_queries(3):
        rows = board_rows([cast.site], minute(17))
    assert len(rows) == 50
