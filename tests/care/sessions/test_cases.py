"""Cases that were tried by hand in a session, each with what is right (the numbers are those of the list)."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mooring.audit.models import Event
from mooring.care.observations.actions import tell_allergy
from mooring.care.observations.models import Allergy
from mooring.care.sessions import queries
from mooring.care.sessions.actions import end_dosing, start_dosing, write_entry
from mooring.care.sessions.actions.alert_tasks import watch_sessions
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import Cycle, Phase
from mooring.identity.actions import set_duty
from mooring.identity.roles import Role
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.clock import tick
from mooring.work.models import Task, TaskState
from tests.care.floor.test_board import many
from tests.care.measures.questionnaires import filled
from tests.care.sessions.rows import (
    ANSWERS,
    SIGNS,
    check,
    checked,
    confirmed,
    discharge,
    minute,
    opened,
    ready_cycle,
    recovering,
    started,
    vitals,
)
from tests.care.sessions.test_session_page import post, prefixed, signed_in
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

CRASHED = {
    "systolic_mmhg": 215,
    "diastolic_mmhg": 125,
    "heart_rate_per_min": 140,
    "spo2_percent": 84,
    "respiratory_rate_per_min": 6,
    "moaas": 2,
}
EVERY_SIGN = list(CRASHED)


def on_duty(cast: Cast) -> None:
    set_duty(
        site=cast.site,
        role=Role.PRESCRIBER,
        person=cast.prescriber,
        starts_at=NOW - timedelta(hours=2),
        ends_at=NOW + timedelta(hours=8),
        by=cast.director,
        at=NOW - timedelta(hours=2),
    )


def record(session: Session, cast: Cast, kind: EntryKind, when: float, **facts: Any) -> LogEntry:
    return write_entry(
        session=session,
        kind=kind,
        facts=facts,
        happened_at=minute(when),
        key=uuid4(),
        by=cast.monitor,
        at=minute(when),
    )


def end(session: Session, cast: Cast, when: float, given: str, reason: str = "") -> LogEntry:
    return end_dosing(
        session=session,
        given_ml=Decimal(given),
        reason=reason,
        happened_at=minute(when),
        key=uuid4(),
        by=cast.monitor,
        at=minute(when),
    )


# ---- gates


def test_case_g1_a_start_is_refused_with_each_reason_and_nothing_is_lost(cast: Cast) -> None:
    """Case G1: ketamine anaphylaxis recorded after the order, and a pre-dose observation of 215/125, SpO2 84."""
    session = opened(cast)
    tell_allergy(
        allergy=Allergy(patient=cast.patient, substance="ketamine", reaction="anaphylaxis"),
        by=cast.monitor,
        at=minute(1),
    )
    vitals(cast, session, minute(2), **CRASHED)
    confirmed(cast, session)
    entries = session.entries.count()
    with pytest.raises(Refused) as refused:
        start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))
    rules = {finding.rule.rpartition("/")[2] for finding in refused.value.verdict.findings}
    assert set(EVERY_SIGN) <= rules
    assert session.entries.count() == entries
    assert Cycle.objects.get(pk=session.cycle_id).phase == Phase.READY


def test_case_g1_the_refused_start_is_a_page_with_each_fact_and_its_way_out(
    cast: Cast, clock: list[Any]
) -> None:
    session = opened(cast)
    vitals(cast, session, minute(2), systolic_mmhg=215, diastolic_mmhg=125)
    confirmed(cast, session)
    clock[0] = minute(5)
    answer = post(signed_in(cast.monitor), "started", session)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not started: 2 facts speak against it" in page
    assert "Systolic pressure is above 180" in page
    assert "No one can override it." in page
    assert "Measure again" in page
    assert not session.entries.filter(kind="started").exists()


def test_case_g2_an_urgent_answer_keeps_the_session_shut_and_the_dose_from_starting(cast: Cast) -> None:
    """Case G2: PHQ-9 item 9 rises to 2 after the order; nobody has answered it."""
    cycle = ready_cycle(cast)
    filled(cast, at=minute(-10), each=0, q9=2)
    with pytest.raises(Refused) as refused:
        opened(cast, cycle=cycle)
    assert not Session.objects.exists()
    fired = [fact.key for finding in refused.value.verdict.findings for fact in finding.facts]
    assert "urgent_concern_open" in fired


def test_case_g2_an_urgent_answer_during_the_preparations_keeps_the_dose_from_starting(cast: Cast) -> None:
    session = confirmed(cast, opened(cast))
    filled(cast, at=minute(0), each=0, q9=2)
    with pytest.raises(Refused) as refused:
        start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))
    fired = [fact.key for finding in refused.value.verdict.findings for fact in finding.facts]
    assert "urgent_concern_open" in fired
    assert Cycle.objects.get(pk=session.cycle_id).phase == Phase.READY


@pytest.mark.parametrize("sign", EVERY_SIGN)
def test_any_sign_in_a_stopping_band_before_the_dose_keeps_it_from_starting(cast: Cast, sign: str) -> None:
    """The kind of case G1: no order of acts lets a dose start while one of its signs forbids it."""
    session = confirmed(cast, opened(cast))
    worst = {"heart_rate_per_min": 45, "respiratory_rate_per_min": 6}
    changed = {sign: worst.get(sign, CRASHED[sign])}
    if sign == "systolic_mmhg":
        changed["diastolic_mmhg"] = 99
    vitals(cast, session, minute(4.5), **changed)
    with pytest.raises(Refused) as refused:
        start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))
    assert sign in {finding.rule.rpartition("/")[2] for finding in refused.value.verdict.findings}


# ---- alerts


def test_case_a3_a_red_is_a_task_that_escalates_and_is_acknowledged_with_an_action(cast: Cast) -> None:
    """Case A3: reds are open, and the prescriber and the monitor read "nothing is asked of you"."""
    on_duty(cast)
    session = started(cast)
    vitals(cast, session, minute(15), spo2_percent=85)
    task = Task.objects.get(kind="red-alert", state=TaskState.OPEN)
    assert (task.owner, task.urgent) == (cast.prescriber, True)
    assert "Oxygen saturation is below 90" in task.reason
    vitals(cast, session, minute(17), spo2_percent=84)
    assert Task.objects.filter(kind="red-alert").count() == 1
    tick(at=minute(21))
    task.refresh_from_db()
    assert task.escalated_at is not None
    reds = [alert.key for alert in chart_of(session, minute(18)).open_reds]
    record(session, cast, EntryKind.ACKNOWLEDGEMENT, 18, alerts=reds, action="prescriber-here")
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    assert not chart_of(session, minute(19)).open_reds


def test_case_a3_an_overdue_observation_is_a_task_until_it_is_made(cast: Cast) -> None:
    on_duty(cast)
    session = started(cast)
    watch_sessions(at=minute(14))
    assert not Task.objects.filter(kind="overdue-observation").exists()
    watch_sessions(at=minute(19))
    task = Task.objects.get(kind="overdue-observation")
    assert task.owner == cast.prescriber
    vitals(cast, session, minute(20))
    task.refresh_from_db()
    assert task.state == TaskState.DONE


@pytest.mark.parametrize("name", ["monitor", "prescriber"])
def test_case_a3_the_first_page_says_which_session_needs_attention(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Case A3: never "no tasks for you" while a session of the site is overdue, even if the clock stands still."""
    session = started(cast)
    monkeypatch.setattr("mooring.desk.my_work.timezone.now", lambda: minute(25))
    page = signed_in(getattr(cast, name)).get("/").content.decode()
    assert "1 session needs attention now." in page
    assert "Vitals 10 min late" in page
    assert "No tasks" not in page
    assert "Nothing is overdue" not in page
    assert reverse("session", args=[session.pk]) in page


