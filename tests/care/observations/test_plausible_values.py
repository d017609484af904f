"""Every number is compared with the last, in its unit, at its time (cases N1, N2, N8, N9, N10, N11)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mooring.audit.models import Event
from mooring.care.observations.actions import record_observation
from mooring.care.observations.facts import facts_here
from mooring.care.observations.models import ChangeReason, Observation
from mooring.care.observations.queries import body_at
from mooring.content.loader import load
from mooring.rules.verdict import Refused
from tests.packs import changed, sign_pack_for
from tests.people import NOW, Cast, make_cast

MOMENT = "2026-11-12T10:00"


def weight(cast: Cast, value: str, **more: Any) -> Observation:
    return Observation(
        **{"patient": cast.patient, "kind": "weight", "value": Decimal(value), "at": NOW, **more}
    )


def weighed(cast: Cast, value: str, days_ago: int = 8) -> Observation:
    at = NOW - timedelta(days=days_ago)
    return record_observation(observation=weight(cast, value, at=at), by=cast.monitor, at=at)


def sent(cast: Cast, client: Client, kind: str, **fields: str) -> Any:
    client.force_login(cast.monitor)
    address = f"/care/observations/{cast.patient.pk}/measure/{kind}/"
    return client.post(address, {"at": MOMENT, **fields})


def test_case_n1_pounds_typed_as_kilograms_are_asked_for_again(cast: Cast, client: Client) -> None:
    weighed(cast, "72.0")
    answer = sent(cast, client, "weight", value="158")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "119\u00a0% more than the last value (72\u00a0kg, " in text
    assert 'name="value_again"' in text
    assert '<option value="lb">' in text
    assert Observation.objects.count() == 1
    twice = sent(cast, client, "weight", value="158", value_again="158", value_reason="")
    assert twice.status_code == 422
    right = sent(cast, client, "weight", value="158", value_unit="lb")
    assert right.status_code == 302
    row = Observation.objects.latest("pk")
    assert (row.value, row.typed, row.unit) == (Decimal("71.7"), Decimal(158), "lb")
    assert (
        "71.7\u00a0kg (158\u00a0lb)" in client.get(f"/care/observations/{cast.patient.pk}/").content.decode()
    )


def test_case_n1_a_real_change_is_saved_with_its_reason(cast: Cast, client: Client) -> None:
    weighed(cast, "72.0")
    again = {"value": "84", "value_again": "84", "value_reason": "oedema since Tuesday"}
    assert sent(cast, client, "weight", **again).status_code == 302
    assert ChangeReason.objects.get().text == "oedema since Tuesday"
    assert "oedema" not in str(list(Event.objects.values_list("detail", flat=True)))


def test_a_site_is_asked_by_the_limits_that_it_signed(cast: Cast, client: Client) -> None:
    """Without a signed pack the limits that ship count; a pack with narrower ones asks about 74 after 72."""
    weighed(cast, "72.0")
    assert sent(cast, client, "weight", value="74").status_code == 302
    table = load().changes["CHANGE-LIMITS@2"]
    narrow = tuple(each.model_copy(update={"most_percent": Decimal(2)}) for each in table.limits)
    sign_pack_for(cast, changed(load(), "changes", table.key, limits=narrow))
    assert sent(cast, client, "weight", value="76").status_code == 422


def test_case_n1_no_other_door_saves_it_without_a_reason(cast: Cast) -> None:
    weighed(cast, "72.0")
    with pytest.raises(Refused, match="differs much"):
        record_observation(observation=weight(cast, "158"), by=cast.monitor, at=NOW)
    saved = record_observation(observation=weight(cast, "158"), by=cast.monitor, at=NOW, reason="new scale")
    assert saved.value == 158


def test_case_n2_a_comma_is_a_decimal_point(cast: Cast, client: Client) -> None:
    assert sent(cast, client, "weight", value="72,5").status_code == 302
    assert Observation.objects.get().value == Decimal("72.5")


@pytest.mark.parametrize("year", ["0026", "1926"])
def test_case_n8_no_weight_before_birth(cast: Cast, client: Client, year: str) -> None:
    answer = sent(cast, client, "weight", value="72", at=f"{year}-11-29T10:00")
    assert answer.status_code == 422
    assert "before the date of birth" in answer.content.decode()
    with pytest.raises(Refused, match="date of birth"):
        long_ago = NOW.replace(year=1926)
        record_observation(observation=weight(cast, "72", at=long_ago), by=cast.monitor, at=NOW)


def test_case_n9_the_repeated_hour_is_asked_about(cast: Cast, client: Client) -> None:
    asked = sent(cast, client, "weight", value="72", at="2026-11-01T01:30")
    text = asked.content.decode()
    assert asked.status_code == 422
    assert "Choose which of the two" in text
    assert "second time, after the clocks went back" in text
    chosen = {"at": "2026-11-01T01:30", "at_which": "2026-11-01T09:30:00+00:00"}
    assert sent(cast, client, "weight", value="72", **chosen).status_code == 302


def test_case_n10_pressures_are_whole_numbers_and_a_plausible_pair(cast: Cast, client: Client) -> None:
    fraction = sent(cast, client, "blood-pressure", value="138.7", second="80")
    assert "Enter a whole number" in fraction.content.decode()
    unlikely = sent(cast, client, "blood-pressure", value="300", second="25")
    assert unlikely.status_code == 422
    assert "300/25 mmHg is an unlikely pair" in unlikely.content.decode()
    again = {"second_again": "25", "second_reason": "arterial line, aortic regurgitation"}
    assert sent(cast, client, "blood-pressure", value="300", second="25", **again).status_code == 302


@pytest.mark.parametrize(
    ("kind", "first", "far"),
    [
        ("temperature", {"value": "36.8"}, {"value": "39.6"}),
        ("blood-pressure", {"value": "120", "second": "80"}, {"value": "180", "second": "84"}),
        ("blood-pressure", {"value": "150", "second": "60"}, {"value": "155", "second": "95"}),
        ("home-pressure", {"value": "120", "second": "80"}, {"value": "70", "second": "50"}),
    ],
)
def test_case_n1_temperature_and_pressure_are_compared_with_the_last(
    cast: Cast, client: Client, kind: str, first: dict[str, str], far: dict[str, str]
) -> None:
    """The last value and its date stand beside the field; what is far from it is typed again with a reason."""
    assert sent(cast, client, kind, **first).status_code == 302
    answer = sent(cast, client, kind, **far)
    assert answer.status_code == 422
    assert "than the last value (" in answer.content.decode()
    assert Observation.objects.count() == 1
    again = {f"{name}_again": value for name, value in far.items()}
    reasons = {f"{name}_reason": "Measured twice." for name in far}
    assert sent(cast, client, kind, **far, **again, **reasons).status_code == 302


def test_case_n11_the_same_value_a_minute_later_is_asked_about(cast: Cast, client: Client) -> None:
    assert sent(cast, client, "weight", value="84.4").status_code == 302
    again = sent(cast, client, "weight", value="84.4")
    assert again.status_code == 422
    assert "84.4\u00a0kg was saved at" in again.content.decode()
    assert Observation.objects.count() == 1
    assert sent(cast, client, "weight", value="84.4", measured_again="on").status_code == 302
    now = timezone.now()
    with pytest.raises(Refused, match="was saved at"):
        record_observation(observation=weight(cast, "84.4", at=now), by=cast.monitor, at=now)


def test_height_gives_body_mass_index_ideal_and_adjusted_weight(cast: Cast, client: Client) -> None:
    weighed(cast, "100")
    answer = sent(cast, client, "height", value="5 ft 11 in")
    assert answer.status_code == 302, answer.content.decode()
    row = Observation.objects.get(kind="height")
    assert (row.value, row.typed, row.unit) == (Decimal("180.3"), Decimal(71), "in")
    body = body_at(cast.patient)
    assert body is not None
    assert round(body.bmi_kg_per_m2, 1) == 30.8
    facts = {fact.key: fact.value for fact in facts_here(cast.patient, timezone.now())}
    assert round(facts["bmi_kg_per_m2"], 1) == 30.8  # type: ignore[call-overload]
    assert "Body mass index" in client.get(f"/care/observations/{cast.patient.pk}/").content.decode()


def test_a_temperature_in_fahrenheit_and_pain_are_facts(cast: Cast, client: Client) -> None:
    assert sent(cast, client, "temperature", value="100.4", value_unit="°F").status_code == 302
    assert sent(cast, client, "pain", value="11").status_code == 422
    assert sent(cast, client, "pain", value="4").status_code == 302
    facts = {fact.key: fact.value for fact in facts_here(cast.patient, timezone.now())}
    assert (facts["temperature_c"], facts["pain_score"]) == (38.0, 4.0)


class AnyTwoWeights(TestCase):
    """The kind of case N1, at the door that every page and every other program uses."""

    @settings(max_examples=15, deadline=None)
    @given(st.decimals(30, 200, places=1), st.decimals(30, 200, places=1))
    def test_only_a_plausible_change_passes_without_a_reason(self, last: Decimal, value: Decimal) -> None:
        cast = make_cast()
        weighed(cast, str(last))
        try:
            record_observation(observation=weight(cast, str(value)), by=cast.monitor, at=NOW)
            passed = True
        except Refused:
            passed = False
        assert passed == (abs(value - last) <= last / 10)
