"""Scoring of the PHQ-9: every boundary of every band, missing items, the watched item."""

import pytest

from mooring.rules.scoring import BadAnswer, score, watched
from tests.rules.knowledge import pack

PHQ9 = pack().instruments["PHQ-9@1"]


def answers(total: int) -> dict[str, float | None]:
    """Nine answers that add up to `total`, the first items highest."""
    found: dict[str, float | None] = {}
    for n in range(1, 10):
        found[f"q{n}"] = float(min(3, total))
        total -= min(3, total)
    return found


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately severe"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_every_boundary(total: int, band: str):
    found = score(PHQ9, answers(total))
    assert (found.total, found.band, found.complete) == (total, band, True)


def test_two_missing_items_count_as_the_mean_of_the_others():
    given = answers(0) | {f"q{n}": 2.0 for n in range(1, 8)} | {"q8": None, "q9": None}
    found = score(PHQ9, given)
    assert found.total == 18
    assert found.estimated
    assert not found.complete
    assert found.missing == ("q8", "q9")


def test_three_missing_items_give_no_total():
    found = score(PHQ9, {f"q{n}": 1.0 for n in range(1, 7)})
    assert found.total is None
    assert found.band == ""


def test_an_estimated_total_between_bands_counts_upward():
    given = {f"q{n}": 1.0 for n in range(1, 9)} | {"q1": 2.0}
    found = score(PHQ9, given)
    assert found.total == pytest.approx(9 + 9 / 8)
    assert found.band == "moderate"
    between = score(PHQ9, {f"q{n}": 1.0 for n in range(1, 8)} | {"q1": 1.0, "q2": 1.0, "q3": 2.0, "q8": 0.0})
    assert between.total == 9
    nine_and_a_bit = score(PHQ9, {f"q{n}": 1.0 for n in range(1, 8)} | {"q1": 2.0, "q2": 1.0})
    assert 9 < nine_and_a_bit.total < 11
    assert nine_and_a_bit.band == "moderate"


def test_the_ninth_item_acts_on_a_draft():
    assert watched(PHQ9, {"q9": 0}) == ()
    seen = watched(PHQ9, {"q9": 1})
    assert [each.name for each in seen] == ["suicidal-thoughts"]
    assert score(PHQ9, {"q9": 2}).watched[0].value == 2


@pytest.mark.parametrize("value", [-1, 4, 0.5, float("nan")])
def test_an_impossible_answer_is_refused(value: float):
    with pytest.raises(BadAnswer, match="0, 1, 2, 3"):
        score(PHQ9, {"q1": value})


def test_an_unknown_item_is_refused():
    with pytest.raises(BadAnswer, match=r"no_item.*q10"):
        score(PHQ9, {"q10": 1})


def test_the_text_is_the_licensed_one():
    assert PHQ9.licence.may_ship_text
    assert (
        PHQ9.items[8].text == "Thoughts that you would be better off dead or of hurting yourself in some way"
    )
    assert [answer.text for answer in PHQ9.answers] == [
        "Not at all",
        "Several days",
        "More than half the days",
        "Nearly every day",
    ]
