"""Explorables: computed here, held to their ranges, whole without a script."""

import pytest
from django.urls import reverse

from mooring.academy.checks.queries.exploring import in_words, read_off, shown, start_of, table_of
from mooring.academy.learning.models import Enrolment
from mooring.content.course.loader import load_course
from mooring.rules.explorables import OutsideRange, compute, explore
from tests.academy.checks.studying import LESSON, lesson_at, signed_in, studying
from tests.courses import FOUNDATIONS
from tests.people import Cast

EXPLORABLES = load_course(FOUNDATIONS).explorables


def at(enrolment: Enrolment, explorable: str = "band") -> str:
    return reverse("explorable", args=[enrolment.pk, LESSON, explorable])


@pytest.mark.parametrize("name", EXPLORABLES)
def test_every_kind_is_drawn_said_and_tabled_with_the_librarys_numbers(name: str) -> None:
    explorable = EXPLORABLES[name]
    start = start_of(explorable)
    seen = shown(explorable, start)
    assert seen.before == ""
    assert seen.sentence == in_words(explorable.kind, explore(explorable, start).outputs)
    for plot in (seen.wide, seen.narrow):
        assert plot.curves
        for curve in plot.curves:
            points = [tuple(map(float, each.split(","))) for each in curve.line.split()]
            assert all(plot.left - 0.1 <= x <= plot.right + 0.1 for x, _y in points)
            assert all(plot.top - 0.1 <= y <= plot.bottom + 0.1 for _x, y in points)
            assert 0 <= curve.x <= plot.width
    table = table_of(explorable)
    for settings, (_given, found) in zip(explorable.table, table["rows"], strict=True):
        assert found == [read_off(value) for value in compute(explorable, settings).values()]


def test_the_highest_point_of_a_curve_stands_where_its_number_is() -> None:
    explorable = EXPLORABLES["dose-route-time"]
    plot = shown(explorable, start_of(explorable)).wide
    peak = compute(explorable, start_of(explorable))["peak_ng_per_ml"]
    top_words = max(float(words) for _y, words in plot.y_ticks)
    ring = plot.curves[0].ring
    assert ring is not None
    height = (plot.bottom - ring[1]) / (plot.bottom - plot.top) * top_words
    assert height == pytest.approx(peak, rel=0.01)


def test_outside_its_range_nothing_is_computed() -> None:
    explorable = EXPLORABLES["dose-route-time"]
    with pytest.raises(OutsideRange):
        shown(explorable, {**start_of(explorable), "dose_mg": 4000.0})


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (0.0001, "less than 0.01"), (1.2345, "1.23"), (299.6, "300"), (1234.0, "1234")],
)
def test_numbers_are_said_as_they_can_be_read_off(value: float, words: str) -> None:
    assert read_off(value) == words


@pytest.mark.django_db
def test_without_a_script_the_form_leads_to_a_page_of_its_own(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    assert f'action="{at(enrolment)}"' in client.get(lesson_at(enrolment)).content.decode()
    page = client.get(at(enrolment), {"concentration_ng_per_ml": "400"}).content.decode()
    assert "At the start:" in page
    assert "Back to the lesson" in page
    assert 'value="400' in page


@pytest.mark.django_db
def test_with_htmx_the_picture_and_the_sentence_come_alone(cast: Cast) -> None:
    enrolment = studying(cast)
    answer = signed_in(cast.learner).get(
        at(enrolment), {"concentration_ng_per_ml": "0"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in answer.content.decode()
    assert "between 0 and 0 %" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["4000", "-1", "nan", "much"])
def test_a_value_outside_the_range_is_refused_with_the_reason(cast: Cast, value: str) -> None:
    enrolment = studying(cast)
    answer = signed_in(cast.learner).get(at(enrolment), {"concentration_ng_per_ml": value})
    assert answer.status_code == 422
    assert "Check one answer" in answer.content.decode()


@pytest.mark.django_db
def test_nobody_else_and_no_unknown_one(cast: Cast) -> None:
    enrolment = studying(cast)
    assert signed_in(cast.stranger).get(at(enrolment)).status_code == 404
    assert signed_in(cast.learner).get(at(enrolment, "nothing")).status_code == 404
