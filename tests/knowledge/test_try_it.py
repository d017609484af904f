"""Typed facts in, an explained verdict out; answers in, a score out; nothing is stored."""

import pytest
from django.apps import apps
from django.test import Client

from mooring.content.loader import load
from mooring.rules.screening import Setting, screen
from tests.packs import sign_pack_for
from tests.people import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "/knowledge/try/"


def typed(**facts: object) -> dict[str, object]:
    return {"standing": "confirmed", "rest": "no", **facts}


def post(client: Client, address: str, data: dict[str, object], status: int = 200) -> str:
    answer = client.post(address, data)
    assert answer.status_code == status
    return answer.content.decode()


def rows() -> dict[str, int]:
    kept = {"sessions", "audit"}
    return {
        m._meta.label: m._default_manager.count() for m in apps.get_models() if m._meta.app_label not in kept
    }


def test_a_confirmed_block_is_refused_with_its_rule_and_source(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    page = post(client, ADDRESS, typed(severe_cardiac_disease="yes"))
    assert "Refused" in page
    assert 'href="/knowledge/item/CARDIAC-SEVERE@1/"' in page
    assert "A try." in page


def test_the_verdict_is_that_of_the_rules(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    answer = client.post(ADDRESS, typed(severe_cardiac_disease="yes", age_years="44"))
    shown = answer.context["verdict"]
    form = answer.context["form"]
    setting: Setting = answer.context["setting"]
    now = answer.context["now"]
    again = screen(form.facts(now), load(), now, setting)
    assert [each.rule for each in shown.findings] == [each.rule for each in again.findings]
    assert "CARDIAC-SEVERE@1" in {each.rule for each in shown.findings if each.settled}


def test_what_only_the_patient_said_never_blocks(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    page = post(client, ADDRESS, {"standing": "reported", "rest": "no", "severe_cardiac_disease": "yes"})
    assert "Incomplete" in page
    assert "Not settled" in page


def test_what_is_missing_is_told_in_the_questions_own_words(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    page = post(client, ADDRESS, typed(rest="missing"))
    assert "Have you ever had a stroke or a mini-stroke?" in page
    assert "Systolic pressure at rest (mmHg)" in page
    assert "resting systolic mmhg" not in page


def test_another_product_weighs_differently(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    address = f"{ADDRESS}?product=esketamine&route=intranasal&setting=clinic&jurisdiction=US"
    findings = client.post(address, typed(severe_cardiac_disease="yes")).context["verdict"].findings
    (cardiac,) = [each for each in findings if each.rule == "CARDIAC-SEVERE@1"]
    assert cardiac.effect.name == "SPECIALIST_REVIEW"


def test_a_value_beyond_the_dictionarys_range_is_refused(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    page = post(client, ADDRESS, typed(age_years="400", stroke="<script>"), status=422)
    assert "<script>" not in page
    assert "h-verdict" not in page


def test_an_instrument_is_scored_and_what_it_watches_is_said(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.learner)
    answers = {f"q{n}": "2" for n in range(1, 10)}
    page = post(client, "/knowledge/try/PHQ-9/", dict(answers))
    assert "<b>18</b>" in page
    assert "moderately severe" in page
    assert "Thoughts of being better off dead" in page
    assert "Too many answers are missing." in post(client, "/knowledge/try/PHQ-9/", {"q1": "1"})


def test_an_instrument_without_its_text_asks_by_number(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.learner)
    page = client.get("/knowledge/try/MADRS/").content.decode()
    assert "Item 10" in page
    assert "The text may not be shipped." in page
    post(client, "/knowledge/try/MADRS/", {"q1": "7"}, status=422)
    assert client.get("/knowledge/try/NOTHING/").status_code == 404


def test_nothing_is_stored(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    before = rows()
    post(client, ADDRESS, typed(stroke="yes"))
    post(client, "/knowledge/try/PHQ-9/", {"q9": "3"})
    assert rows() == before
