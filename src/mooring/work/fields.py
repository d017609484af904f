"""Numbers and moments as people type them, for the forms of every room.

Every number is text with `inputmode="decimal"`, read by `words.parsing`: a browser's number field drops a comma
and turns with the wheel. `forms.NumberInput`, `FloatField`, `IntegerField` and `DecimalField` are not used for
what a person types (tests/architecture/test_number_fields.py). The unit stands in `widget.attrs["data-unit"]`.

    weight = QuantityField(label=_("Weight"), units=("kg", "lb"), min_value=20, max_value=400)
    volume_ml = DecimalNumberField(label=_("Volume"), widget=NumberText(attrs={"data-unit": "mL"}))

A value that is possible and unlikely is asked for a second time by `work.second_entry`.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mooring.sentences.numbers import misread_words
from mooring.words.numbers import plain_number, with_unit
from mooring.words.parsing import Misread, Quantity, parse_number, parse_quantity
from mooring.words.units import FEET_AND_INCHES, INCHES_A_FOOT, UNITS, shown_in


@dataclass(frozen=True)
class LastValue:
    """The newest saved value, shown beside the field: `value` in the stored unit, `words` with its date."""

    value: Decimal
    words: str


class NumberText(forms.TextInput):
    """A number as text, with the digits on a phone's keyboard."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return None if value in (None, "") else plain_number(value)


class SliderInput(forms.NumberInput):
    """A range control; it has no text that could be misread."""

    input_type = "range"


class _Typed:
    """What the number fields share: reading by the one parser, and limits in our own words."""

    widget: Any
    min_value: Any
    max_value: Any

    def typed_number(self, value: object) -> Decimal | None:
        if value is None or not str(value).strip():
            return None
        try:
            return parse_number(str(value), str(self.widget.attrs.get("data-unit", "")))
        except Misread as misread:
            raise ValidationError(misread_words(misread), code="invalid") from misread

    def run_validators(self, value: Any) -> None:
        said_by_field = getattr(self, "own_messages", {})
        if value is not None and not said_by_field:
            check_limits(value, self.min_value, self.max_value, str(self.widget.attrs.get("data-unit", "")))
        super().run_validators(value)  # type: ignore[misc]


class DecimalNumberField(_Typed, forms.DecimalField):
    """A typed number as a `Decimal`."""

    widget = NumberText

    def __init__(self, **named: Any) -> None:
        self.own_messages = named.get("error_messages", {})
        super().__init__(**named)
        if self.max_value is None and self.max_digits is not None:
            self.max_value = 10 ** (self.max_digits - (self.decimal_places or 0)) - 1

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        return self.typed_number(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        check_places(value, self.decimal_places)


class FloatNumberField(_Typed, forms.FloatField):
    """A typed number as a `float`."""

    widget = NumberText

    def __init__(self, **named: Any) -> None:
        self.own_messages = named.get("error_messages", {})
        super().__init__(**named)

    def to_python(self, value: object) -> float | None:  # type: ignore[override]  # the stubs say int
        number = self.typed_number(value)
        return None if number is None else float(number)


class WholeNumberField(_Typed, forms.IntegerField):
    """A typed whole number; 4.5 is asked for again, not rounded."""

    widget = NumberText

    def __init__(self, **named: Any) -> None:
        self.own_messages = named.get("error_messages", {})
        super().__init__(**named)

    def to_python(self, value: object) -> int | None:
        number = self.typed_number(value)
        if number is None:
            return None
        check_places(number, 0)
        return int(number)


def check_places(value: Decimal | None, places: int | None) -> None:
    """Refuse more decimals than the field stores, in words."""
    if value is None or places is None or value == round(value, places):
        return
    if places == 0:
        raise ValidationError(_("Enter a whole number."), code="whole")
    raise ValidationError(
        _("Enter at most {n} decimals, such as {example}.").format(
            n=places, example=plain_number(round(value, places), places)
        ),
        code="places",
    )


def check_limits(value: Any, least: Any, most: Any, unit: str) -> None:
    """Refuse what lies outside of the plausible range, and say the range."""
    if (least is not None and value < least) or (most is not None and value > most):
        raise ValidationError(range_words(least, most, unit), code="range")


def range_words(least: Any, most: Any, unit: str) -> str:
    """`Enter a value from 20 to 400 kg.`"""
    end = most if most is not None else least
    end = with_unit(end, unit) if unit else plain_number(end)
    if most is None:
        return _("Enter {least} or more.").format(least=end)
    if least is None:
        return _("Enter {most} or less.").format(most=end)
    return _("Enter a value from {least} to {most}.").format(least=plain_number(least), most=end)


class QuantityInput(forms.Widget):
    """A number and the choice of its unit, side by side."""

    template_name = "components/quantity.html"
    input_type = "text"

    def __init__(self, units: tuple[str, ...], attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})
        self.units = units

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, ""), data.get(f"{name}_unit", "") or self.units[0]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        text, unit = self._parts(value)
        context = super().get_context(name, text, attrs)
        context["widget"] |= {
            "text": text,
            "type": self.input_type,
            "unit_name": f"{name}_unit",
            "units": [(each, each == unit) for each in self.units],
        }
        return context

    def _parts(self, value: Any) -> tuple[str, str]:
        """What stands in the control: as typed, or a stored quantity in its own unit."""
        if isinstance(value, tuple):
            return str(value[0]), str(value[1])
        if isinstance(value, Quantity):
            if value.unit == "in" and FEET_AND_INCHES in self.units:
                feet, inches = divmod(value.typed, INCHES_A_FOOT)
                return f"{with_unit(feet, 'ft')} {with_unit(inches, 'in')}", FEET_AND_INCHES
            unit = value.unit if value.unit in self.units else self.units[0]
            return plain_number(value.typed if unit == value.unit else value.value), unit
        return ("" if value in (None, "") else plain_number(value)), self.units[0]


