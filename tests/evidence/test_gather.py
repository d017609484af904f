"""From content to effects: the same question only, pooled from three on, every trial once."""

import math

import pytest
from pydantic import ValidationError

from mooring.content.schema.longterm import Arm, Outcome
from mooring.evidence.meta import Measure
from mooring.evidence.trials import Comparable, comparable
from tests.rules.knowledge import pack

TRIALS = list(pack().trials.values())


def counted(study: str, year: int, events: int, control: int, timepoint: str = "week 4"):
    arms = {
        "treated": Arm(name="drug", people=50, events=events),
        "control": Arm(name="none", people=50, events=control),
    }
    outcome = Outcome(name="response", instrument="MADRS", timepoint=timepoint, higher_is="better", **arms)
    return TRIALS[0].model_copy(
        update={
            "id": f"TR-{study}",
            "study": study,
            "year": year,
            "indication": "depression",
            "outcomes": (outcome,),
        }
    )


def ours(indication: str) -> list[Comparable]:
    return [
        found
        for found in comparable(each for each in TRIALS if each.indication == indication)
        if found.meta is not None
    ]


def dersimonian_laird(effects: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Mean, standard error and tau² by the paper's own formulas, on (difference, standard error)."""
    weights = [1 / se**2 for _, se in effects]
    fixed = sum(w * y for w, (y, _) in zip(weights, effects, strict=True)) / sum(weights)
    q = sum(w * (y - fixed) ** 2 for w, (y, _) in zip(weights, effects, strict=True))
    scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
    tau2 = max(0.0, (q - (len(effects) - 1)) / scale)
    random = [1 / (se**2 + tau2) for _, se in effects]
    mean = sum(w * y for w, (y, _) in zip(random, effects, strict=True)) / sum(random)
    return mean, math.sqrt(1 / sum(random)), tau2


def test_two_trials_are_shown_and_not_pooled():
    (found,) = comparable([counted("B", 2020, 20, 10), counted("A", 2019, 25, 15)])
    assert [effect.label for effect in found.effects] == ["A", "B"]
    assert found.meta is None


def test_no_event_in_either_arm_is_left_out_of_the_set_and_raises_nothing():
    (found,) = comparable([counted("A", 2019, 25, 15), counted("Z", 2020, 0, 0)])
    assert [effect.label for effect in found.effects] == ["A"]
    assert comparable([counted("Z", 2020, 0, 0)]) == ()


def test_three_are_pooled_and_one_without_numbers_is_not_among_them():
    made = [counted("A", 2019, 25, 15), counted("B", 2020, 20, 10), counted("C", 2021, 10, 12)]
    silent = TRIALS[0].model_copy(update={"indication": "depression", "outcomes": ()})
    (found,) = comparable([*made, silent])
    assert found.meta is not None
    assert 1 < found.meta.fixed.shown < 2
    assert len(found.effects) == 3


def test_another_day_or_another_comparator_is_another_question():
    made = [counted("A", 2019, 25, 15), counted("B", 2020, 20, 10), counted("C", 2021, 10, 12, "day 1")]
    other = counted("D", 2022, 9, 9).model_copy(update={"comparator": "nothing"})
    assert [len(found.effects) for found in comparable([*made, other])] == [2, 1, 1]


def test_arms_that_share_a_control_count_once():
    trial = counted("A", 2019, 25, 15)
    twice = trial.model_copy(update={"outcomes": trial.outcomes * 2})
    (found,) = comparable([twice, counted("B", 2020, 20, 10)])
    assert len(found.effects) == 2


@pytest.mark.parametrize(
    "numbers",
    [
        {"low": -3.0, "high": 1.0},
        {"difference": 2.0, "low": 3.0, "high": 4.0},
        {"difference": 1.0, "low": 0.0},
    ],
)
def test_an_interval_that_cannot_be_is_refused(numbers: dict[str, float]):
    with pytest.raises(ValidationError):
        Outcome(name="response", instrument="MADRS", timepoint="day 1", higher_is="better", **numbers)


def test_esketamine_in_depression_is_pooled_with_the_trials_that_missed():
    (found,) = ours("depression")
    assert found.measure == Measure.MEAN_DIFFERENCE
    assert found.question.timepoint == "day 28"
    assert [effect.label for effect in found.effects] == [
        "Fedgchin 2019 (TRANSFORM-1)",
        "Popova 2019 (TRANSFORM-2)",
        "Ochs-Ross 2020 (TRANSFORM-3)",
        "Japanese phase 2b trial, 2021",
    ]
    z = 2 * 1.959963984540054
    printed = [(-3.2, 7.33 / z), (-4.0, 6.67 / z), (-3.6, 7.27 / z), (-0.9, 2.26)]
    mean, error, tau2 = dersimonian_laird(printed)
    assert found.meta is not None
    assert found.meta.random.shown == pytest.approx(mean)
    assert found.meta.random.standard_error == pytest.approx(error)
    assert found.meta.tau2 == pytest.approx(tau2)
    assert found.meta.random.high < 0


def test_esketamine_in_suicidal_crisis_is_pooled_on_a_depression_score():
    (found,) = ours("suicidal ideation")
    assert found.question.outcome == "change in depression score"
    z = 2 * 1.959963984540054
    mean, error, _ = dersimonian_laird([(-7.2, 2.85), (-3.8, 5.47 / z), (-3.9, 5.49 / z)])
    assert found.meta is not None
    assert found.meta.random.shown == pytest.approx(mean)
    assert found.meta.random.standard_error == pytest.approx(error)


@pytest.mark.parametrize("indication", ["PTSD", "OCD", "social anxiety", "substance use", "pain"])
def test_where_trials_do_not_allow_it_nothing_is_pooled(indication: str):
    assert ours(indication) == []
