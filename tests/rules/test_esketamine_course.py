"""Esketamine's course: twice a week, weekly, then weekly or every two weeks, as rarely as keeps the effect."""

import itertools
from datetime import timedelta

from mooring.rules.follow_up import ProposedStep as Step
from mooring.rules.follow_up import propose
from mooring.rules.outcomes import ScoreAt, ScoreOutcome, classify
from tests.rules.knowledge import NOON, pack

RULES = pack()
PHQ9, TRD, MDSI = (
    RULES.instruments["PHQ-9@1"],
    RULES.protocols["IN-ESK-TRD@1"],
    RULES.protocols["IN-ESK-MDSI@1"],
)
COURSE = [NOON + timedelta(days=day) for day in TRD.spacing.target_days]


def outcome(latest: float, day: int) -> ScoreOutcome | None:
    return classify(
        PHQ9, [ScoreAt(NOON - timedelta(days=1), 20), ScoreAt(NOON + timedelta(days=day), latest)], COURSE
    )


def test_the_plan_is_twice_a_week_then_weekly() -> None:
    days = list(TRD.spacing.target_days)
    gaps = [later - earlier for earlier, later in itertools.pairwise(days)]
    assert gaps == [3, 4, 3, 4, 3, 4, 3, 7, 7, 7, 7]


def test_the_fourth_week_asks_for_a_review_and_the_twelfth_dose_for_a_stop_without_benefit() -> None:
    given = [at.date() for at in COURSE]
    poor = outcome(18, 25)
    assert Step.REVIEW in [each.step for each in propose(TRD, given[:8], poor, given[7])]
    assert propose(TRD, given, outcome(18, 60), given[-1])[0].step == Step.STOP


def test_from_the_ninth_week_the_gap_grows_to_two_weeks_and_no_further() -> None:
    given, gaps = [at.date() for at in COURSE], []
    for _dose in range(5):
        found = propose(TRD, given, outcome(6, 60), given[-1])
        chosen = next(each for each in found if each.step in (Step.LENGTHEN, Step.TAPER))
        assert chosen.gap_days is not None
        gaps.append(chosen.gap_days)
        given.append(given[-1] + timedelta(days=chosen.gap_days))
    assert gaps[0] == 7
    assert 14 in gaps
    assert max(gaps) == 14


def test_a_rise_from_the_best_asks_for_the_weekly_gap_again() -> None:
    given = [at.date() for at in COURSE] + [COURSE[-1].date() + timedelta(days=14)]
    scores = [(-1, 20), (60, 5), (66, 12)]
    worse = classify(PHQ9, [ScoreAt(NOON + timedelta(days=day), total) for day, total in scores], COURSE)
    shorten = next(each for each in propose(TRD, given, worse, given[-1]) if each.step == Step.SHORTEN)
    assert shorten.gap_days == 7


def test_acute_suicidality_ends_after_four_weeks() -> None:
    given = [(NOON + timedelta(days=day)).date() for day in MDSI.spacing.target_days]
    steps = [each.step for each in propose(MDSI, given, outcome(6, 24), given[0] + timedelta(days=28))]
    assert steps[0] == Step.STOP
