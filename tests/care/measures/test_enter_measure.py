"""A clinician enters any instrument: items with skip logic, or the total; what is urgent raises a concern."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from mooring.care.measures.actions import answer_concern, enter_measure
from mooring.care.measures.models import Concern, Filled, RiskAssessment
from mooring.care.measures.queries import instruments_to_enter, score_of
from mooring.content.loader import load
from mooring.rules.scoring import skipped_by
from mooring.rules.verdict import Refused
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

MADRS = {f"q{n}": 3 for n in range(1, 11)}


def entered(
    cast: Cast, instrument: str, answers: dict[str, float], total: Decimal | None = None, **more: Any
) -> Filled:
    return enter_measure(
        patient=cast.patient,
        instrument=instrument,
        answers=answers,
        total=total,
        rated_at=NOW,
        by=cast.prescriber,
        at=NOW,
        **more,
    )


def assessment(**fields: str) -> RiskAssessment:
    given = {"tier": "moderate", "means": "restricted", "plan": "Call at 18:00.", "told": "Sister"} | fields
    return RiskAssessment(**given)


def test_every_instrument_with_a_scoring_can_be_entered(cast: Cast) -> None:
    sign_pack_for(cast)
    offered = {each.id for each in instruments_to_enter(cast.site, NOW)}
    assert offered == {each.id for each in load().instruments.in_force(NOW.date()) if each.items}
    assert {"MADRS", "HAM-D17", "C-SSRS", "PHQ-9"} <= offered


@pytest.mark.parametrize(("instrument", "item"), [("MADRS", "q10"), ("HAM-D17", "q3")])
def test_the_item_on_suicide_of_a_rating_raises_a_concern(cast: Cast, instrument: str, item: str) -> None:
    sign_pack_for(cast)
    codes = [each.code for each in load().instruments.find(instrument, NOW.date()).items]
    entered(cast, instrument, dict.fromkeys(codes, 0))
    assert not Concern.objects.exists()
    entered(cast, instrument, dict.fromkeys(codes, 0) | {item: 1})
    concern = Concern.objects.get()
    assert (concern.item, concern.urgent) == (item, True)


def test_a_total_needs_the_item_that_may_be_urgent(cast: Cast) -> None:
    sign_pack_for(cast)
    with pytest.raises(Refused, match="q10"):
        entered(cast, "MADRS", {}, Decimal(31))
    filled = entered(cast, "MADRS", {"q10": 0}, Decimal(31))
    assert (filled.total, filled.band) == (31, "moderate")
    with pytest.raises(Refused, match="lies in"):
        entered(cast, "MADRS", {"q10": 0}, Decimal(61))


def test_items_are_scored_and_missing_ones_are_named(cast: Cast) -> None:
    sign_pack_for(cast)
    assert entered(cast, "MADRS", dict(MADRS)).total == 30
    with pytest.raises(Refused, match="q4"):
        entered(cast, "MADRS", {code: value for code, value in MADRS.items() if code != "q4"})


@pytest.mark.parametrize(
    ("answers", "skipped", "tier"),
    [
        ({"q1": 0, "q2": 0, "q6-lifetime": 0}, {"q3", "q4", "q5", "q6-3-months"}, ""),
        ({"q1": 1, "q2": 0, "q6-lifetime": 0}, {"q3", "q4", "q5", "q6-3-months"}, "Low"),
        ({"q1": 1, "q2": 1, "q3": 1, "q4": 0, "q5": 0, "q6-lifetime": 0}, {"q6-3-months"}, "Moderate"),
        ({"q1": 0, "q2": 0, "q6-lifetime": 1, "q6-3-months": 0}, {"q3", "q4", "q5"}, "Moderate"),
        ({"q1": 0, "q2": 0, "q6-lifetime": 1, "q6-3-months": 1}, {"q3", "q4", "q5"}, "High"),
        ({"q1": 1, "q2": 1, "q3": 0, "q4": 1, "q5": 0, "q6-lifetime": 0}, {"q6-3-months"}, "High"),
    ],
)
def test_the_screener_skips_and_tiers_as_columbia_says(
    cast: Cast, answers: dict[str, float], skipped: set[str], tier: str
) -> None:
    sign_pack_for(cast)
    assert skipped_by(load().instruments.find("C-SSRS", NOW.date()), answers) == skipped
    filled = entered(cast, "C-SSRS", answers)
    flags = score_of(filled.asked, filled.answers).flags
    assert [flag.partition(":")[0] for flag in flags] == ([tier] if tier else [])
    assert Concern.objects.exists() == (answers.get("q2") == 1 or answers.get("q6-3-months") == 1)


def test_an_item_that_is_skipped_cannot_be_answered(cast: Cast) -> None:
    sign_pack_for(cast)
    with pytest.raises(Refused, match="not asked after"):
        entered(cast, "C-SSRS", {"q1": 0, "q2": 0, "q4": 1, "q6-lifetime": 0})


def test_an_answer_about_suicide_is_closed_by_a_structured_assessment(cast: Cast) -> None:
    sign_pack_for(cast)
    entered(cast, "MADRS", MADRS | {"q10": 4})
    concern = Concern.objects.get()
    with pytest.raises(Refused, match="risk assessment"):
        answer_concern(concern=concern, what_was_done="Spoke.", by=cast.prescriber, at=NOW)
    answer_concern(
        concern=concern, what_was_done="Spoke.", by=cast.prescriber, at=NOW, assessment=assessment()
    )
    saved = RiskAssessment.objects.get()
    assert (saved.concern, saved.by, saved.tier) == (concern, cast.prescriber, "moderate")


def test_ratings_and_the_assessment_by_their_pages(cast: Cast, client: Client) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    base = f"/care/measures/of/{cast.patient.pk}/enter/"
    assert "MADRS" in client.get(base).content.decode()
    sent = {**{code: str(value) for code, value in MADRS.items()}, "rated_at": "2026-11-12T10:00"}
    wrong = client.post(f"{base}MADRS/", {**sent, "q1": "7"})
    assert (wrong.status_code, "from 0 to 6" in wrong.content.decode()) == (422, True)
    assert client.post(f"{base}MADRS/", sent).status_code == 302
    assert Filled.objects.get().total == 30
    assert client.get(f"{base}NOTHING/").status_code == 404
    page = f"/care/measures/concerns/{Concern.objects.get().pk}/"
    assert "Access to means" in client.get(page).content.decode()
    assert client.post(page, {"what_was_done": "Spoke."}).status_code == 422
    whole = {"what_was_done": "Spoke.", "tier": "high", "means": "open", "plan": "Stay.", "told": "Dr Nwosu"}
    assert client.post(page, whole).status_code == 302
    assert "Safety plan" in client.get(page).content.decode()


def test_who_may_enter_a_rating(cast: Cast, client: Client) -> None:
    sign_pack_for(cast)
    for name, status in (("prescriber", 200), ("stranger", 404)):
        client.force_login(getattr(cast, name))
        for end in ("", "MADRS/"):
            address = f"/care/measures/of/{cast.patient.pk}/enter/{end}"
            assert client.get(address).status_code == status