def test_case_a3_an_acknowledgement_leaves_a_red_open_that_arose_meanwhile(cast: Cast) -> None:
    session = started(cast)
    vitals(cast, session, minute(15), spo2_percent=85)
    shown = [alert.key for alert in chart_of(session, minute(16)).open_reds]
    record(session, cast, EntryKind.SYMPTOM, 16, code="chest-pain", severity=2)
    record(session, cast, EntryKind.ACKNOWLEDGEMENT, 17, alerts=shown, action="dosing-stopped")
    assert [alert.sign for alert in chart_of(session, minute(18)).open_reds] == ["chest-pain"]


def test_case_a1_a_missed_second_reading_becomes_red_by_the_clock(cast: Cast) -> None:
    """Case A1: nobody measures again; the clock makes it red and a task."""
    session = started(cast)
    vitals(cast, session, minute(15), systolic_mmhg=185)
    assert not Task.objects.filter(kind="red-alert").exists()
    watch_sessions(at=minute(21))
    assert "second reading was not taken" in Task.objects.get(kind="red-alert").reason


def test_case_a7_severe_chest_pain_is_a_task_a_script_and_numbers_one_tap_away(
    cast: Cast, clock: list[Any]
) -> None:
    """Case A7: severe chest pain was text only."""
    session = started(cast)
    clock[0] = minute(12)
    client = signed_in(cast.monitor)
    post(client, "symptom", session, **{"symptom-code": "chest-pain", "symptom-severity": "3"})
    assert Task.objects.filter(kind="red-alert").exists()
    page = client.get(reverse("session", args=[session.pk])).content.decode()
    address = reverse("session-script", args=[session.pk, "SCRIPT-PRESSURE"])
    assert f'href="{address}"' in page
    assert f'href="{reverse("session-write", args=[session.pk, "acknowledgement"])}"' in page
    script = client.get(address).content.decode()
    assert cast.site.phone in script
    assert 'href="tel:911"' in script
    assert 'href="tel:988"' in script
    assert client.get(reverse("session-script", args=[session.pk, "MADE-UP"])).status_code == 404


