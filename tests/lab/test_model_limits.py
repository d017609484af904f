"""Every code by which the library says what a model does not hold has words, and no words stand without a code."""

import pytest

from mooring import pharmacology as pk
from mooring.pharmacology.limits import EFFECT_NAMES, NOT_EVERYWHERE
from mooring.sentences.models import LACKS_EFFECT, OUTSIDE_RANGE, model_limit_words


def test_codes_and_words_are_the_same() -> None:
    assert set(LACKS_EFFECT) == set(NOT_EVERYWHERE) == set(EFFECT_NAMES)
    assert set(OUTSIDE_RANGE) == {name for id in pk.models() for name in pk.model(id).ranges}


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"weight_kg": 150.0}, "Weight 150 kg is outside the model's range of 45 to 120 kg: extrapolated."),
        ({"age_years": 90.0}, "Age 90 y is outside the model's range of 18 to 65 y: extrapolated."),
    ],
)
def test_a_person_outside_the_range_is_named_in_words(who: dict[str, float], words: str) -> None:
    planned = {
        "drug": "ketamine",
        "route": "iv",
        "dose_mg": 35.0,
        "over_min": 40.0,
        "weight_kg": 70.0,
        "n": 20,
    }
    answer = pk.expected_session(**planned | who)  # type: ignore[arg-type]
    assert [model_limit_words(limit) for limit in answer["limits"]] == [words]
    assert model_limit_words({"code": "lacks_effect", "name": "pregnant"}).endswith("pregnancy.")
