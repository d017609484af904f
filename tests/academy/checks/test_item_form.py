"""The form of a question: every type there and back, shuffled, without telling the key."""

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from mooring.academy.checks.forms import ItemForm, name_of
from mooring.content.course.answers import NotAnAnswer, as_json, from_json
from mooring.content.course.items import Item
from mooring.content.course.practice import unit_of
from tests.academy.checks.questions import ALL, EXPLORABLE, MATCH, MULTIPLE, NUMERIC, ORDER, RIGHT, SINGLE

SENT: dict[str, dict[str, Any]] = {
    "one": {"one-answer": "a"},
    "some": {"some-answer": ["d", "a"]},
    "number": {"number-answer": "0.5"},
    "explore": {"explore-answer": "50"},
    "order": {f"order-{name_of(step)}": str(n) for n, step in enumerate(["Look", "Ask", "Act", "Write"], 1)},
    "match": {f"match-{name_of(left)}": name_of(right) for left, right in RIGHT["match"].items()},  # type: ignore[attr-defined]
}


def sent(item: Item, fields: dict[str, Any] | None = None, **named: Any) -> ItemForm:
    data = QueryDict(mutable=True)
    for name, value in (SENT[item.id] if fields is None else fields).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return ItemForm(data, item=item, seed="seed", **named)


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.type)
def test_what_is_sent_is_given_and_stored_and_shown_again(item: Item) -> None:
    form = sent(item)
    assert form.is_valid(), form.errors
    assert form.given() == RIGHT[item.id]
    assert from_json(item, as_json(form.given())) == form.given()
    again = ItemForm(item=item, seed="other", given=form.given())
    assert sent(item, {f"{item.id}-{k}": v for k, v in again.initial.items()}).is_valid()


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.type)
def test_nothing_answered_is_an_error_unless_it_may_be_left(item: Item) -> None:
    assert not sent(item, {}).is_valid()
    free = sent(item, {}, required=False)
    assert free.is_valid()
    assert not free.answered
    full = sent(item, required=False)
    assert full.is_valid()
    assert full.answered


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.type)
def test_the_page_names_each_control_and_hides_the_key(item: Item) -> None:
    html = render_to_string("academy/checks/item.html", {"form": ItemForm(item=item, seed="s")})
    assert item.stem in html
    assert "It is." not in html
    assert html.count("<label") >= 1


def test_the_seed_decides_the_order_and_the_file_does_not() -> None:
    orders = {
        tuple(form.fields) for form in (ItemForm(item=ORDER, seed=str(n), required=False) for n in range(30))
    }
    assert len(orders) > 5
    assert list(ItemForm(item=ORDER, seed="s").fields) == list(ItemForm(item=ORDER, seed="s").fields)


def test_an_answer_means_the_same_whatever_the_page_was_shuffled_by() -> None:
    form = ItemForm(SENT["order"], item=ORDER, seed="quite another seed")
    assert form.is_valid()
    assert form.given() == RIGHT["order"]


@pytest.mark.parametrize(
    ("item", "fields", "words"),
    [
        (SINGLE, {"one-answer": "z"}, "answer"),
        (MULTIPLE, {"some-answer": ["a", "z"]}, "answer"),
        (NUMERIC, {"number-answer": "a lot"}, "answer"),
        (NUMERIC, {"number-answer": "nan"}, "answer"),
        (ORDER, {**SENT["order"], f"order-{name_of('Ask')}": "1"}, "__all__"),
        (MATCH, {**SENT["match"], f"match-{name_of('Cat')}": "nothing"}, name_of("Cat")),
    ],
)
def test_what_cannot_be_an_answer_is_refused(item: Item, fields: dict[str, Any], words: str) -> None:
    form = sent(item, fields)
    assert not form.is_valid()
    assert words in form.errors


def test_half_an_order_is_refused_even_where_it_may_be_left() -> None:
    half = dict(list(SENT["order"].items())[:2])
    assert not sent(ORDER, half, required=False).is_valid()


def test_how_sure_is_asked_only_when_wanted() -> None:
    assert sent(SINGLE, ask_sure=True).errors
    unsure = sent(SINGLE, {**SENT["one"], "one-sure": "no"}, ask_sure=True)
    assert unsure.is_valid()
    assert not unsure.sure
    plain = sent(SINGLE)
    assert plain.is_valid()
    assert plain.sure


@pytest.mark.parametrize(
    ("item", "raw"),
    [
        (SINGLE, "z"),
        (SINGLE, 1.0),
        (MULTIPLE, "a"),
        (MULTIPLE, ["a", 1]),
        (NUMERIC, "0.5"),
        (NUMERIC, None),
        (NUMERIC, True),
        (ORDER, ["Look"]),
        (MATCH, {"Cat": "Meows"}),
        (MATCH, ["Cat"]),
        (EXPLORABLE, {"a": 1}),
    ],
)
def test_stored_answers_of_another_question_are_not_taken(item: Item, raw: object) -> None:
    with pytest.raises(NotAnAnswer):
        from_json(item, raw)


def test_units_are_written_as_people_write_them() -> None:
    assert unit_of("peak_ng_per_ml") == "ng/mL"
    assert unit_of("occupancy_mid_percent") == "%"
    assert unit_of("last_to_first_peak_ratio") == ""


def test_a_question_that_was_changed_meanwhile_takes_no_answer() -> None:
    changed = SINGLE.model_copy(update={"stem": "What was it?"})
    form = sent(changed, {**SENT["one"], "one-digest": SINGLE.digest})
    assert not form.is_valid()
    assert "was changed" in form.errors["digest"][0]
