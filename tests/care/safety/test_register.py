"""The register of adverse events: entered in two taps, assessed, reported, withdrawn; what it asks of whom."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.audit.models import AccessSubject, Event
from mooring.care.patients.facts import facts_of
from mooring.care.safety import actions
from mooring.care.safety.actions import Assessed, NewEvent
from mooring.care.safety.models import AdverseEvent
from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.kinds.emergency_over import WhyOver
from mooring.care.sessions.models import LogEntry, Session
from mooring.identity.models import Person, SitePolicy
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.models import Task, TaskState
from tests.care.sessions.rows import minute, started
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
AsPerson, Move = Callable[[Person], Client], Callable[[datetime], None]
NAUSEA, PRESSURE, FALL = "AE-NAUSEA@1", "AE-BLOOD-PRESSURE-RAISED@1", "AE-FALL@1"


def recorded(cast: Cast, **changed: object) -> AdverseEvent:
    if not cast.site.packs.exists():
        sign_pack_for(cast)
    usual: dict[str, object] = {"term": NAUSEA, "onset_at": NOW - timedelta(minutes=30), "grade": 1}
    return actions.record_event(
        patient=cast.patient, event=NewEvent(**{**usual, **changed}), by=cast.monitor, at=NOW
    )


def open_kinds(event: AdverseEvent) -> set[str]:
    return set(
        Task.objects.filter(about=event_ref(event), state=TaskState.OPEN).values_list("kind", flat=True)
    )


def event_ref(event: AdverseEvent) -> str:
    return f"care_safety.adverseevent:{event.pk}"


def symptom(cast: Cast, session: Session, code: str = "nausea", severity: int = 2) -> LogEntry:
    return write_entry(
        session=session,
        kind=EntryKind.SYMPTOM,
        facts={"code": code, "severity": severity},
        happened_at=minute(20),
        key=uuid4(),
        by=cast.monitor,
        at=minute(21),
    )


def test_a_line_of_the_log_makes_an_event_in_two_taps(cast: Cast, as_person: AsPerson, clock: Move) -> None:
    session = started(cast)
    line = symptom(cast, session)
    clock(minute(22))
    browser: Client = as_person(cast.monitor)
    first = browser.get(reverse("session", args=[session.pk]))
    address = reverse("session-adverse-event", args=[session.pk, line.pk])
    assert address in first.content.decode()
    shown = browser.get(address).content.decode()
    assert 'value="AE-NAUSEA@1" selected' in shown
    answer = browser.post(address, {"term": NAUSEA, "grade": "2", "once": str(uuid4())})
    assert answer.status_code == 302
    event = AdverseEvent.objects.get()
    assert (event.words, event.dose_mg, event.product) == ("Nausea", 36, "racemic ketamine")
    assert event.onset_at == minute(20).astimezone(UTC)
    assert event.assessed.grade == 2
    assert event.reference == "AE-2026-001"
    assert open_kinds(event) == {"assess-adverse-event"}
    again = browser.post(address, {"term": NAUSEA, "grade": "2", "once": str(uuid4())})
    assert again.status_code in (200, 422)
    assert AdverseEvent.objects.count() == 1


def test_without_a_dose_nothing_is_expected_of_a_product(cast: Cast) -> None:
    assert recorded(cast).assessed.expected is False


def test_grade_four_is_serious_and_is_reported_the_same_day(cast: Cast) -> None:
    event = recorded(cast, term=PRESSURE, grade=4)
    assert event.assessed.serious_why == ["life-threatening"]
    report = Task.objects.get(about=event_ref(event), kind="report-adverse-event")
    assert cast.site.today(report.due_at) == cast.site.today(NOW)


def test_the_sites_policy_sets_the_days(cast: Cast) -> None:
    policy = SitePolicy.objects.filter(site=cast.site).latest("number")
    policy.pk, policy.number, policy.serious_report_days = None, policy.number + 1, 7
    policy.save(force_insert=True)
    event = recorded(cast, term=PRESSURE, grade=4)
    report = Task.objects.get(about=event_ref(event), kind="report-adverse-event")
    assert cast.site.today(report.due_at) == cast.site.today(NOW + timedelta(days=7))


def test_an_assessment_is_a_new_row_and_closes_what_it_answers(cast: Cast) -> None:
    event = recorded(cast)
    actions.assess_event(
        event=event,
        assessed=Assessed(grade=1, relation_drug="probable", outcome="recovered"),
        seen=1,
        by=cast.prescriber,
        at=NOW,
    )
    assert [each.number for each in event.assessments.order_by("number")] == [1, 2]
    assert not open_kinds(event)


def test_of_two_who_assess_at_once_the_second_is_told(cast: Cast) -> None:
    event = recorded(cast)
    actions.assess_event(event=event, assessed=Assessed(grade=1), seen=1, by=cast.prescriber, at=NOW)
    with pytest.raises(Refused, match="Kofi Mensah changed"):
        actions.assess_event(event=event, assessed=Assessed(grade=2), seen=1, by=cast.director, at=NOW)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"grade": 4}, "life-threatening"),
        (
            {"grade": 5, "serious_why": ["death"], "outcome": "fatal", "licensed_code": "10028813"},
            "dictionary",
        ),
        ({"grade": 2, "serious_why": ["death"]}, "grade 5"),
        ({"grade": 1, "ended_at": NOW + timedelta(hours=1)}, "not in the future"),
    ],
)
def test_what_does_not_fit_together_is_refused(cast: Cast, wrong: dict[str, object], says: str) -> None:
    event = recorded(cast)
    with pytest.raises(Refused, match=says):
        actions.assess_event(event=event, assessed=Assessed(**wrong), seen=1, by=cast.prescriber, at=NOW)


def test_a_report_closes_its_task_and_no_report_needs_a_reason(cast: Cast) -> None:
    event = recorded(cast, term=PRESSURE, grade=4)
    with pytest.raises(Refused, match="why no report"):
        actions.report_event(event=event, to="nobody", sent_at=NOW, by=cast.prescriber, at=NOW)
    actions.report_event(
        event=event, to="regulator", sent_at=NOW, reference="MW-1", by=cast.prescriber, at=NOW
    )
    assert "report-adverse-event" not in open_kinds(event)


def test_a_serious_event_holds_the_next_dose_until_it_is_assessed(cast: Cast) -> None:
    event = recorded(cast, term=PRESSURE, grade=4)
    later = NOW + timedelta(hours=1)
    assert facts_of(cast.patient, later).newest("serious_event_open").value == "yes"  # type: ignore[union-attr]
    actions.assess_event(
        event=event,
        assessed=Assessed(
            grade=4, serious_why=["life-threatening"], relation_drug="probable", outcome="recovered"
        ),
        seen=1,
        by=cast.prescriber,
        at=NOW,
    )
    cast.patient.forget_records()
    assert facts_of(cast.patient, later).newest("serious_event_open").value == "no"  # type: ignore[union-attr]


def test_the_stand_down_of_an_emergency_enters_it(cast: Cast) -> None:
    session = started(cast)
    key = uuid4()
    common = {"session": session, "by": cast.monitor}
    write_entry(
        kind=EntryKind.EMERGENCY,
        facts={"script": "SCRIPT-PRESSURE"},
        happened_at=minute(20),
        key=key,
        at=minute(20),
        **common,
    )
    write_entry(
        kind=EntryKind.EMERGENCY_OVER,
        facts={"emergency": str(key), "reason": WhyOver.RESOLVED},
        happened_at=minute(30),
        key=uuid4(),
        at=minute(30),
        **common,
    )
    event = AdverseEvent.objects.get()
    assert event.entry_key == key
    assert event.assessed.grade is None
    assert "grade" in Task.objects.get(about=event_ref(event)).reason


def test_a_false_alarm_is_no_event(cast: Cast) -> None:
    session = started(cast)
    key = uuid4()
    for kind, facts, at in (
        (EntryKind.EMERGENCY, {}, minute(20)),
        (EntryKind.EMERGENCY_OVER, {"emergency": str(key), "reason": WhyOver.FALSE_ALARM}, minute(22)),
    ):
        own = key if kind == EntryKind.EMERGENCY else uuid4()
        write_entry(session=session, kind=kind, facts=facts, happened_at=at, key=own, by=cast.monitor, at=at)
    assert not AdverseEvent.objects.exists()


def test_withdrawn_stays_with_its_reason_and_asks_nothing(cast: Cast) -> None:
    event = recorded(cast, term=FALL, grade=None)
    assert event.sort == "incident"
    actions.withdraw_event(event=event, reason="another patient", by=cast.monitor, at=NOW)
    assert not open_kinds(event)
    with pytest.raises(Refused, match="already withdrawn"):
        actions.withdraw_event(event=event, reason="again", by=cast.monitor, at=NOW)


def test_words_of_ones_own_need_words(cast: Cast) -> None:
    with pytest.raises(Refused, match="few words"):
        recorded(cast, term="")
    with pytest.raises(Refused, match="not on the list"):
        recorded(cast, term="AE-NOTHING@1")
    with pytest.raises(Refused, match="future"):
        recorded(cast, onset_at=datetime(2027, 1, 1, tzinfo=UTC))


def test_the_register_shows_filters_and_keeps_strangers_out(
    cast: Cast, as_person: AsPerson, clock: Move
) -> None:
    event, serious = recorded(cast), recorded(cast, term=PRESSURE, grade=4)
    clock(NOW)
    browser: Client = as_person(cast.coordinator)
    everything = browser.get(reverse("adverse-events")).content.decode()
    assert event.reference in everything
    assert serious.reference in everything
    only = browser.get(reverse("adverse-events"), {"serious": "on"}).content.decode()
    assert serious.reference in only
    assert event.reference not in only
    assert AccessSubject.objects.filter(subject=cast.patient.subject_ref).exists()
    assert as_person(cast.stranger).get(reverse("adverse-event", args=[event.pk])).status_code == 404
    assert as_person(cast.monitor).get(reverse("adverse-event-assess", args=[event.pk])).status_code == 403
    assert as_person(cast.prescriber).get(reverse("adverse-event", args=[event.pk])).status_code == 200
    assert as_person(cast.prescriber).get(reverse("adverse-event", args=[10**6])).status_code == 404


def test_a_follow_up_makes_an_event_on_one_page(cast: Cast, as_person: AsPerson, clock: Move) -> None:
    sign_pack_for(cast)
    clock(NOW)
    browser: Client = as_person(cast.coordinator)
    address = reverse("adverse-event-new", args=[cast.patient.pk])
    assert browser.get(address).status_code == 200
    typed = {"term": NAUSEA, "onset": "2026-11-12T01:30", "grade": "1", "once": str(uuid4())}
    assert browser.post(address, {**typed, "onset": "soon"}).status_code == 422
    assert browser.post(address, typed).status_code == 302
    event = AdverseEvent.objects.get()
    assert Event.objects.filter(name="care.safety.event-recorded", target=event_ref(event)).exists()
    assert (
        reverse("adverse-event", args=[event.pk])
        in browser.get(reverse("patient", args=[cast.patient.pk])).content.decode()
    )


def test_an_event_is_assessed_and_reported_through_its_page(
    cast: Cast, as_person: AsPerson, clock: Move
) -> None:
    event = recorded(cast, term=PRESSURE, grade=4)
    clock(NOW + timedelta(minutes=5))
    browser: Client = as_person(cast.prescriber)
    typed = {
        "grade": "4",
        "serious_why": ["life-threatening"],
        "relation_drug": "probable",
        "outcome": "recovered",
        "seen": "1",
        "once": str(uuid4()),
    }
    assert browser.post(reverse("adverse-event-assess", args=[event.pk]), typed).status_code == 302
    report = {"to": "regulator", "sent": "2026-11-12T02:00", "once": str(uuid4())}
    assert browser.post(reverse("adverse-event-report", args=[event.pk]), report).status_code == 302
    assert not open_kinds(event)
    page = browser.get(reverse("adverse-event", args=[event.pk])).content.decode()
    assert "medicines regulator" in page
    assert cast.patient.record_number in page
    assert "9 Apr 1981" in page, "two identifiers stand where one writes"
