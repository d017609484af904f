"""From content to effects: with numbers, without, and pooled only from three on."""

import pytest

from mooring.content.schema.longterm import Arm, Outcome
from mooring.evidence.meta import Measure
from mooring.evidence.trials import gather
from tests.rules.knowledge import pack

TRIALS = list(pack().trials.values())


def counted(study: str, year: int, events: int, control: int):
    arms = {
        "treated": Arm(name="drug", people=50, events=events),
        "control": Arm(name="none", people=50, events=control),
    }
    outcome = Outcome(name="response", instrument="MADRS", timepoint="week 4", higher_is="better", **arms)
    return TRIALS[0].model_copy(
        update={"study": study, "year": year, "indication": "depression", "outcomes": (outcome,)}
    )


def test_two_trials_are_shown_and_not_pooled():
    found = gather([counted("B", 2020, 20, 10), counted("A", 2019, 25, 15)], indication="depression", outcome="response", measure=Measure.RISK_RATIO)  # fmt: skip
    assert [effect.label for effect in found.effects] == ["A", "B"]
    assert found.meta is None


def test_three_are_pooled_and_one_without_numbers_is_named():
    made = [counted("A", 2019, 25, 15), counted("B", 2020, 20, 10), counted("C", 2021, 10, 12)]
    silent = TRIALS[0].model_copy(update={"indication": "depression", "outcomes": ()})
    found = gather([*made, silent], indication="depression", outcome="response", measure=Measure.RISK_RATIO)
    assert found.meta is not None
    assert 1 < found.meta.fixed.shown < 2
    assert found.without_numbers == (silent,)


def test_what_our_own_trials_allow():
    found = gather(
        TRIALS, indication="depression", outcome="change in depression score", measure=Measure.MEAN_DIFFERENCE
    )
    assert {effect.label for effect in found.effects} == {"Lapidus 2014", "Jelovac 2025 (KARMA-Dep 2)"}
    assert found.meta is None
    assert found.effects[-1].shown == pytest.approx(-3.16)
