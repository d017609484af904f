"""Outcomes and what the protocol proposes next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.rules.follow_up import ProposedStep as Step
from mooring.rules.follow_up import propose, what_changed
from mooring.rules.outcomes import ScoreAt, classify
from mooring.sentences.findings import words_of
from tests.rules.knowledge import DAY, NOON, pack

RULES = pack()
PHQ9, PROTOCOL = RULES.instruments["PHQ-9@1"], RULES.protocols["IV-STD-6@1"]
DOSES = [NOON + timedelta(days=day) for day in (0, 3, 7, 10, 14, 17)]
DOSE_DAYS = [dose.date() for dose in DOSES]


def scores(*pairs: tuple[int, float]) -> list[ScoreAt]:
    return [ScoreAt(NOON + timedelta(days=day), total) for day, total in pairs]


@pytest.mark.parametrize(
    ("after", "response", "remission", "better", "worse"),
    [
        (11, False, False, True, False),
        (10, True, False, True, False),
        (5, True, False, True, False),
        (4, True, True, True, False),
        (14, False, False, True, False),
        (15, False, False, False, False),
        (25, False, False, False, False),
        (26, False, False, False, True),
    ],
)
def test_boundaries(after: float, response: bool, remission: bool, better: bool, worse: bool):
    found = classify(PHQ9, scores((-1, 20), (20, after)), DOSES)
    assert (found.response, found.remission) == (response, remission)
    assert (found.reliable_improvement, found.reliable_deterioration) == (better, worse)


def test_the_baseline_is_the_last_score_before_the_first_dose():
    found = classify(PHQ9, scores((-30, 25), (-1, 20), (20, 12)), DOSES)
    assert found.baseline.total == 20
    assert found.improvement == pytest.approx(0.4)


def test_below_caseness_nobody_is_counted_as_responder():
    assert classify(PHQ9, scores((-1, 9), (20, 3)), DOSES).response is None
    assert classify(PHQ9, scores((-1, 10), (20, 3)), DOSES).response is True


def test_a_lost_response_and_the_doses_before_it():
    found = classify(PHQ9, scores((-1, 20), (8, 9), (40, 16)), DOSES)
    assert found.lost_response
    assert found.doses_before_response == 3
    assert found.days_since_last_dose == pytest.approx(23)
    assert (
        words_of(found.status) == "Response or remission at an earlier score (9), neither at the latest (16)."
    )


def test_case_a9_one_point_more_after_response_is_no_relapse():
    """Case A9: PHQ-9 10, then 11, after response: not a relapse by any stated rule; the rule used is named."""
    found = classify(PHQ9, scores((-1, 21), (8, 10), (40, 11)), DOSES)
    assert found.lost_response
    assert "elapse" not in words_of(found.status)
    assert "neither at the latest (11)" in words_of(found.status)


@pytest.mark.parametrize(
    ("instrument", "before", "after", "says"),
    [
        ("MADRS", 20, 44, "Worse than at baseline by 24 points."),
        ("QIDS-SR16", 10, 24, "Worse than at baseline by 14 points"),
        ("PHQ-9", 10, 11, "Worse than at baseline by 1 points"),
    ],
)
def test_case_a8_worse_is_never_no_change(instrument: str, before: int, after: int, says: str):
    """Case A8: MADRS 20 to 44 and QIDS 10 to 24 are worse, whatever rules the instrument has."""
    item = RULES.instruments.find(instrument, DAY)
    assert says in words_of(classify(item, scores((-1, before), (20, after)), DOSES).status)


def test_case_a8_response_is_the_instruments_own():
    """Case A8: 37 % lower on the Y-BOCS is a response, by its 35 %, not "at least half better"."""
    item = RULES.instruments.find("Y-BOCS", DAY)
    found = classify(item, scores((-1, 30), (20, 18.9)), DOSES)
    assert words_of(found.status) == "Response: at least 35\u00a0% better than at baseline."


@given(st.sampled_from(sorted(RULES.instruments)), st.integers(0, 60), st.integers(0, 60))
def test_a_worse_score_is_said_to_be_worse_and_a_better_one_never(key: str, before: int, after: int):
    item = RULES.instruments[key]
    found = classify(item, scores((-1, before), (20, after)), DOSES)
    says, worse_up = words_of(found.status), item.total.higher_is != "better"
    worse = after > before if worse_up else after < before
    remitted = says == "In remission."
    assert ("Worse" in says) == (worse and not remitted) or (remitted and not found.reliable_deterioration)
    assert not (says.startswith("The same") and before != after)


def test_without_two_scores_there_is_no_outcome():
    assert classify(PHQ9, [], DOSES) is None
    assert classify(PHQ9, scores((-1, 20)), DOSES) is None


def steps(days: list[date], outcome=None, on: date = DAY) -> list[Step]:
    return [each.step for each in propose(PROTOCOL, days, outcome, on)]


def test_induction_goes_on_with_reviews_at_their_doses():
    assert steps(DOSE_DAYS[:1]) == [Step.GO_ON]
    assert steps(DOSE_DAYS[:2]) == [Step.REVIEW, Step.GO_ON]
    following = propose(PROTOCOL, DOSE_DAYS[:1], None, DAY)[0]
    assert following.not_before == DOSE_DAYS[1]


def test_after_six_without_improvement_stop_is_proposed():
    poor = classify(PHQ9, scores((-1, 20), (18, 17)), DOSES)
    assert steps(DOSE_DAYS, poor)[0] == Step.STOP
    enough = classify(PHQ9, scores((-1, 20), (18, 16)), DOSES)
    assert steps(DOSE_DAYS, enough) == [Step.REVIEW, Step.TAPER]


def test_the_taper_lengthens_step_by_step():
    later = [*DOSE_DAYS]
    gaps = []
    for _ in range(6):
        taper = next(each for each in propose(PROTOCOL, later, None, later[-1]) if each.step == Step.TAPER)
        gaps.append((taper.not_before - later[-1]).days)
        later.append(taper.not_before)
    assert gaps == [7, 7, 14, 14, 28, 28]


def test_a_rise_from_the_best_proposes_a_shorter_gap():
    worse = classify(PHQ9, scores((-1, 20), (18, 6), (40, 11)), DOSES)
    assert Step.SHORTEN in steps([*DOSE_DAYS], worse)
    small = classify(PHQ9, scores((-1, 20), (18, 4), (40, 9)), DOSES)
    assert Step.SHORTEN not in steps([*DOSE_DAYS], small)


def test_many_doses_in_ninety_days_ask_for_a_review():
    many = [DAY - timedelta(days=6 * n) for n in range(13)]
    says = [words_of(each.says) for each in propose(PROTOCOL, many, None, DAY)]
    assert any("13 doses in 90 days" in each for each in says)


def test_a_treatment_keeps_its_version_and_is_told_what_changed():
    signed = pack().protocols["IV-STD-6@1"]
    newer = signed.model_copy(update={"version": 2, "changed": "The ceiling is lower."})
    assert what_changed(signed, signed) == ()
    told = what_changed(signed, newer)[0]
    assert (told.step, told.rule) == (Step.REVIEW, "IV-STD-6@2")
    assert "The ceiling is lower." in words_of(told.says)
    assert "no longer in force" in words_of(what_changed(signed, None)[0].says)
