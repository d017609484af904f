"""Forms as Mooring shows them: label, hint, error, control, tied together for people who hear the page.

A form field may carry five plain attributes that the templates read; no widget class is needed:

- `widget.attrs["data-unit"] = "kg"` puts the unit behind the control,
- `field.choice_hints = {"no": "…"}` puts a hint under one choice,
- `widget.attrs["data-short"] = True` makes a narrow control (numbers are narrow by themselves),
- `field.optional_words = "if it matters"` replaces the word "optional" behind the label,
- `field.last_words = "72 kg on 21 Nov"` puts the last saved value beside the control.
"""

from typing import Any

from django import forms, template
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from mooring.work.fields import NumberText, QuantityInput
from mooring.work.moments import DayField, MomentInput

register = template.Library()

CHOICE_LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
LISTED = _lazy("Choose one of the answers listed here.")
A_DAY = _lazy("This is not a date. Choose the day, or enter it as 2026-11-30.")
A_FILE = _lazy("This is no file that can be read. Choose it again.")
PLAINER: tuple[tuple[Any, Any], ...] = (
    (forms.Field.default_error_messages["required"], _lazy("This answer is missing.")),
    (forms.ChoiceField.default_error_messages["invalid_choice"], LISTED),
    (forms.MultipleChoiceField.default_error_messages["invalid_choice"], LISTED),
    (forms.MultipleChoiceField.default_error_messages["invalid_list"], LISTED),
    (forms.ModelChoiceField.default_error_messages["invalid_choice"], LISTED),
    (forms.ModelMultipleChoiceField.default_error_messages["invalid_choice"], LISTED),
    (forms.ModelMultipleChoiceField.default_error_messages["invalid_list"], LISTED),
    (forms.ModelMultipleChoiceField.default_error_messages["invalid_pk_value"], LISTED),
    (DayField.default_error_messages["invalid"], A_DAY),
    (forms.TimeField.default_error_messages["invalid"], _lazy("This is not a time. Enter it as 14:32.")),
    (
        validators.EmailValidator.message,
        _lazy("Check this e-mail address. It has the form name@example.org."),
    ),
    (
        validators.URLValidator.message,
        _lazy("Check this web address. It has the form https://example.org/page."),
    ),
    (
        forms.URLField.default_error_messages["invalid"],
        _lazy("Check this web address. It has the form https://example.org/page."),
    ),
    (forms.FileField.default_error_messages["invalid"], A_FILE),
    (forms.FileField.default_error_messages["missing"], A_FILE),
    (forms.FileField.default_error_messages["empty"], _lazy("This file is empty. Choose another.")),
    (
        validators.ProhibitNullCharactersValidator.message,
        _lazy("This holds a character that cannot be saved. Enter it again."),
    ),
    (validators.MinValueValidator.message, _lazy("Enter {limit_value} or more.")),
    (validators.MaxValueValidator.message, _lazy("Enter {limit_value} or less.")),
    (
        validators.MaxLengthValidator.message,
        _lazy("Shorten this to {limit_value} characters; it has {show_value}."),
    ),
    (
        validators.MinLengthValidator.message,
        _lazy("Enter at least {limit_value} characters; there are {show_value}."),
    ),
)
"""The framework's own sentences, and ours in their place. A field's own message is never replaced."""
NARROW = (NumberText, QuantityInput, forms.TimeInput)


@register.filter
def shape(field: BoundField) -> str:
    """Which of the ways a field is laid out: `choices`, `tick`, `select`, `parts` or `line`."""
    widget = field.field.widget
    if isinstance(widget, CHOICE_LISTS):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.MultiWidget):
        return "parts"
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
        return "select"
    return "line"


@register.filter
def few_short_answers(field: BoundField) -> bool:
    """Whether the answers stand side by side: two or three of one or two words, such as yes, no, not sure."""
    if not isinstance(field.field.widget, forms.RadioSelect) or getattr(field.field, "choice_hints", None):
        return False
    words = [str(label) for _value, label in getattr(field.field, "choices", ())]
    return 2 <= len(words) <= 3 and all(len(each) <= 9 for each in words)


@register.filter
def unit_of(field: BoundField) -> str:
    """The unit that stands behind the control, or nothing."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The control of a field with our classes, its unit and every description tied to it."""
    widget = field.field.widget
    attrs: dict[str, Any] = {}
    if not isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        classes = ["input", str(widget.attrs.get("class", ""))]
        if isinstance(widget, NARROW) or widget.attrs.get("data-short"):
            classes.append("input-short")
        if isinstance(widget, forms.DateInput | MomentInput):
            classes.append("input-date")
        attrs["class"] = " ".join(filter(None, classes))
    if "placeholder" in widget.attrs:
        attrs["placeholder"] = False  # the label stands above; a second, fading one only confuses
    beside = [f"{field.auto_id}_unit"] if unit_of(field) else []
    if getattr(field.field, "last_words", ""):
        beside.append(f"{field.auto_id}_last")
    if beside:
        attrs["aria-describedby"] = " ".join(filter(None, [field.aria_describedby, *beside]))
    return field.as_widget(attrs=attrs)


@register.simple_tag
def choice_hint(field: BoundField, option: BoundWidget) -> str:
    """The hint under one choice, from `field.choice_hints`."""
    hints: dict[Any, str] = getattr(field.field, "choice_hints", {})
    value = option.data["value"]
    return hints.get(value, hints.get(str(value), ""))


@register.filter
def optional_words(field: BoundField) -> str:
    """What stands in brackets behind the label of an optional field; required fields carry nothing."""
    if field.field.required or not field.label:
        return ""
    given = getattr(field.field, "optional_words", None)
    return _("optional") if given is None else str(given)


@register.filter
def said(field: BoundField) -> str:
    """What is wrong with an answer, in our words where the field has only the framework's own."""
    return " ".join(_in_our_words(error) for error in field.errors.as_data())


def _in_our_words(error: ValidationError) -> str:
    ours = next((ours for theirs, ours in PLAINER if error.message is theirs), None)
    if ours is None:
        return " ".join(str(message) for message in error.messages)
    return str(ours).format(**(error.params or {}))


@register.filter
def first_control(field: BoundField) -> str:
    """The id that a link to this field must lead to: the first choice of a list, else the control itself."""
    if isinstance(field.field.widget, (*CHOICE_LISTS, forms.MultiWidget)):
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


@register.filter
def fields_with_errors(form: forms.BaseForm) -> list[BoundField]:
    """The visible fields that need another look, in the order of the page."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def hidden_errors(form: forms.BaseForm) -> list[str]:
    """Errors that belong to no visible field, as sentences: the form's own and those of hidden fields."""
    said = [str(each) for each in form.non_field_errors()]
    hidden = (error for field in form.hidden_fields() for error in field.errors.as_data())
    return said + [_in_our_words(error) for error in hidden]
