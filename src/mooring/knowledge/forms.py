"""What is typed on the knowledge's pages: a signature, facts and answers to try, words to look for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, get_args

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.content.pack import KINDS
from mooring.content.schema.data import Datum, DatumType
from mooring.content.schema.eligibility import EligibilityRule
from mooring.content.schema.instruments import Instrument, InstrumentItem
from mooring.content.schema.protocols import Product, Route
from mooring.content.trigger import keys, parse
from mooring.rules.screening import Setting
from mooring.rules.verdict import Fact, Standing
from mooring.words.numbers import number_range, plain_number
from mooring.work.fields import FloatNumberField, NumberText
from mooring.work.moments import DayField, MomentField


class SignPackForm(forms.Form):
    digest = forms.CharField(widget=forms.HiddenInput())
    password = forms.CharField(
        label=_("Your password, as your signature"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


PRODUCTS: tuple[str, ...] = get_args(Product)
ROUTES: tuple[str, ...] = get_args(Route)
SETTINGS = ("clinic", "inpatient", "at-home")
UNKNOWN_IS = (("missing", _("not known")), ("no", _("no, confirmed (yes-or-no facts only)")))
STANDINGS = (
    (Standing.CONFIRMED.value, _("a clinician confirmed or measured them")),
    (Standing.REPORTED.value, _("only the patient said them")),
)


class SettingForm(forms.Form):
    """What would be given, how and where."""

    product = forms.ChoiceField(label=_("Product"), choices=[(each, each) for each in PRODUCTS])
    route = forms.ChoiceField(label=_("Route"), choices=[(each, each) for each in ROUTES])
    setting = forms.ChoiceField(label=_("Setting"), choices=[(each, each) for each in SETTINGS])
    jurisdiction = forms.RegexField(
        label=_("Law of"), regex=r"^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$", required=False, max_length=6
    )

    def chosen(self, usual: Setting) -> Setting:
        """The setting that was typed, or the usual one where nothing (or nothing readable) was."""
        if not self.is_valid():
            return usual
        return Setting(**self.cleaned_data)


class TryForm(forms.Form):
    """Facts of the data dictionary that the rules of one setting look at, in the rules' groups."""

    standing = forms.ChoiceField(label=_("How the facts are known"), choices=STANDINGS)
    rest = forms.ChoiceField(label=_("What you leave open counts as"), choices=UNKNOWN_IS)

    def __init__(self, *args: Any, rules: Iterable[EligibilityRule], facts: Mapping[str, Datum], **more: Any):
        super().__init__(*args, **more)
        self.dictionary = facts
        self.keys_by_group: dict[str, list[str]] = {}
        planned = {fact.key for fact in Setting().facts}
        for rule in rules:
            for key in keys(parse(rule.when)):
                if key in facts and key not in planned and key not in self.fields:
                    self.fields[key] = field_for(facts[key])
                    self.keys_by_group.setdefault(rule.group, []).append(key)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Every group with its fields, in order of name."""
        return [(group, [self[key] for key in found]) for group, found in sorted(self.keys_by_group.items())]

    def facts(self, at: datetime) -> list[Fact]:
        """What was typed, as facts of this moment; what was left open only where it counts as a no."""
        standing = Standing(self.cleaned_data["standing"])
        found = []
        for key in (key for group in self.keys_by_group.values() for key in group):
            value = self.cleaned_data[key]
            if value not in (None, ""):
                found.append(Fact(key, value, at, standing=standing))
            elif self.cleaned_data["rest"] == "no" and self.dictionary[key].type == DatumType.YES_NO:
                found.append(Fact(key, "no", at))
        return found


def field_for(datum: Datum) -> forms.Field:
    """The control of one fact: its title, its unit and its plausible range from the dictionary."""
    words: dict[str, Any] = {"label": datum.title, "required": False}
    field: forms.Field
    if datum.type == DatumType.NUMBER:
        unit = {} if datum.unit == "1" else {"data-unit": datum.unit}
        field = FloatNumberField(
            min_value=datum.least, max_value=datum.most, widget=NumberText(attrs=unit), **words
        )
    elif datum.type == DatumType.MOMENT:
        field = MomentField(**words)
    elif datum.type == DatumType.DATE:
        field = DayField(widget=forms.DateInput(attrs={"type": "date"}), **words)
    else:
        named = datum.choices or ("yes", "no")
        field = forms.ChoiceField(choices=[("", _("left open")), *((each, each) for each in named)], **words)
    return _without_optional(field)


def _without_optional(field: forms.Field) -> forms.Field:
    field.optional_words = ""  # type: ignore[attr-defined]
    return field


class AnswersForm(forms.Form):
    """The items of one instrument: their own words where the text may ship, their numbers where not."""

    def __init__(self, *args: Any, instrument: Instrument, **more: Any) -> None:
        super().__init__(*args, **more)
        for at, item in enumerate(instrument.items, start=1):
            self.fields[item.code] = _answer_field(instrument, item, at)

    def answers(self) -> dict[str, float | None]:
        """Item code → value; None where nothing was answered."""
        return {
            code: float(value) if value not in (None, "") else None
            for code, value in self.cleaned_data.items()
        }


def _answer_field(instrument: Instrument, item: InstrumentItem, at: int) -> forms.Field:
    label = item.text or _("Item {n}").format(n=at)
    answers = instrument.answers_of(item)
    field: forms.Field
    if answers:
        choices = [
            (plain_number(each.value), f"{plain_number(each.value)}  {each.text}".strip()) for each in answers
        ]
        field = forms.ChoiceField(
            label=label, required=False, choices=[("", _("not answered")), *choices], widget=forms.Select()
        )
    else:
        allowed = instrument.allowed[item.code]
        field = FloatNumberField(label=label, required=False, min_value=allowed.least, max_value=allowed.most)
        field.help_text = number_range(allowed.least, allowed.most)
    return _without_optional(field)


class FindReferenceForm(forms.Form):
    """Which works to list."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=_("Cited by"),
        required=False,
        choices=[("", _("everything")), *((each, each) for each in KINDS)],
    )

    def wanted(self) -> tuple[str, str]:
        """Kind and words; both empty where nothing readable was typed."""
        if not self.is_bound or not self.is_valid():
            return "", ""
        return self.cleaned_data["kind"], self.cleaned_data["q"]
