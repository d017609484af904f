"""The parts of a page: what the tags draw, and that hostile text stays text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import engines

from mooring.rules.verdict import Closure, ClosureKind, Effect, Fact, Finding, Grade, Verdict
from mooring.web.templatetags import mooring_ui

NOW = datetime(2026, 11, 12, 14, 32, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'"


def drawn(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load mooring_ui %}" + source).render(context)


def test_every_icon_is_drawn_and_hidden_from_listeners() -> None:
    assert len(mooring_ui.icon_drawings()) > 40
    for name in mooring_ui.icon_drawings():
        assert 'aria-hidden="true"' in mooring_ui.icon(name)


@pytest.mark.parametrize("kind", mooring_ui.MARKS)
def test_a_mark_is_never_colour_alone(kind: str) -> None:
    shown = mooring_ui.mark(kind)
    assert "<svg" in shown
    assert str(mooring_ui.MARKS[kind][2]) in shown


def test_no_two_marks_share_icon_and_colour() -> None:
    seen = [(icon, colour) for icon, colour, _ in mooring_ui.MARKS.values()]
    assert len(seen) == len(set(seen))


def test_due_mark_turns_when_the_time_has_passed() -> None:
    assert "mark-due" in drawn("{% due_mark due %}", due=NOW, now=NOW - timedelta(minutes=1))
    assert "mark-overdue" in drawn("{% due_mark due %}", due=NOW, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    "source",
    [
        "{% mark 'due' text %}",
        "{% cite 'A' text text %}",
        "{% note word=text %}{{ text }}{% endnote %}",
        "{% fold text %}{{ text }}{% endfold %}",
        "{% unit text text %}",
        "{% include 'components/empty.html' with says=text then=text %}",
        "{% include 'components/section_head.html' with title=text meta=text %}",
    ],
)
def test_hostile_text_is_inert(source: str) -> None:
    shown = drawn(source, text=HOSTILE)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_a_hostile_chart_cannot_leave_its_script() -> None:
    figure = {"title": "</script>", "finding": HOSTILE, "columns": [], "rows": [], "chart": {"kind": "score"}}
    shown = drawn("{% figure figure name='f' %}", figure=figure)
    assert shown.count("</script>") == 1


def test_a_figure_without_its_finding_is_refused() -> None:
    with pytest.raises(KeyError, match="finding"):
        mooring_ui.figure({"title": "x", "chart": {}, "columns": [], "rows": []}, "f")


def finding(effect: Effect, **more: Any) -> Finding:
    return Finding(rule=f"R{effect}@1", effect=effect, says=f"says {effect}", **more)


@pytest.mark.parametrize(
    ("effect", "title", "outcome"),
    [
        (Effect.BLOCK, "Refused", "block"),
        (Effect.HOLD, "Hold", "hold"),
        (Effect.SPECIALIST_REVIEW, "Specialist review", "review"),
        (Effect.CAUTION, "Allowed, with caution", "caution"),
        (Effect.PASS, "Passed", "clear"),
    ],
)
def test_a_settled_verdict_is_headed_by_its_worst(effect: Effect, title: str, outcome: str) -> None:
    shown = drawn("{% verdict v %}", v=Verdict((finding(effect), finding(Effect.PASS))))
    assert f'data-outcome="{outcome}"' in shown
    assert f">{title}</h2>" in shown
    assert "No answer is missing." in shown


def test_missing_data_is_incomplete_and_never_clear() -> None:
    for effect in Effect:
        shown = drawn("{% verdict v %}", v=Verdict((finding(effect, missing=("age",)),)))
        assert ">Incomplete</h2>" in shown
        assert 'data-outcome="clear"' not in shown
        assert "<li>age</li>" in shown


def test_many_unsettled_findings_are_folded_and_counted_and_none_is_lost() -> None:
    many = [replace(finding(Effect.BLOCK, missing=("x",)), rule=f"R-{n}@1") for n in range(20)]
    shown = drawn("{% verdict v %}", v=Verdict((*many, finding(Effect.CAUTION))))
    assert "20 rules wait for an answer" in shown
    assert all(f"R-{n}@1" in shown for n in range(20))
    assert ">Incomplete</h2>" in shown


def test_facts_go_by_the_names_that_people_call_them() -> None:
    given = Verdict((finding(Effect.HOLD, missing=("age_years",)),))
    shown = drawn("{% verdict v names=names %}", v=given, names={"age_years": "Age (years)"})
    assert "<li>Age (years)</li>" in shown
    assert "age years" not in shown


def test_what_is_refused_already_stays_refused_while_answers_are_missing() -> None:
    shown = drawn("{% verdict v %}", v=Verdict((finding(Effect.BLOCK), finding(Effect.HOLD, missing=("x",)))))
    assert ">Refused</h2>" in shown


def test_a_finding_carries_rule_facts_source_grade_and_who_closed_it() -> None:
    found = Finding(
        "CV04@3",
        Effect.CAUTION,
        "High pressure",
        "care",
        (Fact("systolic_mmhg", 134.0, NOW, "Jonas Lind"),),
        ("Label 5",),
        Grade.A,
    )
    closure = Closure("CV04@3", ClosureKind.WEIGHED, "Dr Nwosu", "steady for a year")
    shown = drawn("{% verdict v closures=c %}", v=Verdict((found,)), c=[closure])
    for words in ("CV04@3", "systolic mmhg 134 (", "Jonas Lind", "Label 5", "grade-a", "steady for a year"):
        assert words in shown


def test_the_gate_says_each_condition_in_words() -> None:
    shown = drawn(
        "{% gate c 'Readiness' %}",
        c=[{"name": "Escort", "state": "missing"}, {"name": "Fasting", "state": "done"}],
    )
    assert 'Escort<span class="vh">, missing</span>' in shown
    assert 'Fasting<span class="vh">, confirmed</span>' in shown
