"""Scores against doses: what counts as baseline, response and remission, in words."""

import pytest

from mooring.care.outcomes.queries import course_of, figure_of, in_words
from mooring.care.treatments.models import Treatment
from mooring.sentences.findings import words_of
from tests.care.outcomes.courses import START, given, scored, treatment_under_a_pack
from tests.care.treatments.rows import cycle_in
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_halved_score_after_two_doses_is_a_response(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 22)
    scored(cast, 3, 20)
    given(treatment, 1, 4)
    scored(cast, 6, 15)
    given(treatment, 2, 7)
    scored(cast, 10, 10)
    course = course_of(treatment)
    assert course.outcome is not None
    assert (course.outcome.response, course.outcome.remission) == (True, False)
    assert course.outcome.baseline.total == 20
    assert [each.doses_before for each in course.scores] == [0, 0, 1, 2]
    assert [each.days_since_dose for each in course.scores] == [None, None, 2, 3]
    words = " ".join(in_words(course))
    assert "Response: at least 50\u00a0% better" in words
    assert "PHQ-9 from 20 to 10: 50\u00a0% lower." in words
    assert "Response first seen after 2 doses." in words


@pytest.mark.parametrize(
    ("latest", "response", "remission", "says"),
    [
        (4, True, True, "In remission."),
        (5, True, False, "Response:"),
        (11, False, False, "short of a response"),
        (20, False, False, "The same as at baseline."),
        (27, False, False, "Worse than at baseline"),
    ],
)
def test_each_edge_of_the_definitions(
    cast: Cast, latest: int, response: bool, remission: bool, says: str
) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 20)
    given(treatment, 1, 1)
    scored(cast, 9, latest)
    outcome = course_of(treatment).outcome
    assert outcome is not None
    assert (outcome.response, outcome.remission) == (response, remission)
    assert says in words_of(outcome.status)


def test_without_a_later_score_nothing_is_said_about_change(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 20)
    given(treatment, 1, 1)
    course = course_of(treatment)
    assert course.outcome is None
    assert "nothing is said about change" in " ".join(in_words(course))


def test_a_low_baseline_is_not_judged_as_response(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 8)
    given(treatment, 1, 1)
    scored(cast, 9, 2)
    assert "Response is not judged" in " ".join(in_words(course_of(treatment)))


def test_another_instrument_and_an_incomplete_one_do_not_count(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 20)
    scored(cast, 5, None)
    scored(cast, 6, 3, instrument="GAD-7@1")
    assert [each.total for each in course_of(treatment).scores] == [20]


def test_what_comes_after_the_end_does_not_change_the_outcome(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 20)
    given(treatment, 1, 1)
    scored(cast, 9, 8)
    Treatment.objects.filter(pk=treatment.pk).update(
        state="ended", outcome="response", ended_by=cast.prescriber, ended_at=START.replace(year=2027)
    )
    treatment.refresh_from_db()
    with_all = course_of(treatment).outcome
    scored(cast, 500, 25)
    assert course_of(treatment).outcome == with_all
    assert len(course_of(treatment).scores) == 3


def test_the_figure_holds_the_numbers_and_the_doses(cast: Cast) -> None:
    treatment = treatment_under_a_pack(cast)
    scored(cast, 0, 20)
    given(treatment, 1, 1)
    scored(cast, 9, 8)
    cycle_in("prepare", treatment, 2)
    cycle_in("void", treatment, 3)
    figure = figure_of(course_of(treatment), cast.site, NOW)
    chart = figure["chart"]
    assert [point["value"] for point in chart["points"]] == [20, 8]
    assert [(dose["number"], dose["state"]) for dose in chart["doses"]] == [
        (1, "given"),
        (2, "planned"),
        (3, "held"),
    ]
    assert chart["lines"] == [{"value": 10, "label": "response, from 20"}]
    assert (chart["bands"][0], chart["bands"][-1]["to"]) == ({"from": 0, "to": 5, "name": "minimal"}, 27)
    assert len(figure["rows"]) == 2
