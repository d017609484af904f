"""Forms: label, hint, error and control are tied together, and the summary leads to each field."""

import re
from typing import Any

import pytest
from django import forms
from django.template import engines

from mooring.web.gallery import SampleForm
from mooring.web.templatetags import mooring_forms
from mooring.work.fields import DecimalNumberField, NumberText


class WeightForm(forms.Form):
    weight_kg = DecimalNumberField(
        label="Weight today",
        help_text="On the clinic's scale.",
        widget=NumberText(attrs={"data-unit": "kg"}),
    )
    route = forms.ChoiceField(
        label="Route", choices=[("iv", "vein"), ("im", "muscle")], widget=forms.RadioSelect
    )
    why = forms.CharField(
        label="Why", required=False, widget=forms.TextInput(attrs={"placeholder": "because"})
    )
    token = forms.CharField(widget=forms.HiddenInput)


def drawn(
    form: forms.BaseForm, source: str = "{% include 'components/form.html' with act='Sign' %}", **more: Any
) -> str:
    return engines["django"].from_string("{% load mooring_ui %}" + source).render({"form": form, **more})


def test_an_empty_form_is_quiet() -> None:
    shown = drawn(WeightForm())
    assert "error" not in shown
    assert shown.index("Weight today") < shown.index("On the clinic") < shown.index('name="weight_kg"')


def test_hint_error_and_unit_describe_the_control() -> None:
    shown = drawn(WeightForm({}))
    described = re.search(r'name="weight_kg"[^>]*aria-describedby="([^"]+)"', shown)
    assert described is not None
    for each in described.group(1).split():
        assert f'id="{each}"' in shown
    assert described.group(1).split() == ["id_weight_kg_helptext", "id_weight_kg_error", "id_weight_kg_unit"]
    assert 'aria-invalid="true"' in shown


def test_the_summary_counts_and_links_to_what_exists() -> None:
    shown = drawn(WeightForm({}))
    assert "Check 2 answers" in shown
    links = re.findall(r'<a href="#([^"]+)"', shown)
    assert links == ["id_weight_kg", "id_route_0"]
    for each in links:
        assert f'id="{each}"' in shown


def test_errors_of_the_whole_form_and_of_hidden_fields_are_said() -> None:
    form = WeightForm({"weight_kg": "70", "route": "iv"})
    form.add_error(None, "Somebody signed a minute ago.")
    shown = drawn(form)
    assert "Somebody signed a minute ago." in shown
    assert "Not done yet" in shown


def test_the_frameworks_words_become_ours_and_the_forms_own_stay() -> None:
    shown = drawn(WeightForm({"route": "nose", "token": "t"}))
    assert "This answer is missing." in shown
    assert "Choose one of the answers listed here." in shown
    assert "This field is required" not in shown
    assert "Enter the lot number as printed on the vial." in drawn(SampleForm({}))


def test_what_was_typed_stays() -> None:
    assert 'value="7 1"' in drawn(WeightForm({"weight_kg": "7 1"}))


def test_optional_is_marked_and_required_is_not() -> None:
    shown = drawn(WeightForm())
    assert shown.count("(optional)") == 1
    assert "placeholder" not in shown


def test_a_choice_may_carry_a_hint() -> None:
    assert "what else there is" in drawn(SampleForm())


def test_the_form_by_itself_looks_the_same() -> None:
    shown = drawn(WeightForm({}), "{{ form }}")
    assert 'class="error-summary"' in shown
    assert 'class="field has-error"' in shown
    assert "<fieldset" in drawn(WeightForm(), "{{ form.route.as_field_group }}")


def test_a_form_carries_the_key_that_makes_it_count_once() -> None:
    assert '<input type="hidden" name="once" value="key-1">' in drawn(WeightForm(), once="key-1")


def test_hostile_typing_is_inert() -> None:
    shown = drawn(WeightForm({"weight_kg": '"><script>x</script>', "route": "iv"}))
    assert "<script" not in shown


class EveryField(forms.Form):
    """One field of each kind that a person meets."""

    name = forms.CharField(max_length=5, min_length=2)
    email = forms.EmailField()
    day = forms.DateField()
    hour = forms.TimeField()
    site = forms.URLField(assume_scheme="https")
    age = forms.IntegerField(min_value=18, max_value=120)
    route = forms.ChoiceField(choices=[("iv", "vein")])
    routes = forms.MultipleChoiceField(choices=[("iv", "vein")])
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("name", "", "This answer is missing."),
        ("name", "Wolfgang", "Shorten this to 5 characters; it has 8."),
        ("name", "W", "Enter at least 2 characters; there are 1."),
        ("name", "a\x00b", "This holds a character that cannot be saved. Enter it again."),
        ("email", "anna@", "Check this e-mail address. It has the form name@example.org."),
        ("day", "30/11/26x", "This is not a date. Choose the day, or enter it as 2026-11-30."),
        ("hour", "noon", "This is not a time. Enter it as 14:32."),
        ("site", "my page", "Check this web address. It has the form https://example.org/page."),
        ("age", "17", "Enter 18 or more."),
        ("age", "121", "Enter 120 or less."),
        ("route", "im", "Choose one of the answers listed here."),
        ("routes", "im", "Choose one of the answers listed here."),
    ],
)
def test_no_sentence_of_the_framework_reaches_a_person(name: str, typed: str, said: str) -> None:
    form = EveryField({name: [typed] if name == "routes" else typed})
    assert mooring_forms.said(form[name]) == said
    assert mooring_forms.hidden_errors(form) == ["This answer is missing."]
