"""Laboratory results: a number with unit and reference, or a word; read by the rules that name numbers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from mooring.care.observations.actions import correct_result, record_result
from mooring.care.observations.facts import facts_here
from mooring.care.observations.models import LaboratoryResult, LaboratoryTest
from mooring.care.observations.queries import standing_results
from mooring.identity.packs import pack_in_force
from mooring.rules.laboratory import TESTS
from mooring.rules.screening import screen
from mooring.rules.verdict import Effect, Refused
from tests.packs import sign_pack_for
from tests.people import NOW, Cast, make_patient

LATER = NOW + timedelta(minutes=1)


def row(cast: Cast, test: str, **fields: Any) -> LaboratoryResult:
    return LaboratoryResult(**{"patient": cast.patient, "test": test, "at": NOW, **fields})


def recorded(cast: Cast, test: str, **fields: Any) -> LaboratoryResult:
    return record_result(result=row(cast, test, **fields), by=cast.monitor, at=NOW)


def findings(cast: Cast) -> dict[str, Effect]:
    sign_pack_for(cast)
    verdict = screen(facts_here(cast.patient, LATER), pack_in_force(cast.site), LATER)
    return {each.rule.partition("@")[0]: each.effect for each in verdict.findings if each.settled}


def test_every_test_of_the_rules_is_offered() -> None:
    assert set(LaboratoryTest.values) == set(TESTS)


@pytest.mark.parametrize(
    ("test", "fields", "rule"),
    [
        ("egfr", {"value": Decimal(28), "unit": "mL/min/1.73 m²"}, "KIDNEY-EGFR"),
        ("qtc", {"value": Decimal(505), "unit": "ms"}, "QTC-LONG"),
        ("alt", {"value": Decimal(160), "unit": "U/L", "reference_high": Decimal(45)}, "LIVER-ENZYMES"),
        ("child-pugh", {"result": "B"}, "LIVER-CHILD-PUGH"),
        ("hcg", {"result": "positive"}, "PREGNANCY"),
        ("uds", {"result": "positive"}, "DRUG-TEST"),
        (
            "potassium",
            {"value": Decimal("3.1"), "unit": "mmol/L", "reference_low": Decimal("3.5")},
            "BLOOD-SALTS",
        ),
    ],
)
def test_a_value_out_of_its_limits_is_a_finding(
    cast: Cast, test: str, fields: dict[str, Any], rule: str
) -> None:
    recorded(cast, test, **fields)
    assert rule in findings(cast)


@pytest.mark.parametrize(
    ("test", "fields"),
    [
        ("egfr", {"value": Decimal(30), "unit": "mL/min/1.73 m²"}),
        ("qtc", {"value": Decimal(440), "unit": "ms"}),
        ("alt", {"value": Decimal(90), "unit": "U/L", "reference_high": Decimal(45)}),
        ("hcg", {"result": "negative"}),
    ],
)
def test_a_value_within_its_limits_is_none(cast: Cast, test: str, fields: dict[str, Any]) -> None:
    recorded(cast, test, **fields)
    assert findings(cast) == {}


def test_breath_alcohol_is_one_fact_in_either_unit(cast: Cast) -> None:
    recorded(cast, "breath-alcohol", value=Decimal("0.05"), unit="% BAC")
    facts = {fact.key: fact.value for fact in facts_here(cast.patient, LATER)}
    assert facts["breath_alcohol_permille"] == 0.5


def test_the_newest_result_that_stands_counts(cast: Cast) -> None:
    old = recorded(cast, "egfr", value=Decimal(28), unit="mL/min/1.73 m²", at=NOW - timedelta(days=9))
    recorded(cast, "egfr", value=Decimal(38), unit="mL/min/1.73 m²")
    assert findings(cast) == {}
    right = row(cast, "egfr", value=Decimal(36), unit="mL/min/1.73 m²", at=NOW - timedelta(days=9))
    correct_result(result=right, corrects=old, by=cast.second_monitor, at=NOW)
    assert old not in standing_results(cast.patient)
    with pytest.raises(Refused, match="a moment ago"):
        correct_result(result=row(cast, "egfr"), corrects=old, by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="same test"):
        correct_result(result=row(cast, "tsh"), corrects=right, by=cast.monitor, at=NOW)


def test_one_sample_is_entered_once(cast: Cast, client: Client) -> None:
    """Back and Save again: the same value of the same sample is refused, another sample is not."""
    at = NOW - timedelta(days=2)
    recorded(cast, "egfr", value=Decimal(62), unit="mL/min/1.73 m²", at=at)
    for again in (at, at + timedelta(minutes=2)):
        with pytest.raises(Refused, match="by Jonas Lind"):
            recorded(cast, "egfr", value=Decimal(62), unit="mL/min/1.73 m²", at=again)
    recorded(cast, "egfr", value=Decimal(62), unit="mL/min/1.73 m²", at=at + timedelta(days=1))
    assert LaboratoryResult.objects.filter(test="egfr").count() == 2
    client.force_login(cast.monitor)
    page = client.get(reverse("laboratory-record", args=[cast.patient.pk, "egfr"])).content.decode()
    assert "62\u00a0mL/min/1.73\u00a0m²" in page or "62\u00a0mL/min/1.73 m²" in page


def test_case_n11_the_same_result_a_minute_later_is_asked_about(cast: Cast, client: Client) -> None:
    """A second breath test that reads the same is saved when somebody says that it is a second one."""
    client.force_login(cast.monitor)
    address = reverse("laboratory-record", args=[cast.patient.pk, "breath-alcohol"])
    sent = {"at": "2026-11-12T02:00", "value": "0", "unit": "‰"}
    assert client.post(address, sent).status_code == 302
    again = client.post(address, {**sent, "at": "2026-11-12T02:01"})
    assert (again.status_code, "I measured it again" in again.content.decode()) == (422, True)
    twice = {**sent, "at": "2026-11-12T02:01", "measured_again": "on"}
    assert client.post(address, twice).status_code == 302
    assert LaboratoryResult.objects.count() == 2


@pytest.mark.parametrize(
    ("test", "first", "unlikely", "words"),
    [
        (
            "creatinine",
            ("80", "µmol/L"),
            ("9", "mg/dL"),
            "894\u00a0% more than the last value (80\u00a0µmol/L",
        ),
        ("alt", ("25", ""), ("250", ""), "900\u00a0% more than the last value (25\u00a0U/L"),
        ("potassium", ("4.2", ""), ("2.4", ""), "43\u00a0% less than the last value (4.2\u00a0mmol/L"),
        ("qtc", ("430", ""), ("510", ""), "19\u00a0% more than the last value (430\u00a0ms"),
    ],
)
def test_case_n1_a_laboratory_value_far_from_the_last_one_is_asked_for_again(
    cast: Cast, client: Client, test: str, first: tuple[str, str], unlikely: tuple[str, str], words: str
) -> None:
    """Every number typed for a person is compared with the last of its kind, in whichever unit each was typed."""
    client.force_login(cast.monitor)
    address = reverse("laboratory-record", args=[cast.patient.pk, test])
    assert client.post(address, sample("2026-11-10T10:00", *first)).status_code == 302
    answer = client.post(address, sample("2026-11-12T10:00", *unlikely))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert LaboratoryResult.objects.count() == 1
    assert words in text
    assert 'name="value_again"' in text
    value = {"value_again": unlikely[0], "value_reason": "Read twice from the report."}
    confirmed = client.post(address, {**sample("2026-11-12T10:00", *unlikely), **value})
    assert confirmed.status_code == 302
    assert (
        "Read twice from the report."
        in client.get(reverse("observations", args=[cast.patient.pk])).content.decode()
    )


def sample(at: str, value: str, unit: str) -> dict[str, str]:
    return {"at": at, "value": value, **({"unit": unit} if unit else {})}


def test_a_likely_value_in_another_unit_is_not_asked_about(cast: Cast, client: Client) -> None:
    """0.9 mg/dL of creatinine is 80 µmol/L."""
    client.force_login(cast.monitor)
    address = reverse("laboratory-record", args=[cast.patient.pk, "creatinine"])
    assert client.post(address, sample("2026-11-10T10:00", "0.9", "mg/dL")).status_code == 302
    page = client.get(address).content.decode()
    assert "Last: 0.9\u00a0mg/dL, Tue 10 Nov" in page
    assert client.post(address, sample("2026-11-12T10:00", "82", "µmol/L")).status_code == 302


def test_no_other_door_saves_an_unlikely_result_without_a_reason(cast: Cast) -> None:
    recorded(cast, "alt", value=Decimal(25), unit="U/L", at=NOW - timedelta(days=9))
    with pytest.raises(Refused, match="differs much from the last value"):
        recorded(cast, "alt", value=Decimal(250), unit="U/L")
    old = LaboratoryResult.objects.get()
    far = row(cast, "alt", value=Decimal(250), unit="U/L", at=old.at)
    assert correct_result(result=far, corrects=old, by=cast.monitor, at=NOW).value == 250


def test_the_database_holds_a_number_with_a_unit_or_a_word(cast: Cast) -> None:
    for fields in ({}, {"value": Decimal(1)}, {"value": Decimal(1), "unit": "U/L", "result": "positive"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            recorded(cast, "alt", **fields)


@pytest.mark.django_db(transaction=True)
def test_a_stored_result_cannot_be_changed(cast: Cast) -> None:
    found = recorded(cast, "hcg", result="negative")
    with pytest.raises(DatabaseError), transaction.atomic():
        LaboratoryResult.objects.filter(pk=found.pk).update(result="positive")


def test_results_by_their_pages(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    base = f"/care/observations/{cast.patient.pk}/"
    when = {"at": "2026-11-12T10:00"}
    low = client.post(f"{base}laboratory/creatinine/", {**when, "value": "9,1", "unit": "µmol/L"})
    assert (low.status_code, "from 10 to 3000" in low.content.decode()) == (422, True)
    sent = {**when, "value": "0,9", "unit": "mg/dL", "reference_low": "0.6", "reference_high": "0.8"}
    assert client.post(f"{base}laboratory/creatinine/", sent).status_code == 302
    text = client.get(base).content.decode()
    assert "0.9\u00a0mg/dL" in text
    assert "above the reference" in text
    found = LaboratoryResult.objects.get()
    assert client.post(f"{base}results/{found.pk}/correct/", {**sent, "value": "0.7"}).status_code == 302
    assert client.post(f"{base}laboratory/hcg/", {**when, "result": "negative"}).status_code == 302
    assert client.get(f"{base}laboratory/nothing/").status_code == 404
    ends = {**sent, "reference_low": "2", "reference_high": "1"}
    assert "ends below its start" in client.post(f"{base}laboratory/creatinine/", ends).content.decode()


def test_who_may_record_a_result(cast: Cast, client: Client) -> None:
    base = f"/care/observations/{cast.patient.pk}/"
    for name, status in (("monitor", 200), ("therapist", 403), ("stranger", 404)):
        client.force_login(getattr(cast, name))
        assert client.get(f"{base}laboratory/alt/").status_code == status
    client.force_login(cast.monitor)
    other = make_patient(cast.site, "Owen Castle")
    found = recorded(cast, "hcg", result="negative", patient=other)
    assert client.get(f"{base}results/{found.pk}/correct/").status_code == 404
