"""A value that is possible and unlikely is typed a second time, with a reason, before it is saved.

    class WeightForm(AsksAgain):
        weight = QuantityField(label=_("Weight"), units=("kg", "lb"))

        def __init__(self, *args, last: LastValue | None, **named):
            super().__init__(*args, **named)
            self.compare("weight", last, limits.of("weight_kg"))

The question stands on the page at once and needs no script: the form comes back (422) with the value, the question
and two more fields, `weight_again` and `weight_reason`. Both exist only while the value that was sent asks for
them. The act checks the same rule for itself (`confirmed_reason`), because a page is not its only door.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.rules.change import ChangeLimit, changed_by, differs
from mooring.words.numbers import NO_BREAK, plain_number, with_unit
from mooring.words.parsing import Quantity
from mooring.work.fields import LastValue, QuantityField

REASON_LENGTH = 300


class AsksAgain(forms.Form):
    """A form that may ask for a value a second time."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.questions: dict[str, str] = {}

    def compare(
        self, name: str, last: LastValue | None, limit: ChangeLimit | None, sent: Quantity | None = None
    ) -> None:
        """Show the last value beside the field, and ask again when the one sent differs by more than the limit.

        `sent` is what was typed, where its unit stands in a field of its own.
        """
        if last is None:
            return
        self.fields[name].last_words = last.words  # type: ignore[attr-defined]
        value = sent or self.sent(name)
        number = value.value if isinstance(value, Quantity) else value
        if number is not None and differs(Decimal(number), last.value, limit):
            self.ask_again(name, _change_words(value, Decimal(number), last, self._unit(name)))

    def sent(self, name: str) -> Any:
        """The value that was sent for a field, or None where it is missing or cannot be read."""
        if not self.is_bound or name not in self.fields:
            return None
        field = self.fields[name]
        try:
            return field.clean(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))
        except ValidationError:
            return None

    def ask_again(self, name: str, question: str) -> None:
        """Ask for the value a second time, and for the reason."""
        field = self.fields[name]
        self.questions[name] = question
        again = _second(field)
        again.label = _("{label}, typed again").format(label=field.label)
        reason = forms.CharField(
            label=gettext_lazy("Why it is right"), max_length=REASON_LENGTH, required=False
        )
        again.optional_words = reason.optional_words = ""  # type: ignore[attr-defined]
        order = list(self.fields)
        at = order.index(name) + 1
        self.fields[f"{name}_again"], self.fields[f"{name}_reason"] = again, reason
        self.order_fields([*order[:at], f"{name}_again", f"{name}_reason", *order[at:]])

    def confirmed_reason(self, name: str) -> str:
        """The reason for a value that was asked for again; empty where nothing was asked."""
        return str(self.cleaned_data.get(f"{name}_reason", "")).strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, question in self.questions.items():
            if name in self.errors:
                continue
            value, again = self.cleaned_data.get(name), self.cleaned_data.get(f"{name}_again")
            if again is None and not self.confirmed_reason(name) and f"{name}_again" not in self.errors:
                self.add_error(name, ValidationError(question, code="asked-again"))
            elif f"{name}_again" not in self.errors and not _same(value, again):
                self.add_error(f"{name}_again", _("The two values differ. Enter the same value in both."))
            elif not self.confirmed_reason(name):
                self.add_error(f"{name}_reason", _("Enter why this value is right."))
        return cleaned

    def _unit(self, name: str) -> str:
        field = self.fields[name]
        units = getattr(field, "units", None)
        return str(units[0] if units else field.widget.attrs.get("data-unit", ""))


def _same(value: Any, again: Any) -> bool:
    if isinstance(value, Quantity) and isinstance(again, Quantity):
        return value.value == again.value
    return again is not None and bool(value == again)


def _second(field: forms.Field) -> forms.Field:
    """The same field without its own limits: the first one has checked them."""
    if isinstance(field, QuantityField):
        return QuantityField(units=field.units, required=False)
    unit = field.widget.attrs.get("data-unit", "")
    return type(field)(required=False, widget=type(field.widget)(attrs={"data-unit": unit} if unit else {}))


def _change_words(value: Any, number: Decimal, last: LastValue, unit: str) -> str:
    """`158 kg is 119 % more than the last value (72 kg on 21 Nov)`, and what to do."""
    share = changed_by(number, last.value)
    percent = f"{plain_number(round(abs(share) * 100))}{NO_BREAK}%"
    shown = with_unit(value.typed, value.unit) if isinstance(value, Quantity) else with_unit(number, unit)
    words = (
        _("{value} is {percent} more than the last value ({last}).")
        if share > 0
        else _("{value} is {percent} less than the last value ({last}).")
    )
    way_out = _("Check the value and its unit. If it is right, enter it again below and say why.")
    return words.format(value=shown, percent=percent, last=last.words) + " " + way_out
