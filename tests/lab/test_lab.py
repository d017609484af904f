"""The lab's page: what one moves is answered, shared by its address, sourced, and never advice."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.people import Cast

pytestmark = pytest.mark.django_db


class Numbers(HTMLParser):
    """Collects the points of the drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.points: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.points += [value or "" for name, value in attrs if name == "points"]


def opened(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(f"/lab/{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def learner(client: Client, cast: Cast) -> Client:
    client.force_login(cast.learner)
    return client


def test_typical_person_and_regimen(learner: Client) -> None:
    said = opened(learner)
    assert "highest about 18" in said
    assert "after 40 minutes" in said
    assert "gives no dosing advice" in said
    assert "Concentration" in said
    assert "NMDA receptors occupied" in said
    assert "Olofsen 2022" in said
    assert "Simons P" in said
    assert said.count('<svg class="wide"') == 3


def test_everyone_signed_in_may_and_a_visitor_may_not(client: Client, cast: Cast) -> None:
    assert client.get("/lab/").status_code == 302
    for person in (cast.coordinator, cast.learner, cast.stranger):
        client.force_login(person)
        assert client.get("/lab/").status_code == 200


def test_address_holds_the_view(learner: Client) -> None:
    said = opened(learner, "?a_way=nasal-spray&a_dose=60&b_on=on&b_way=oral&kg=90&window=day")
    assert "Esketamine nasal spray, 56 mg" in said
    assert "B, middle" in said
    assert re.search(r'name="kg"[^>]*value="90"|value="90"[^>]*name="kg"', said)
    assert "perez_ruixo_2021" in said


def test_a_swap_brings_the_panels_alone(learner: Client) -> None:
    said = opened(learner, "?a_dose=70", **{"HX-Request": "true"})
    assert "<html" not in said
    assert "lab-at" in said
    assert "70 mg" in said


def test_double_dose_doubles_the_concentration(learner: Client) -> None:
    peaks = [
        float(re.search(r"highest about (\d+)", opened(learner, f"?a_dose={dose}")).group(1))  # type: ignore[union-attr]
        for dose in (35, 70)
    ]
    assert peaks[1] == pytest.approx(2 * peaks[0], rel=0.02)


@pytest.mark.parametrize(
    "way",
    ["im", "sc", "intranasal", "sublingual", "oral", "oral-slow", "rectal", "iv-s", "oral-film", "oral-s"],
)
def test_every_way_is_answered(learner: Client, way: str) -> None:
    drawing = Numbers()
    drawing.feed(opened(learner, f"?a_way={way}"))
    assert len(drawing.points) >= 8
    assert not any("nan" in each for each in drawing.points)


def test_six_weeks(learner: Client) -> None:
    assert "6 weeks" in opened(learner, "?window=weeks&a_times=12")


def test_a_route_without_human_data_says_so(learner: Client) -> None:
    assert "No human data" in opened(learner, "?a_way=sc")


def test_out_of_range_is_refused_with_the_reason(learner: Client) -> None:
    response = learner.get("/lab/?a_dose=9000")
    assert response.status_code == 422
    assert b"150" in response.content
