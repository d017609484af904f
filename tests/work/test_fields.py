"""Number fields, units, second entry and moments, as every room's forms use them (cases N1, N2, N8, N9)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import engines
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mooring.rules.change import ChangeLimit
from mooring.work.fields import (
    DecimalNumberField,
    FloatNumberField,
    LastValue,
    NumberText,
    QuantityField,
    WholeNumberField,
    quantity_words,
)
from mooring.work.moments import DayField, MomentField, readings
from mooring.work.second_entry import AsksAgain

ZONE = ZoneInfo("America/Los_Angeles")
LAST = LastValue(Decimal("72.0"), "72 kg on 21 Nov")


class FiguresForm(forms.Form):
    concentration = DecimalNumberField(
        max_digits=6, decimal_places=2, min_value=0, widget=NumberText(attrs={"data-unit": "mg/mL"})
    )
    volume = FloatNumberField(min_value=1, max_value=100, required=False)
    depth = WholeNumberField(min_value=0, max_value=5, required=False)


class WeightForm(AsksAgain):
    weight = QuantityField(label="Weight", units=("kg", "lb"), min_value=20, max_value=400)
    note = forms.CharField(required=False)

    def __init__(self, *args: Any, last: LastValue | None = LAST, **named: Any) -> None:
        super().__init__(*args, **named)
        self.compare("weight", last, ChangeLimit(Decimal("0.10")))


def error(form: forms.BaseForm, name: str) -> str:
    form.is_valid()
    return " ".join(str(each) for each in form.errors.get(name, []))


def drawn(form: forms.BaseForm) -> str:
    return engines["django"].from_string("{% include 'components/form_fields.html' %}").render({"form": form})


def test_case_n2_a_comma_is_a_decimal_point() -> None:
    form = FiguresForm({"concentration": "1,25", "volume": "36,5 "})
    assert form.is_valid()
    assert form.cleaned_data["concentration"] == Decimal("1.25")
    assert form.cleaned_data["volume"] == 36.5


def test_case_n2_a_comma_with_two_readings_is_asked_about() -> None:
    assert "1.250 or 1250" in error(FiguresForm({"concentration": "1,250"}), "concentration")


def test_a_number_is_text_with_a_decimal_keyboard() -> None:
    shown = drawn(FiguresForm({"concentration": "1,25"}))
    assert 'type="number"' not in shown
    assert shown.count('inputmode="decimal"') == 3
    assert 'value="1,25"' in shown


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("depth", "4.5", "Enter a whole number."),
        ("depth", "7", "Enter a value from 0 to 5."),
        ("volume", "0,5", "Enter a value from 1 to 100."),
        ("concentration", "-1", "Enter a value from 0 to 9999\u00a0mg/mL."),
        ("concentration", "1.255", "Enter at most 2 decimals"),
        ("concentration", "99999", "Enter a value from 0 to 9999\u00a0mg/mL."),
        ("concentration", "2 mL", "not a unit of this field"),
    ],
)
def test_limits_are_said_in_our_words(name: str, text: str, words: str) -> None:
    said = error(FiguresForm({"concentration": "1", name: text}), name)
    assert words in said
    assert "Ensure" not in said


def test_a_weight_in_pounds_is_kept_as_typed() -> None:
    form = WeightForm({"weight": "158", "weight_unit": "lb"})
    assert form.is_valid(), form.errors
    weight = form.cleaned_data["weight"]
    assert (weight.typed, weight.unit, round(weight.value, 1)) == (Decimal(158), "lb", Decimal("71.7"))
    assert quantity_words(Decimal("71.7"), weight.typed, weight.unit) == "71.7\u00a0kg (158\u00a0lb)"


def test_the_limits_are_said_in_the_chosen_unit() -> None:
    form = WeightForm({"weight": "900", "weight_unit": "lb"})
    assert error(form, "weight") == "Enter a value from 45 to 881\u00a0lb."


def test_the_last_value_stands_beside_the_field() -> None:
    shown = drawn(WeightForm())
    assert "Last: 72 kg on 21 Nov" in shown
    assert 'aria-describedby="id_weight_last"' in shown
    assert "weight_again" not in shown


def test_case_n1_a_weight_that_differs_by_more_than_a_tenth_is_asked_for_again() -> None:
    form = WeightForm({"weight": "158"})
    said = error(form, "weight")
    assert "119\u00a0% more than the last value (72 kg on 21 Nov)" in said
    shown = drawn(form)
    assert 'name="weight_again"' in shown
    assert 'name="weight_reason"' in shown
    assert shown.index("weight_reason") < shown.index('name="note"')


def test_case_n1_typed_again_with_a_reason_is_accepted() -> None:
    form = WeightForm({"weight": "84", "weight_again": "84,0", "weight_reason": "oedema, new scale"})
    assert form.is_valid(), form.errors
    assert form.confirmed_reason("weight") == "oedema, new scale"


@pytest.mark.parametrize(
    ("again", "reason", "field"),
    [("48", "new scale", "weight_again"), ("84", "", "weight_reason"), ("", "so", "weight_again")],
)
def test_a_second_entry_without_the_same_value_or_a_reason_is_refused(
    again: str, reason: str, field: str
) -> None:
    assert error(WeightForm({"weight": "84", "weight_again": again, "weight_reason": reason}), field)


@given(
    last=st.decimals(min_value=25, max_value=300, places=1),
    value=st.decimals(min_value=25, max_value=300, places=1),
)
def test_for_any_two_weights_only_a_plausible_change_passes_at_once(last: Decimal, value: Decimal) -> None:
    """The kind of case N1."""
    form = WeightForm({"weight": str(value)}, last=LastValue(last, "last"))
    assert form.is_valid() == (abs(value - last) <= last / 10)


class WhenForm(forms.Form):
    at = MomentField(born=date(1980, 5, 2), now=datetime(2026, 11, 29, 20, 0, tzinfo=UTC))


def when(text: str, **more: str) -> WhenForm:
    return WhenForm({"at": text, **more})


@pytest.mark.parametrize("year", ["0001", "1899", "2200", "9999"])
def test_a_year_that_no_calendar_of_a_clinic_holds_is_asked_for_again(year: str) -> None:
    with timezone.override(ZONE), pytest.raises(forms.ValidationError, match="Check the year"):
        MomentField().clean(f"{year}-11-29T14:06")
    with pytest.raises(forms.ValidationError, match="Check the year"):
        DayField().clean(f"{year}-11-29")


@pytest.mark.parametrize("year", ["0026", "1926"])
def test_case_n8_not_before_birth(year: str) -> None:
    with timezone.override(ZONE):
        assert "before the date of birth" in error(when(f"{year}-11-29T10:00"), "at")


def test_a_small_difference_between_clocks_is_tolerated() -> None:
    with timezone.override(ZONE):
        form = when("2026-11-29T12:04")
        assert form.is_valid(), form.errors
        assert form.cleaned_data["at"] == datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
        assert "in the future" in error(when("2026-11-29T12:06"), "at")


def test_case_n9_the_repeated_hour_asks_which_of_the_two() -> None:
    with timezone.override(ZONE):
        form = when("2026-11-01T01:30")
        assert "twice" in error(form, "at")
        shown = drawn(form)
        assert "01:30 PDT, first time" in shown
        assert "01:30 PST, second time" in shown
        second = when("2026-11-01T01:30", at_which="2026-11-01T09:30:00+00:00")
        assert second.is_valid(), second.errors
        assert second.cleaned_data["at"] == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
        assert 'value="2026-11-01T09:30:00+00:00"\n' in drawn(second)


def test_the_hour_that_the_clocks_leave_out_is_refused_in_words() -> None:
    with timezone.override(ZONE):
        assert "never showed 02:30" in error(when("2026-03-08T02:30"), "at")


@given(
    st.datetimes(
        min_value=datetime.fromisoformat("1990-01-01"), max_value=datetime.fromisoformat("2035-01-01")
    )
)
def test_every_time_is_shown_once_twice_or_never_and_reads_back(local: datetime) -> None:
    """The kind of case N9."""
    local = local.replace(second=0, microsecond=0)
    with timezone.override(ZONE):
        found = readings(local)
        assert len(found) in {0, 1, 2}
        assert all(timezone.localtime(at).replace(tzinfo=None, fold=0) == local for at in found)
        if len(found) == 2:
            assert found[1] - found[0] == timedelta(hours=1)
