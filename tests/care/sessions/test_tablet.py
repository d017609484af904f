"""The patient's tablet: paired by a code for one session, one call that is answered, and it ends with the discharge."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.sessions.actions import make_tablet_code, pair_tablet
from mooring.care.sessions.models import PatientTablet, Session
from mooring.care.sessions.queries import chart_of
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import checked, discharge, minute, recovering, started
from tests.care.sessions.test_session_page import post, signed_in
from tests.people import Cast

pytestmark = pytest.mark.django_db
TABLET = "/care/sessions/tablet/"
ASK = "/care/sessions/tablet/ask/"


@pytest.fixture
def tablet_clock(clock: list[Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    clock[0] = minute(12)
    return clock


def paired(cast: Cast, session: Session) -> Client:
    _tablet, code = make_tablet_code(session=session, by=cast.monitor, at=minute(10))
    client = Client()
    assert client.post(TABLET, {"code": f"{code[:4]}-{code[4:].lower()}"})["Location"] == TABLET
    return client


def test_a_code_pairs_one_tablet_and_a_new_one_takes_its_place(cast: Cast, tablet_clock: list[Any]) -> None:
    session = started(cast)
    page = signed_in(cast.monitor).post(reverse("session-tablet", args=[session.pk])).content.decode()
    code = page.split('<p class="pair-code">')[1].split("<b>")[1].split("</b>")[0]
    first = Client()
    assert first.post(TABLET, {"code": code}).status_code == 302
    shown = first.get(TABLET).content.decode()
    assert f"{cast.monitor.name} is with you." in shown
    assert cast.patient.person.legal_name not in shown
    assert Client().post(TABLET, {"code": code}).status_code == 422, "a code holds for one device"
    second = paired(cast, session)
    assert "is with you" in second.get(TABLET).content.decode()
    assert "is with you" not in first.get(TABLET).content.decode()
    assert PatientTablet.objects.filter(ended_at__isnull=True, paired_at__isnull=False).count() == 1


def test_a_code_ends_after_ten_minutes(cast: Cast) -> None:
    session = started(cast)
    tablet, _code = make_tablet_code(session=session, by=cast.monitor, at=minute(10))
    with pytest.raises(Refused, match="no longer holds"):
        pair_tablet(tablet=tablet, by=cast.patient.person, at=minute(10) + timedelta(minutes=11))


def test_a_call_reaches_the_screen_and_the_monitor_and_must_be_answered(
    cast: Cast, tablet_clock: list[Any]
) -> None:
    session = started(cast)
    client = paired(cast, session)
    for _tap in range(2):
        assert client.post(ASK, {"what": "come"}).status_code == 302
    entry = session.entries.get(kind="call")
    assert entry.by == cast.patient.person
    task = Task.objects.get(kind="patient-call", state="open")
    assert (task.role, task.urgent) == ("monitor", True)
    assert "Someone is coming." in client.get(TABLET).content.decode()
    monitor = signed_in(cast.monitor)
    page = monitor.get(reverse("session", args=[session.pk])).content.decode()
    assert 'data-calls="1"' in page
    assert "I am with the patient" in page
    answered = {"call-answered-calls": str(entry.key)}
    assert post(monitor, "call-answered", session, **answered).status_code == 302
    assert not chart_of(session, minute(13)).open_calls
    assert not Task.objects.filter(kind="patient-call", state="open").exists()


def test_touch_is_withdrawn_by_one_tap_and_is_offered_no_more(cast: Cast, tablet_clock: list[Any]) -> None:
    session = started(cast)
    client = paired(cast, session)
    client.post(ASK, {"what": "no-touch"})
    page = signed_in(cast.monitor).get(reverse("session", args=[session.pk])).content.decode()
    assert "no touch now" in page
    assert 'value="touch"' not in page


def test_the_tablet_opens_nothing_else_and_ends_with_the_discharge(
    cast: Cast, tablet_clock: list[Any]
) -> None:
    session = recovering(cast)
    client = paired(cast, session)
    assert client.get(reverse("session", args=[session.pk])).status_code == 302
    assert client.post(ASK, {"what": "made-up"}).status_code == 302
    assert not session.entries.filter(kind="call").exists()
    discharge(cast, checked(cast, session), minute(105))
    assert "Your session has ended" in client.get(TABLET).content.decode()
    assert client.post(ASK, {"what": "come"}).status_code == 404
    assert client.get(TABLET, headers={"hx-request": "true"}).status_code == 204
    with pytest.raises(Refused):
        session.refresh_from_db()
        Session.objects.filter(pk=session.pk).update(
            state="signed-off", signed_off_at=minute(120), signed_off_by=cast.prescriber
        )
        session.refresh_from_db()
        make_tablet_code(session=session, by=cast.monitor, at=minute(121))


def test_a_stranger_and_a_reader_pair_nothing(cast: Cast) -> None:
    session = started(cast)
    address = reverse("session-tablet", args=[session.pk])
    assert signed_in(cast.stranger).post(address).status_code == 404
    assert signed_in(cast.therapist).post(address).status_code == 403
    assert Client().post(ASK, {"what": "come", "once": str(uuid4())}).status_code == 404
    assert Client().post(TABLET, {"code": "AAAA-AAAA"}).status_code == 422
    assert not PatientTablet.objects.exists()
