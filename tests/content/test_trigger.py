"""The language of triggers: what it reads, what it refuses, and that no text can hurt it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.content.trigger import (
    DEEPEST,
    LONGEST,
    All,
    Any,
    BadTrigger,
    Compare,
    FactValue,
    Is,
    Not,
    TimeSince,
    keys,
    parse,
)


def test_precedence_and_parentheses():
    a, b, c = (Is(FactValue(key), ("yes",)) for key in "abc")
    assert parse("a is yes or b is yes and c is yes") == Any((a, All((b, c))))
    assert parse("(a is yes or b is yes) and c is yes") == All((Any((a, b)), c))
    assert parse("not a is yes and b is yes") == All((Not(a), b))


def test_comparisons():
    assert parse("age >= 18.5") == Compare(FactValue("age"), ">=", 18.5)
    assert parse("days since mi < 42") == Compare(TimeSince("mi", "days"), "<", 42)
    assert parse("days since weight_kg > allowed") == Compare(
        TimeSince("weight_kg", "days"), ">", FactValue("allowed")
    )
    assert parse("route in (oral, sublingual)") == Is(FactValue("route"), ("oral", "sublingual"))


def test_keys_are_named_once():
    assert keys(parse("a > b and (a is yes or hours since c < 2)")) == ("a", "b", "c")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a is",
        "a >",
        "a > >",
        "a is yes or",
        "(a is yes",
        "a is yes)",
        "a in ()",
        "a in (b",
        "days since a",
        "days since a is yes",
        "and",
        "a is yes b is no",
        "a = 1",
        "a is yes; import os",
        "a[0] > 1",
        "a > 1 > 2",
        "(" * (DEEPEST + 2) + "a is yes" + ")" * (DEEPEST + 2),
        "not " * (DEEPEST + 2) + "a is yes",
        "a is yes or " * LONGEST,
    ],
)
def test_what_is_no_trigger_is_refused(text: str):
    with pytest.raises(BadTrigger):
        parse(text)


pieces = st.lists(
    st.sampled_from(
        ["a", "b", "and", "or", "not", "(", ")", "is", "in", "yes", "<", ">=", "3", "days", "since", ","]
    )
)


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=80), pieces.map(" ".join)))
def test_any_text_is_read_or_refused(text: str):
    try:
        trigger = parse(text)
    except BadTrigger:
        return
    assert keys(trigger)
