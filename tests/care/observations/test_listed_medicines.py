"""Medicines and allergies that rules can read: coded by the signed list, or classified by a clinician."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from mooring.care.observations.actions import (
    classify_allergy,
    classify_medicine,
    stop_medicine,
    tell_allergy,
    tell_medicine,
    update_medicine,
)
from mooring.care.observations.facts import facts_here
from mooring.care.observations.models import Allergy, Medicine
from mooring.identity.packs import pack_in_force
from mooring.rules.screening import screen
from mooring.rules.verdict import Effect, Refused, Verdict
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

LATER = NOW + timedelta(minutes=1)


def told(cast: Cast, name: str) -> Medicine:
    return tell_medicine(medicine=Medicine(patient=cast.patient, name=name), by=cast.monitor, at=NOW)


def allergic(cast: Cast, substance: str) -> Allergy:
    row = Allergy(patient=cast.patient, substance=substance)
    return tell_allergy(allergy=row, by=cast.monitor, at=NOW)


def facts(cast: Cast) -> dict[str, object]:
    return {fact.key: fact.value for fact in facts_here(cast.patient, LATER)}


def verdict(cast: Cast) -> Verdict:
    return screen(facts_here(cast.patient, LATER), pack_in_force(cast.site), LATER)


def finding(cast: Cast, rule: str) -> tuple[bool, Effect] | None:
    found = next((each for each in verdict(cast).findings if each.rule == rule), None)
    return None if found is None else (found.settled, found.effect)


@pytest.mark.parametrize("name", ["tranylcypromine", "Parnate", "Tranylcypromine 10 mg bd", "PARNATE 10mg"])
def test_a_listed_name_is_classified_and_read_by_its_rule(cast: Cast, name: str) -> None:
    sign_pack_for(cast)
    medicine = told(cast, name)
    assert (medicine.substance, medicine.classes) == ("tranylcypromine", ["maoi"])
    assert facts(cast)["takes_maoi"] == "yes"
    assert finding(cast, "MED-MAOI@1") == (True, Effect.CAUTION)
    stop_medicine(medicine=medicine, by=cast.monitor, at=NOW)
    assert "takes_maoi" not in facts(cast)


@pytest.mark.parametrize("name", ["Zorblaxin 5 mg", "sertraline and tranylcypromine"])
def test_a_name_that_is_not_one_of_the_list_may_not_pass(cast: Cast, name: str) -> None:
    sign_pack_for(cast)
    medicine = told(cast, name)
    assert medicine.classified_at is None
    assert finding(cast, "MED-UNCLASSIFIED@1") == (True, Effect.HOLD)
    classify_medicine(medicine=medicine, classes=[], by=cast.prescriber, at=NOW)
    assert finding(cast, "MED-UNCLASSIFIED@1") is None
    with pytest.raises(Refused, match="a moment ago"):
        classify_medicine(medicine=medicine, classes=["maoi"], by=cast.director, at=NOW)


def test_a_clinician_may_put_it_into_a_class_of_the_pack_only(cast: Cast) -> None:
    sign_pack_for(cast)
    medicine = told(cast, "Zorblaxin")
    with pytest.raises(Refused, match="signed pack"):
        classify_medicine(medicine=medicine, classes=["miracle"], by=cast.prescriber, at=NOW)
    classify_medicine(medicine=medicine, classes=["opioid"], by=cast.prescriber, at=NOW)
    assert facts(cast)["daily_opioid"] == "yes"


def test_without_a_signed_pack_nothing_is_classified(cast: Cast) -> None:
    assert told(cast, "sertraline").classified_at is None


@pytest.mark.parametrize(
    ("name", "rule", "below", "above"),
    [("lorazepam", "MED-BENZODIAZEPINE-HIGH@1", "2", "2.5"), ("morphine", "OPIOIDS-HIGH@1", "89", "90")],
)
def test_a_daily_dose_is_a_number_and_unknown_until_it_is_entered(
    cast: Cast, name: str, rule: str, below: str, above: str
) -> None:
    sign_pack_for(cast)
    medicine = told(cast, name)
    unknown = finding(cast, rule)
    assert unknown is not None
    assert not unknown[0]
    for amount, expected in ((below, None), (above, (True, Effect.SPECIALIST_REVIEW))):
        update_medicine(
            medicine=medicine, equivalent_mg=Decimal(amount), last_taken_at=NOW, by=cast.monitor, at=NOW
        )
        assert finding(cast, rule) == expected


@pytest.mark.parametrize("substance", ["ketamine", "Ketamine, anaphylaxis", "Spravato", "KETALAR (vial)"])
def test_case_g1_an_allergy_to_ketamine_blocks_however_it_is_written(cast: Cast, substance: str) -> None:
    sign_pack_for(cast)
    assert allergic(cast, substance).code == "ketamine"
    assert finding(cast, "ALLERGY@1") == (True, Effect.BLOCK)


def test_an_allergy_that_is_not_listed_is_classified_by_a_clinician(cast: Cast) -> None:
    sign_pack_for(cast)
    allergy = allergic(cast, "Zorblaxin")
    assert finding(cast, "ALLERGY-UNCLASSIFIED@1") == (True, Effect.HOLD)
    classify_allergy(allergy=allergy, code="", by=cast.prescriber, at=NOW)
    assert finding(cast, "ALLERGY-UNCLASSIFIED@1") is None
    assert finding(cast, "ALLERGY@1") is None or not finding(cast, "ALLERGY@1")[0]  # type: ignore[index]


def test_latex_asks_for_care_and_penicillin_for_nothing(cast: Cast) -> None:
    sign_pack_for(cast)
    allergic(cast, "Latex")
    allergic(cast, "Penicillin")
    assert finding(cast, "ALLERGY-LATEX@1") == (True, Effect.CAUTION)
    assert finding(cast, "ALLERGY-UNCLASSIFIED@1") is None


def test_names_are_offered_while_one_types(cast: Cast, client: Client) -> None:
    sign_pack_for(cast)
    client.force_login(cast.monitor)
    base = f"/care/observations/{cast.patient.pk}/"
    options = client.get(f"{base}medicines/find/", {"name": "parn"}).content.decode()
    assert '<option value="Parnate">tranylcypromine, MAO inhibitor</option>' in options
    assert "option" not in client.get(f"{base}medicines/find/", {"name": "p"}).content.decode()
    assert "Latex" in client.get(f"{base}allergies/find/", {"substance": "lat"}).content.decode()
    form = client.get(f"{base}medicines/add/").content.decode()
    assert f'hx-get="{base}medicines/find/"' in form
    assert '<datalist id="names">' in form


def test_only_who_decides_on_screenings_classifies(cast: Cast, client: Client) -> None:
    sign_pack_for(cast)
    medicine, allergy = told(cast, "Zorblaxin"), allergic(cast, "Zorblaxin")
    base = f"/care/observations/{cast.patient.pk}/"
    addresses = (f"medicines/{medicine.pk}/classify/", f"allergies/{allergy.pk}/classify/")
    for name, status in (("prescriber", 200), ("monitor", 403), ("stranger", 404)):
        client.force_login(getattr(cast, name))
        assert [client.get(base + address).status_code for address in addresses] == [status, status]
    client.force_login(cast.prescriber)
    assert "no dose until it is" in client.get(base).content.decode()
    assert client.post(base + addresses[0], {}).status_code == 422
    assert client.post(base + addresses[0], {"none_of_them": "on"}).status_code == 302
    assert client.post(base + addresses[1], {"code": "latex"}).status_code == 302
    allergy.refresh_from_db()
    assert allergy.code == "latex"


def test_daily_dose_and_last_taken_by_their_page(cast: Cast, client: Client) -> None:
    sign_pack_for(cast)
    medicine = told(cast, "lorazepam")
    client.force_login(cast.monitor)
    address = f"/care/observations/{cast.patient.pk}/medicines/{medicine.pk}/"
    assert "as lorazepam" in client.get(address).content.decode()
    sent = {"equivalent_mg": "1,5", "last_taken_at": "2026-11-12T07:00"}
    assert client.post(address, sent).status_code == 302
    medicine.refresh_from_db()
    assert medicine.equivalent_mg == Decimal("1.5")
