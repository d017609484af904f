"""The expected curve beside an order: it agrees with the library, says its grade, and stays silent if unsure."""

from decimal import Decimal

import pytest

from mooring.care.treatments.queries.expected import expected_figure
from mooring.content.loader import load
from mooring.pharmacology.sessions import expected_session
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_the_figure_shows_what_the_library_answers(cast: Cast) -> None:
    protocol = load().protocols["IV-STD-6@1"]
    figure = expected_figure(
        patient=cast.patient,
        protocol=protocol,
        dose_mg=Decimal("36.0"),
        weight_kg=Decimal("72.0"),
        duration_min=40,
        at=NOW,
    )
    assert figure is not None
    answer = expected_session(
        drug="ketamine",
        route="iv",
        dose_mg=36,
        weight_kg=72,
        over_min=40,
        age_years=45,
        sex="female",
        until_h=3,
        every_min=2,
    )
    assert figure["chart"]["series"][0]["values"] == answer["curves"][0]["middle"]
    assert f"about {answer['peak']['middle_ng_per_ml']:.0f} ng/mL" in figure["finding"]
    assert "36 mg over 40 min" in figure["finding"]
    assert "not advice" in figure["finding"]
    assert figure["grade"] == str(answer["model"]["grade"])
    assert figure["citations"]


def test_where_no_model_answers_there_is_no_figure(cast: Cast) -> None:
    protocol = load().protocols["IV-STD-6@1"].model_copy(update={"route": "rectal"})
    figure = expected_figure(
        patient=cast.patient,
        protocol=protocol,
        dose_mg=Decimal(36),
        weight_kg=Decimal(72),
        duration_min=40,
        at=NOW,
    )
    assert figure is None