# ---- discharge


def refused_codes(session: Session, cast: Cast, when: float) -> set[str]:
    with pytest.raises(Refused) as refused:
        discharge(cast, session, minute(when))
    return {finding.rule.rpartition("/")[2] for finding in refused.value.verdict.findings}


def test_case_a4_low_pressure_fast_heart_slow_breathing(cast: Cast) -> None:
    """Case A4: 74/38, HR 150, RR 7 were "met"."""
    session = checked(cast, recovering(cast), minute(103))
    vitals(
        cast,
        session,
        minute(104),
        systolic_mmhg=74,
        diastolic_mmhg=38,
        heart_rate_per_min=150,
        respiratory_rate_per_min=7,
    )
    codes = refused_codes(session, cast, 105)
    assert {"pressure_low", "heart_rate", "breathing", "open-red"} <= codes


def test_case_a4_a_high_pressure_near_its_start_is_no_longer_enough(cast: Cast) -> None:
    """Case A4: base 178/98, now 197/118: within 20, and far above any limit."""
    session = started(cast)
    vitals(cast, session, minute(5), systolic_mmhg=178, diastolic_mmhg=98)
    end(session, cast, 45, "36")
    for when in (86, 104):
        vitals(cast, session, minute(when), systolic_mmhg=198 - when // 100, diastolic_mmhg=118)
        check(cast, session, minute(when))
    assert "pressure" in refused_codes(session, cast, 105)


def test_case_a4_no_diastolic_is_not_known(cast: Cast) -> None:
    session = recovering(cast)
    for when in (86, 104):
        record(
            session, cast, EntryKind.VITALS, when, **{k: v for k, v in SIGNS.items() if k[:9] != "diastolic"}
        )
        check(cast, session, minute(when))
    assert {"pressure", "pressure_low"} <= refused_codes(session, cast, 105)


def test_case_a4_chest_pain_five_minutes_ago_and_a_cannula(cast: Cast) -> None:
    session = checked(cast, recovering(cast), minute(103))
    record(session, cast, EntryKind.SYMPTOM, 100, code="chest-pain", severity=2)
    check(cast, session, minute(104), cannula_removed="no")
    assert {"open-red", "cannula"} <= refused_codes(session, cast, 105)
    reds = [alert.key for alert in chart_of(session, minute(105)).open_reds]
    record(session, cast, EntryKind.ACKNOWLEDGEMENT, 105, alerts=reds, action="prescriber-here")
    assert "recent-red" in refused_codes(session, cast, 106)


def test_case_a4_oxygen_below_its_level_and_a_fall_on_standing(cast: Cast) -> None:
    session = checked(cast, recovering(cast), minute(103))
    vitals(cast, session, minute(104), spo2_percent=95)
    check(cast, session, minute(104), standing_drop_mmhg=25)
    assert {"oxygen", "standing"} <= refused_codes(session, cast, 105)


def test_case_a5_a_back_dated_end_is_refused(cast: Cast) -> None:
    """Case A5: the end of dosing back-dated to minute 5 of 40 with the whole volume."""
    session = started(cast)
    with pytest.raises(Refused, match="takes until 02:45"):
        end(session, cast, 10, "36")
    end(session, cast, 45, "36")
    with pytest.raises(Refused, match="takes until"):
        write_entry(
            session=session,
            kind=EntryKind.DOSING_ENDED,
            facts={"given_ml": "36"},
            happened_at=minute(10),
            key=uuid4(),
            corrects=session.entries.get(kind="dosing-ended"),
            by=cast.monitor,
            at=minute(50),
        )


def test_case_a5_the_stay_counts_from_the_end_that_the_volume_allows(cast: Cast) -> None:
    """Where the pump is said to have run faster, the end stands as typed and the stay counts as ordered."""
    session = started(cast)
    end(session, cast, 25, "36", "pump")
    checked(cast, session, minute(86))
    assert "floor" in refused_codes(session, cast, 90)
    checked(cast, session, minute(104))
    discharge(cast, session, minute(105))


# ---- end of dosing


def test_case_n5_elapsed_times_rate_is_offered_and_nothing_is_prefilled(cast: Cast, clock: list[Any]) -> None:
    """Case N5: minute 4 of 40."""
    session = started(cast)
    clock[0] = minute(9)
    part = (
        signed_in(cast.monitor)
        .get(reverse("session-write", args=[session.pk, "dosing-ended"]), headers={"hx-request": "true"})
        .content.decode()
    )
    assert "3.6" in part
    field = next(tag for tag in re.findall(r"<input[^>]*>", part) if 'name="dosing-ended-given_ml"' in tag)
    assert "value=" not in field


def test_case_n5_the_reason_is_asked_and_volume_and_reason_can_be_corrected(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused, match="Choose the reason"):
        end(session, cast, 9, "3.6")
    entry = end(session, cast, 9, "3.6", "patient-wish")
    corrected = write_entry(
        session=session,
        kind=EntryKind.DOSING_ENDED,
        facts={"given_ml": "3.2", "reason": "adverse-effect"},
        happened_at=minute(9),
        key=uuid4(),
        corrects=entry,
        by=cast.monitor,
        at=minute(12),
    )
    assert corrected.facts == {"given_ml": "3.2", "reason": "adverse-effect"}
    assert chart_of(session, minute(13)).state.given_ml == "3.2"


@pytest.mark.parametrize(("given", "reason"), [("0", "infiltration"), ("40", "pump")])
def test_case_n6_what_happened_is_recorded_with_an_event_and_a_review(
    cast: Cast, given: str, reason: str
) -> None:
    """Case N6: nothing went in; the pump gave 40 of 36 mL."""
    session = started(cast)
    end(session, cast, 45, given, reason)
    assert Cycle.objects.get(pk=session.cycle_id).phase == Phase.RECOVERY
    event = Event.objects.get(name="care.sessions.dosing-ended")
    assert (event.detail["whole"], event.detail["reason"]) == (False, reason)
    assert Task.objects.get(kind="dose-deviation").owner == cast.prescriber


def test_a_slip_of_the_hand_is_not_recorded_as_given(cast: Cast) -> None:
    with pytest.raises(Refused, match="more than twice"):
        end(started(cast), cast, 45, "360", "pump")


# ---- numbers


def test_case_n10_whole_numbers_and_the_pulse_pressure(cast: Cast) -> None:
    """Case N10: MOAA/S 4.5; 138.7; 300/25."""
    session = started(cast)
    for sign, value in (("moaas", 4.5), ("systolic_mmhg", 138.7)):
        with pytest.raises(Refused, match="whole number"):
            vitals(cast, session, minute(10), **{sign: value})
    with pytest.raises(Refused, match="300/25"):
        record(session, cast, EntryKind.VITALS, 10, **{**SIGNS, "systolic_mmhg": 300, "diastolic_mmhg": 25})
    assert not session.entries.filter(kind="vitals", at__gte=minute(10)).exists()


def test_an_unlikely_change_is_asked_in_place_and_blocks_only_itself(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(15)
    client = signed_in(cast.monitor)
    typed = prefixed("vitals", {**SIGNS, "heart_rate_per_min": 186})
    answer = post(client, "vitals", session, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Is HR 186? It was 72." in page
    assert 'name="vitals-heart_rate_per_min_sure"' in page
    assert 'value="186"' in page
    others = {**typed, "vitals-heart_rate_per_min": ""}
    assert post(client, "vitals", session, **others).status_code == 302
    changed = {**typed, "vitals-heart_rate_per_min": "190", "vitals-heart_rate_per_min_sure": "186"}
    assert post(client, "vitals", session, **changed).status_code == 422
    confirmed_value = {**typed, "vitals-heart_rate_per_min_sure": "186"}
    assert post(client, "vitals", session, **confirmed_value).status_code == 302
    assert chart_of(session, minute(16)).state.last_values["heart_rate_per_min"][0] == 186


def test_the_same_set_within_a_minute_is_asked_about_once(cast: Cast, clock: list[Any]) -> None:
    """The same reading twice, or two that agree: a person says which, and whose entry it is like is named by its time."""
    session = started(cast)
    clock[0] = minute(15)
    client, other = signed_in(cast.monitor), signed_in(cast.second_monitor)
    typed = prefixed("vitals", SIGNS)
    assert post(client, "vitals", session, **typed).status_code == 302
    clock[0] = minute(15.5)
    asked = post(other, "vitals", session, **typed)
    time = f"{cast.site.local(minute(15)):%H:%M}"
    assert asked.status_code == 422
    assert f"Same as the entry at {time}. Enter it again?" in asked.content.decode()
    assert 'name="vitals-again_sure"' in asked.content.decode()
    assert post(other, "vitals", session, **{**typed, "vitals-spo2_percent": "97"}).status_code == 302
    assert post(other, "vitals", session, **typed, **{"vitals-again_sure": "on"}).status_code == 302
    clock[0] = minute(16.6)
    assert post(client, "vitals", session, **typed).status_code == 302, "a minute later nothing is asked"
    assert session.entries.filter(kind="vitals", at__gte=minute(15)).count() == 4


def test_the_header_holds_who_it_is_and_the_double_check_is_blind(cast: Cast, clock: list[Any]) -> None:
    session = opened(cast)
    clock[0] = minute(2)
    client = signed_in(cast.second_monitor)
    page = client.get(reverse("session", args=[session.pk])).content.decode()
    for identifier in (
        cast.patient.person.legal_name,
        "9 Apr 1981",
        cast.patient.record_number,
        "Allergies:",
    ):
        assert identifier in page
    assert "mL/h" not in page, "volume and rate are not shown to whoever re-enters the volume"
    cycle = client.get(reverse("cycle", args=[session.cycle_id])).content.decode()
    assert "36\u00a0mL" not in cycle


def test_answers_name_every_question_of_the_criteria() -> None:
    assert {"standing_drop_mmhg", "cannula_removed"} <= set(ANSWERS)


def test_the_clock_reads_open_sessions_together(cast: Cast) -> None:
    session = started(cast)
    watch_sessions(at=minute(14))
    with CaptureQueriesContext(connection) as one:
        assert watch_sessions(at=minute(14)) == 1
    many(session, 3)
    watch_sessions(at=minute(14))
    with CaptureQueriesContext(connection) as all_of_them:
        assert watch_sessions(at=minute(14)) == 4
    assert len(all_of_them) <= len(one) + 1, "one more where logs have grown"


def test_a_session_that_cannot_be_read_keeps_no_other_from_being_watched(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = started(cast)
    many(session, 1)
    other = Session.objects.exclude(pk=session.pk).get()
    read = queries.knowledge_of

    def cannot_read(asked: Session) -> Any:
        if asked.pk == session.pk:
            raise ValueError("a pack from elsewhere")
        return read(asked)

    monkeypatch.setattr(queries, "knowledge_of", cannot_read)
    assert watch_sessions(at=minute(19)) == 1
    assert Task.objects.get(kind="overdue-observation").about == f"care_sessions.session:{other.pk}"