class QuantityField(forms.Field):
    """A typed number in one of several units, as a `Quantity`; the limits are in the first, stored unit."""

    def __init__(
        self,
        *,
        units: tuple[str, ...],
        min_value: Any = None,
        max_value: Any = None,
        decimals: int = 1,
        **named: Any,
    ) -> None:
        self.units, self.min_value, self.max_value, self.decimals = units, min_value, max_value, decimals
        super().__init__(widget=QuantityInput(units), **named)

    def to_python(self, value: Any) -> Quantity | None:
        text, unit = value if isinstance(value, tuple) else (str(value or ""), self.units[0])
        if not text.strip():
            return None
        if unit not in self.units:
            raise ValidationError(_("Choose a unit from the list."), code="unit")
        try:
            return parse_quantity(text, unit=unit, units=self.units)
        except Misread as misread:
            raise ValidationError(misread_words(misread), code="invalid") from misread

    def validate(self, value: Quantity | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value.unit == self.units[0]:
            check_places(value.typed, self.decimals)
        least, most = (None if end is None else Decimal(end) for end in (self.min_value, self.max_value))
        if (least is not None and value.value < least) or (most is not None and value.value > most):
            ends = self._shown(least, value.unit, ROUND_CEILING), self._shown(most, value.unit, ROUND_FLOOR)
            raise ValidationError(range_words(*ends, value.unit), code="range")

    def _shown(self, end: Decimal | None, unit: str, towards_inside: str) -> Decimal | None:
        """A limit in the unit that was chosen, as a whole number that lies within."""
        return None if end is None else shown_in(end, unit).to_integral_value(towards_inside)


def quantity_words(value: Decimal, typed: Decimal | None, unit: str) -> str:
    """`72 kg`; a value that was typed in another unit with that one: `71.7 kg (158 lb)`."""
    stored = with_unit(value, UNITS[unit].stored_as if unit in UNITS else unit)
    if typed is None or unit not in UNITS or UNITS[unit].stored_as == unit:
        return stored
    return f"{stored} ({with_unit(typed, unit)})"


def quantity_of(value: Decimal, typed: Decimal | None, unit: str) -> Quantity:
    """A stored value as its field shows it again: in the unit that was typed."""
    return Quantity(value, value if typed is None else typed, unit)


def long_text(
    label: Any, *, most: int, rows: int = 4, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    """A field for a paragraph of at most so many letters."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
