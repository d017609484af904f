"""The verdict over stated and measured facts, what clinicians settle, and the signed decision."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.referrals.models import Lead
from mooring.care.screening.actions import (
    answer_screening,
    close_finding,
    decide_screening,
    send_screening,
    settle_fact,
    withdraw_screening,
)
from mooring.care.screening.models import FindingClosure, Screening, StatedFact
from mooring.care.screening.queries import (
    finding_in,
    mark_of,
    pack_of,
    questions_of,
    stated_facts_of,
    verdict_of,
)
from mooring.content.loader import load
from mooring.identity.models import Person
from mooring.rules.facts import known
from mooring.rules.verdict import ClosureKind, Effect, Refused
from mooring.work.models import Task
from tests.care.referrals.leads import received
from tests.care.screening.screenings import all_no, answered, asked_about_suicide, measured, sent
from tests.packs import changed, sign_pack_for
from tests.people import NOW, PASSWORD, Cast

LATER = NOW + timedelta(hours=2)


def settle(cast: Cast, screening: Screening, key: str, value: str, at: datetime = LATER) -> StatedFact:
    return settle_fact(screening=screening, key=key, value=value, by=cast.prescriber, at=at)


def decide(cast: Cast, screening: Screening, decision: str = "eligible", **given: object) -> Screening:
    sent = {
        "screening": screening,
        "decision": decision,
        "conditions": "",
        "told": "You can start.",
        "seen": mark_of(screening, LATER),
        "by": cast.prescriber,
        "at": LATER,
        **given,
    }
    return decide_screening(**sent)  # type: ignore[arg-type]


def close(
    cast: Cast, screening: Screening, rule: str, kind: ClosureKind, second: Person | None = None
) -> FindingClosure:
    return close_finding(
        screening=screening,
        rule=rule,
        kind=kind,
        reason="Weighed with the patient.",
        second=second,
        by=cast.prescriber,
        at=LATER,
    )


def test_all_no_and_a_good_pressure_lets_the_prescriber_decide(cast: Cast) -> None:
    screening = answered(cast)
    measured(cast, 124, 78)
    assert verdict_of(screening, LATER).worst_possible == Effect.PASS
    decide(cast, screening)
    assert (screening.state, screening.decision, screening.decided_by) == (
        "decided",
        "eligible",
        cast.prescriber,
    )
    assert not Task.objects.filter(kind="screening-decide", state="open").exists()
    event = Event.objects.get(name="care.screening.decided")
    assert event.subject == screening.subject_ref
    assert "start" not in str(event.detail)


def test_whose_move_it_is_follows_the_screening(cast: Cast) -> None:
    lead = received(cast.site, at=NOW, phone="503 555 0777")
    Lead.objects.filter(pk=lead.pk).update(stage="joined", patient=cast.patient)
    screening = sent(cast)
    assert Lead.objects.get(pk=lead.pk).move == "person"
    answer_screening(
        screening=screening,
        answers=all_no(screening),
        revision=0,
        link=None,
        by=cast.patient.person,
        at=NOW + timedelta(hours=1),
    )
    assert Lead.objects.get(pk=lead.pk).move == "clinic"
    asked_about_suicide(cast, screening, at=LATER)
    measured(cast, 124, 78)
    decide(cast, screening)
    found = Lead.objects.get(pk=lead.pk)
    assert (found.move, found.since) == ("nobody", LATER)


def test_nobody_is_eligible_before_a_clinician_has_asked_about_suicide(cast: Cast) -> None:
    screening = sent(cast)
    answer_screening(
        screening=screening,
        answers=all_no(screening),
        revision=0,
        link=None,
        by=cast.patient.person,
        at=NOW + timedelta(hours=1),
    )
    measured(cast, 124, 78)
    with pytest.raises(Refused, match="Suicidal thoughts with intent"):
        decide(cast, screening)


def test_missing_data_never_makes_somebody_eligible(cast: Cast) -> None:
    screening = answered(cast)
    with pytest.raises(Refused, match="Systolic pressure at rest"):
        decide(cast, screening)


@pytest.mark.parametrize("said", ["yes", "not sure"])
def test_a_yes_and_a_not_sure_open_a_finding_that_is_not_settled(cast: Cast, said: str) -> None:
    screening = answered(cast, epilepsy=said)
    measured(cast, 124, 78)
    verdict = verdict_of(screening, LATER)
    assert verdict.missing == ("epilepsy",)
    assert verdict.established == Effect.PASS
    assert verdict.worst_possible == Effect.SPECIALIST_REVIEW
    with pytest.raises(Refused, match="Epilepsy"):
        decide(cast, screening)
    with pytest.raises(Refused, match="not settled"):
        close(cast, screening, "EPILEPSY@1", ClosureKind.REVIEWED)


def test_a_refuted_yes_clears_and_a_confirmed_one_settles(cast: Cast) -> None:
    screening = answered(cast, epilepsy="yes")
    measured(cast, 124, 78)
    settle(cast, screening, "epilepsy", "no")
    assert not verdict_of(screening, LATER).findings
    settle(cast, screening, "epilepsy", "yes", LATER + timedelta(minutes=1))
    assert verdict_of(screening, LATER + timedelta(minutes=1)).established == Effect.SPECIALIST_REVIEW


def test_every_word_on_a_fact_stays(cast: Cast) -> None:
    screening = answered(cast, epilepsy="yes")
    settle(cast, screening, "epilepsy", "no")
    settle(cast, screening, "epilepsy", "yes")
    said = StatedFact.objects.filter(key="epilepsy").order_by("id").values_list("value", "source")
    assert list(said) == [("yes", "patient"), ("no", "clinician"), ("yes", "clinician")]


@pytest.mark.parametrize(
    ("key", "value"), [("nonsense", "yes"), ("resting_systolic_mmhg", "yes"), ("stroke", "5")]
)
def test_only_a_known_yes_or_no_is_settled(cast: Cast, key: str, value: str) -> None:
    with pytest.raises(Refused):
        settle(cast, answered(cast), key, value)


def test_a_review_is_closed_by_a_review_and_then_one_may_decide(cast: Cast) -> None:
    screening = answered(cast, epilepsy="yes")
    measured(cast, 124, 78)
    settle(cast, screening, "epilepsy", "yes")
    with pytest.raises(Refused, match="Still open"):
        decide(cast, screening)
    with pytest.raises(Refused, match="specialist"):
        close(cast, screening, "EPILEPSY@1", ClosureKind.WEIGHED)
    close(cast, screening, "EPILEPSY@1", ClosureKind.REVIEWED)
    with pytest.raises(Refused, match="a moment ago"):
        close(cast, screening, "EPILEPSY@1", ClosureKind.REVIEWED)
    decide(cast, screening)


def test_two_people_go_past_what_asks_for_two(cast: Cast) -> None:
    screening = answered(cast, stroke="yes")
    measured(cast, 124, 78)
    settle(cast, screening, "stroke", "yes")
    for second in (None, cast.prescriber):
        with pytest.raises(Refused, match="two people"):
            close(cast, screening, "STROKE@1", ClosureKind.OVERRIDDEN, second)
    close(cast, screening, "STROKE@1", ClosureKind.OVERRIDDEN, cast.director)
    decide(cast, screening, "conditions", conditions="Neurologist's letter is in the record.")


def test_nobody_goes_past_a_pressure_above_the_label(cast: Cast) -> None:
    screening = answered(cast)
    measured(cast, 184, 96)
    with pytest.raises(Refused, match="cannot be overridden"):
        close(cast, screening, "HTN-SEVERE@1", ClosureKind.OVERRIDDEN, cast.director)
    with pytest.raises(Refused, match="Still open"):
        decide(cast, screening)
    decide(cast, screening, "wait", conditions="Until the pressure is treated.")


def test_one_closed_finding_hides_no_other(cast: Cast) -> None:
    screening = answered(cast, epilepsy="yes", stroke="yes")
    measured(cast, 124, 78)
    settle(cast, screening, "epilepsy", "yes")
    settle(cast, screening, "stroke", "yes")
    close(cast, screening, "STROKE@1", ClosureKind.OVERRIDDEN, cast.director)
    with pytest.raises(Refused, match="EPILEPSY"):
        decide(cast, screening)


def test_a_fact_that_came_since_refuses_the_decision(cast: Cast) -> None:
    screening = answered(cast, epilepsy="yes")
    measured(cast, 124, 78)
    seen = mark_of(screening, LATER)
    settle(cast, screening, "epilepsy", "no")
    with pytest.raises(Refused, match="since this page"):
        decide(cast, screening, "not-eligible", seen=seen)


def test_a_second_decision_is_told(cast: Cast) -> None:
    screening = answered(cast)
    measured(cast, 124, 78)
    decide(cast, screening)
    with pytest.raises(Refused, match="a moment ago"):
        decide(cast, screening, "not-eligible")
    screening.refresh_from_db()
    assert screening.decision == "eligible"


@pytest.mark.parametrize("decision", ["conditions", "wait"])
def test_conditions_and_waiting_say_for_what(cast: Cast, decision: str) -> None:
    screening = answered(cast)
    measured(cast, 124, 78)
    with pytest.raises(Refused, match="Enter the conditions"):
        decide(cast, screening, decision)


def test_an_open_screening_keeps_the_pack_it_was_sent_under(cast: Cast) -> None:
    screening = answered(cast, epilepsy="yes")
    measured(cast, 124, 78)
    newer = changed(load(), "eligibility", "EPILEPSY@1", version=2, effect="BLOCK")
    sign_pack_for(cast, newer, at=LATER)
    verdict = verdict_of(screening, LATER)
    assert [each.rule for each in verdict.findings] == ["EPILEPSY@1"]
    assert verdict.worst_possible == Effect.SPECIALIST_REVIEW


def test_a_decided_screening_reads_as_it_was_decided(cast: Cast) -> None:
    screening = answered(cast)
    measured(cast, 124, 78)
    decide(cast, screening)
    measured(cast, 190, 110, at=LATER + timedelta(hours=1), reason="Measured again after a rest.")
    assert not verdict_of(screening, LATER + timedelta(days=9)).findings


def test_the_prescriber_walks_from_finding_to_signature(cast: Cast, client: Client) -> None:
    start = timezone.now() - timedelta(hours=1)
    screening = answered(cast, at=start, epilepsy="yes")
    measured(cast, 124, 78, at=start)
    client.force_login(cast.prescriber)
    path = f"/care/screening/{screening.pk}/"
    text = client.get(path).content.decode()
    assert "Epilepsy" in text
    assert "EPILEPSY@1" in text
    sent = {"key": "epilepsy", "value": "yes", "once": str(uuid4())}
    assert client.post(f"{path}facts/", sent).status_code == 302
    closing = f"{path}findings/EPILEPSY@1/"
    assert client.get(closing).status_code == 200
    given = {"kind": "reviewed", "reason": "Letter of the neurologist, seizure-free ten years."}
    assert client.post(closing, {**given, "password": "wrong"}).status_code == 422
    assert client.post(closing, {**given, "password": PASSWORD}).status_code == 302
    screening.refresh_from_db()
    seen = mark_of(screening, timezone.now())
    decision = {"decision": "eligible", "told": "You can start.", "seen": seen, "once": str(uuid4())}
    assert client.post(path, {**decision, "password": "wrong"}).status_code == 422
    assert client.post(path, {**decision, "password": PASSWORD}).status_code == 302
    screening.refresh_from_db()
    assert screening.decision == "eligible"
    assert "Letter of the neurologist" in client.get(path).content.decode()


def test_the_second_person_types_their_own_password(cast: Cast, client: Client) -> None:
    screening = answered(cast, at=timezone.now() - timedelta(hours=1), stroke="yes")
    settle(cast, screening, "stroke", "yes", timezone.now())
    client.force_login(cast.prescriber)
    cast.director.set_password("another long password")
    cast.director.save()
    sent = {
        "kind": "overridden",
        "reason": "Fifteen years ago, letter in the record.",
        "second": cast.director.pk,
        "password": PASSWORD,
    }
    path = f"/care/screening/{screening.pk}/findings/STROKE@1/"
    assert client.post(path, {**sent, "second_password": PASSWORD}).status_code == 422
    assert not FindingClosure.objects.exists()
    assert client.post(path, {**sent, "second_password": "another long password"}).status_code == 302
    assert FindingClosure.objects.get().second == cast.director


def test_who_may_read_and_who_may_decide(cast: Cast, client: Client) -> None:
    screening = answered(cast, at=timezone.now() - timedelta(hours=1))
    path = f"/care/screening/{screening.pk}/"
    codes = {}
    for name in ("prescriber", "coordinator", "therapist", "monitor", "stranger"):
        client.force_login(getattr(cast, name))
        codes[name] = client.get(path).status_code
    assert codes == {
        "prescriber": 200,
        "coordinator": 200,
        "therapist": 200,
        "monitor": 403,
        "stranger": 404,
    }
    client.force_login(cast.coordinator)
    assert b"Your decision" not in client.get(path).content
    assert client.post(f"{path}facts/", {"key": "stroke", "value": "no"}).status_code == 403
    assert client.get(f"{path}findings/STROKE@1/").status_code == 403
    assert client.get("/care/screening/987654/").status_code == 404


def test_case_g6_a_block_that_was_confirmed_is_not_lost_in_a_new_screening(cast: Cast) -> None:
    first = answered(cast, aneurysm="yes")
    settle(cast, first, "aneurysm", "yes")
    withdraw_screening(screening=first, by=cast.coordinator, at=LATER)
    november = NOW + timedelta(days=170)
    again = answered(cast, at=november)
    found = finding_in(verdict_of(again, november + timedelta(hours=1)), "ANEURYSM@1")
    assert found is not None
    assert (found.settled, found.effect) == (True, Effect.BLOCK)
    settle(cast, again, "aneurysm", "no", at=november + timedelta(hours=2))
    assert finding_in(verdict_of(again, november + timedelta(hours=3)), "ANEURYSM@1") is None


def test_case_g7_what_was_answered_half_a_year_ago_is_not_known_now(cast: Cast) -> None:
    screening = answered(cast)
    pack, later = pack_of(screening), NOW + timedelta(days=173)
    asked = {rule.question.about for rule in questions_of(screening) if rule.question}
    now_known = known(stated_facts_of(screening, later), later, pack.data)
    assert not asked & set(now_known.claimed)
    assert asked <= set(
        known(
            stated_facts_of(screening, NOW + timedelta(days=100)), NOW + timedelta(days=100), pack.data
        ).claimed
    )


def test_case_g7_a_new_screening_asks_again_only_for_what_is_stale(cast: Cast) -> None:
    first = answered(cast, epilepsy="not sure")
    everything = {rule.question.about for rule in questions_of(first) if rule.question}
    settle(cast, first, "aneurysm", "yes")
    withdraw_screening(screening=first, by=cast.coordinator, at=LATER)
    soon = send_screening(patient=cast.patient, by=cast.coordinator, at=NOW + timedelta(days=30))
    assert [rule.question.about for rule in questions_of(soon) if rule.question] == ["epilepsy"]
    withdraw_screening(screening=soon, by=cast.coordinator, at=NOW + timedelta(days=31))
    late = send_screening(patient=cast.patient, by=cast.coordinator, at=NOW + timedelta(days=173))
    asked = {rule.question.about for rule in questions_of(late) if rule.question}
    assert asked == everything - {"aneurysm"}
