"""The ten event buttons: which stand where by route and stage, and what one tap records, also what was taken back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from mooring.care.sessions.actions import sign_off, write_entry
from mooring.care.sessions.kinds.state import PatientState
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.care.sessions.views.event_taps import event_taps
from mooring.rules.doses.basis import Basis
from mooring.rules.doses.devices import DevicesDose
from mooring.rules.doses.ordered import OrderedDose
from mooring.rules.doses.parts import PartGiven
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import patient_state
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import left, minute, opened, recovering, started
from tests.care.sessions.test_session_page import post, signed_in
from tests.people import Cast

pytestmark = pytest.mark.django_db


def names(chart: SessionChart, touch_agreed: bool = True) -> list[str]:
    taps = [tap.words for tap in event_taps(chart, touch_agreed=touch_agreed)]
    assert len(taps) == 10
    return taps


def in_devices(chart: SessionChart, given: int) -> SessionChart:
    """The same session, ordered as three devices of 28 mg of which some were given."""
    basis, form = Basis("session", Decimal(84)), DevicesDose(Decimal(28), 3, rest_min=5)
    parts = tuple(
        PartGiven(str(number), number, chart.now, "", Decimal(28)) for number in range(1, given + 1)
    )
    order = OrderedDose("esketamine", "base", "nasal", Decimal(84), date(2026, 3, 2), basis, form)
    log = replace(chart.log)
    log.__dict__["folded"] = replace(chart.state, parts_given=parts)
    found = replace(chart, log=log)
    found.__dict__["dose"] = order
    return found


def test_an_infusion_has_ten_buttons_at_every_stage(cast: Cast) -> None:
    session = started(cast)
    dosing = names(chart_of(session, minute(10)))
    assert dosing == [
        "Vitals",
        "Resting, calm",
        "Awake, talking",
        "Calm words",
        "Touch, as agreed",
        "Pause, hold",
        "End the dosing…",
        "Music or light",
        "Words…",
        "Medicine, more…",
    ]
    write(cast, session, EntryKind.INTERVENTION, "paused", 11)
    assert names(chart_of(session, minute(12)))[5] == "Resume, hold"
    assert "Touch, as agreed" not in names(chart_of(session, minute(12)), touch_agreed=False)


UNMOVED = {0: "Vitals", 1: "Resting, calm", 2: "Awake, talking", 8: "Words…", 9: "Medicine, more…"}
"""What a hand knows stands where it stood, whatever the stage."""


def test_before_the_dose_the_second_row_begins_with_the_double_check(cast: Cast) -> None:
    shown = names(chart_of(opened(cast), minute(1)))
    assert shown[5] == "Double check…"
    assert {at: shown[at] for at in UNMOVED} == UNMOVED


def test_in_recovery_it_begins_with_the_discharge(cast: Cast) -> None:
    shown = names(chart_of(recovering(cast), minute(50)))
    assert shown[3:6] == ["Up, with help", "Calm words", "Discharge…"]
    assert {at: shown[at] for at in UNMOVED} == UNMOVED


def test_a_dose_in_devices_names_the_next_and_its_rest(cast: Cast) -> None:
    chart = chart_of(started(cast), minute(10))
    third = event_taps(in_devices(chart, given=2), touch_agreed=True)[5]
    assert (third.words, third.due) == ("Device 3…", True)
    assert third.rest_until == chart.now + timedelta(minutes=5)
    assert names(in_devices(chart, given=3))[5] == "End the dosing…", "no part is left"


def write(cast: Cast, session: Session, kind: EntryKind, what: str, at: float, **more: Any) -> Any:
    return write_entry(
        session=session,
        kind=kind,
        facts={"what": what},
        happened_at=minute(at),
        key=uuid4(),
        by=cast.monitor,
        at=minute(at),
        **more,
    )


def test_one_tap_records_how_the_patient_is(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    client = signed_in(cast.monitor)
    assert post(client, "state", session, **{"state-what": "resting"}).status_code == 302
    assert "Resting, calm" in client.get(reverse("session", args=[session.pk])).content.decode()
    lines = chart_of(session, minute(13)).state.lines
    assert patient_state(lines) == PatientState.RESTING
    assert post(client, "state", session, **{"state-what": "asleep"}).status_code == 422
    with pytest.raises(Refused, match="Choose a state"):
        write(cast, session, EntryKind.STATE, "asleep", 13)


def test_a_state_that_was_withdrawn_is_none(cast: Cast) -> None:
    session = started(cast)
    write(cast, session, EntryKind.STATE, "awake", 12)
    wrong = write(cast, session, EntryKind.STATE, "resting", 13)
    assert patient_state(chart_of(session, minute(14)).state.lines) == "resting"
    write(cast, session, EntryKind.STATE, "resting", 14, corrects=wrong, withdraw=True)
    assert patient_state(chart_of(session, minute(15)).state.lines) == "awake"


def test_what_was_taken_back_while_it_waited_stands_in_the_log_withdrawn(
    cast: Cast, clock: list[Any]
) -> None:
    """The device sends it under its key, whether the server had it before or not; the tap counts for nothing."""
    session = started(cast)
    clock[0] = minute(12)
    client, once = signed_in(cast.monitor), str(uuid4())
    address = reverse("session-write", args=[session.pk, "intervention"])
    sent = {"once": once, "intervention-what": "oxygen"}
    assert client.post(address, sent, headers={"hx-request": "true"}).status_code == 200
    taken_back = {**sent, "withdraw": "1"}
    for _again in range(2):
        answer = client.post(address, taken_back, headers={"hx-request": "true"})
        assert answer.status_code == 200
        assert "<del>Oxygen given</del>" in answer.content.decode()
    assert session.entries.filter(kind="intervention").count() == 2, "the entry, and one withdrawal"
    assert not chart_of(session, minute(13)).state.interventions
    never_seen = {**taken_back, "once": str(uuid4())}
    assert client.post(address, never_seen, headers={"hx-request": "true"}).status_code == 200
    assert not chart_of(session, minute(13)).state.interventions


def test_what_can_no_longer_be_taken_back_stands_and_says_why(cast: Cast, clock: list[Any]) -> None:
    """The tablet found the network again after the sign-off: no error of the server, and nothing is lost."""
    session = left(cast)
    entry = write(cast, session, EntryKind.INTERVENTION, "oxygen", 12)
    sign_off(session=session, key=uuid4(), by=cast.prescriber, at=minute(120))
    clock[0] = minute(125)
    answer = signed_in(cast.monitor).post(
        reverse("session-write", args=[session.pk, "intervention"]),
        {"once": str(entry.key), "intervention-what": "oxygen", "withdraw": "1"},
        headers={"hx-request": "true"},
    )
    assert answer.status_code == 422
    assert "This session is signed off." in answer.content.decode()
    assert not hasattr(entry, "corrected_by")


def test_what_was_done_is_chosen_never_taken_from_a_default(cast: Cast, clock: list[Any]) -> None:
    """The panel for a medicine once stood on “calm words”: who wrote only the details recorded something else."""
    session = started(cast)
    clock[0] = minute(12)
    client = signed_in(cast.monitor)
    refused = post(client, "intervention", session, **{"intervention-text": "ondansetron 4 mg IV, ordered"})
    assert refused.status_code == 422
    assert "Choose an intervention from the list." in refused.content.decode()
    assert not session.entries.filter(kind="intervention").exists()


def test_the_planned_end_is_said_while_the_infusion_runs_as_ordered(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    client, page = signed_in(cast.monitor), reverse("session", args=[session.pk])
    ends = f"{cast.site.local(minute(45)):%H:%M}"
    assert "Infusion ends <time" in client.get(page).content.decode()
    assert ends in client.get(page).content.decode()
    write(cast, session, EntryKind.INTERVENTION, "paused", 13)
    assert "Infusion ends" not in client.get(page).content.decode(), "held, it ends later than planned"
