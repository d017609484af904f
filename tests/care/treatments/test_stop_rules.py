"""Stop rules of long-term safety propose and hold; a signed reason alone switches one off, until its facts change."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.measures.actions import enter_measure
from mooring.care.outcomes.queries import course_of, proposals_of
from mooring.care.treatments.actions.stop_rules import switch_off_stop_rule, switch_on_stop_rule
from mooring.care.treatments.facts import stop_rules_now
from mooring.care.treatments.gate import gate_of
from mooring.care.treatments.models import Cycle, Phase, StopRuleOff
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from tests.care.treatments.before_dosing import CREDENTIALS, planned
from tests.care.treatments.rows import cycle_in
from tests.packs import grant
from tests.people import NOW, PASSWORD, Cast, make_person

pytestmark = pytest.mark.django_db
RED, MANY = "LT-BLADDER-RED@1", "LT-MANY-DOSES@1"
BLADDER = {f"q{n}": 0.0 for n in range(1, 9)}


@pytest.fixture
def second(cast: Cast) -> Person:
    other = make_person("Nils Berg", ("prescriber", cast.site))
    grant(other, *CREDENTIALS)
    return other


def bladder(cast: Cast, at: datetime = NOW - timedelta(hours=2), **changed: float) -> None:
    enter_measure(
        patient=cast.patient,
        instrument="BLADDER-8",
        answers={**BLADDER, **changed},
        total=None,
        rated_at=at,
        by=cast.prescriber,
        at=at,
    )


def with_blood(cast: Cast) -> Cycle:
    """A first dose that is planned, and blood in the urine."""
    cycle = planned(cast)
    bladder(cast, q6=1.0)
    return cycle


def switch_off(cast: Cast, cycle: Cycle, **changed: Any) -> StopRuleOff:
    usual: dict[str, Any] = {"rule": RED, "reason": "Cystoscopy of 9 Nov: a stone, removed.", "at": NOW}
    return switch_off_stop_rule(treatment=cycle.treatment, by=cast.prescriber, **{**usual, **changed})


def holding(cycle: Cycle, at: datetime = NOW) -> set[str]:
    return {finding.rule for finding in gate_of(cycle, at).findings}


def test_a_stop_rule_holds_and_proposes_to_stop(cast: Cast) -> None:
    cycle = with_blood(cast)
    assert RED in holding(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.CLOSED, **closed())
    proposals = proposals_of(course_of(cycle.treatment), cycle.treatment, NOW)
    assert (proposals[0]["proposal"].step.value, proposals[0]["proposal"].rule) == ("stop", RED)


def closed() -> dict[str, Any]:
    return {"administered": True, "dosed_at": NOW, "closed_at": NOW, "outcome": "complete"}


def test_two_sign_it_off_the_gate_reads_it_and_the_audit_keeps_it(cast: Cast, second: Person) -> None:
    cycle = with_blood(cast)
    with pytest.raises(Refused, match="Two people"):
        switch_off(cast, cycle)
    switch_off(cast, cycle, second=second)
    assert RED not in holding(cycle)
    assert RED not in holding(cycle, NOW + timedelta(days=20))
    event = Event.objects.get(name="care.treatments.stop-rule-switched-off")
    assert (event.subject, event.detail["two"]) == (cast.patient.subject_ref, True)
    assert "stone" not in str(event.detail)


def test_a_newer_value_ends_it(cast: Cast, second: Person) -> None:
    cycle = with_blood(cast)
    switch_off(cast, cycle, second=second)
    bladder(cast, at=NOW + timedelta(days=2), q6=2.0)
    assert RED in holding(cycle, NOW + timedelta(days=3))


def test_what_is_counted_ends_with_the_next_dose(cast: Cast, second: Person) -> None:
    cycle = planned(cast)
    for number, days in enumerate(range(2, 28, 2), start=20):
        row = cycle_in(Phase.CLOSED, cycle.treatment, number)
        Cycle.objects.filter(pk=row.pk).update(dosed_at=NOW - timedelta(days=days))
    assert MANY in holding(cycle)
    switch_off(cast, cycle, rule=MANY, reason="Agreed with a second clinician; consent taken again.")
    assert MANY not in holding(cycle)
    row = cycle_in(Phase.CLOSED, cycle.treatment, 40)
    Cycle.objects.filter(pk=row.pk).update(dosed_at=NOW + timedelta(hours=1))
    assert MANY in holding(cycle, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"reason": " "}, "Enter why"), ({"rule": "LT-LIVER@1"}, "finds nothing now")],
)
def test_what_cannot_be_switched_off_says_why(cast: Cast, changed: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        switch_off(cast, with_blood(cast), **changed)


def test_who_may_not_sign_second_and_no_reason_in_the_database(cast: Cast) -> None:
    cycle = with_blood(cast)
    with pytest.raises(Refused, match="cannot sign second"):
        switch_off(cast, cycle, second=cast.monitor)
    with pytest.raises(Refused, match=r"[Ll]icen"):
        switch_off(cast, cycle, second=make_person("Ida Roth", ("prescriber", cast.site)))
    with pytest.raises(IntegrityError), transaction.atomic():
        StopRuleOff.objects.create(
            patient=cast.patient, treatment=cycle.treatment, rule=RED, reason="", by=cast.prescriber, at=NOW
        )


def test_switched_on_again_it_holds_at_once(cast: Cast, second: Person) -> None:
    cycle = with_blood(cast)
    off = switch_off(cast, cycle, second=second)
    switch_on_stop_rule(off=off, by=cast.prescriber, at=NOW + timedelta(minutes=1))
    assert RED in holding(cycle, NOW + timedelta(minutes=2))
    with pytest.raises(Refused, match="a moment ago"):
        switch_on_stop_rule(off=off, by=second, at=NOW + timedelta(minutes=3))


def test_the_page(cast: Cast, second: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    cycle = with_blood(cast)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    address, client = reverse("stop-rules", args=[cycle.treatment_id]), Client()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    client.force_login(cast.monitor)
    assert "blood or pain" in client.get(address).content.decode()
    signed = {"rule": RED, "reason": "A stone, removed.", "second": second.pk, "second_password": PASSWORD}
    assert client.post(address, {**signed, "password": PASSWORD}).status_code == 403
    client.force_login(cast.prescriber)
    assert client.post(address, {**signed, "password": "wrong"}).status_code == 422
    assert stop_rules_now(cycle.treatment, NOW).holding
    assert client.post(address, {**signed, "password": PASSWORD}).status_code == 302
    assert "A stone, removed." in client.get(address).content.decode()
    off = StopRuleOff.objects.get()
    assert client.post(reverse("stop-rule-on", args=[cycle.treatment_id, off.pk])).status_code == 302
    assert client.post(reverse("stop-rule-on", args=[cycle.treatment_id, 999])).status_code == 404
