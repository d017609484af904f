"""What may be typed about a site and about oneself, and how two people do not overwrite each other."""

from datetime import time
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from mooring.identity.models import Person, Site
from mooring.identity.time_zones import time_zones
from mooring.words.phones import is_jurisdiction

WAS_SALT = "web.people.was"
DAYS = [
    ("1", _("Monday")),
    ("2", _("Tuesday")),
    ("3", _("Wednesday")),
    ("4", _("Thursday")),
    ("5", _("Friday")),
    ("6", _("Saturday")),
    ("7", _("Sunday")),
]
CLOCK = {"type": "time", "data-short": True}


class ComparedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that carries what the page showed, so that the act can refuse to overwrite what came since."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if self.instance.pk:
            self.fields["was"].initial = signing.dumps(as_stored(self.instance, self.names), salt=WAS_SALT)
        else:
            del self.fields["was"]

    @property
    def names(self) -> list[str]:
        return list(self._meta.fields or ())

    @property
    def new(self) -> dict[str, Any]:
        """What was typed, by the name of the column."""
        return {name: self.cleaned_data[name] for name in self.names}

    def clean_was(self) -> dict[str, Any]:
        try:
            return dict(signing.loads(self.cleaned_data["was"], salt=WAS_SALT))
        except signing.BadSignature as error:
            raise ValidationError(_("This page is incomplete. Open it again.")) from error


def as_stored(record: models.Model, names: list[str]) -> dict[str, Any]:
    """The columns as they stand, in values that a signed text can carry."""
    values = {name: getattr(record, name) for name in names}
    return {name: str(value) if isinstance(value, time) else value for name, value in values.items()}


class TimeZoneField(forms.CharField):
    """A time zone by its name, completed by the browser from the list of all."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            max_length=64,
            widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
            **given,
        )

    def clean(self, value: Any) -> str:
        zone = str(super().clean(value))
        known = {each.lower(): each for each in time_zones()}
        if zone.lower().replace(" ", "_") not in known:
            raise ValidationError(_("Enter a time zone by name, such as Europe/Lisbon."))
        return known[zone.lower().replace(" ", "_")]


class CrisisLinesField(forms.CharField):
    """One line each: name, number, what it is, with bars between."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            label=_("Whom patients call in danger"),
            help_text=_(
                "One a line: name | number | what it is. They are shown on every page that a patient opens."
            ),
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            **given,
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(" | ".join(filter(None, _parts(each))) for each in value)

    def clean(self, value: Any) -> list[dict[str, str]]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        found = []
        for line in lines:
            name, number, what, *more = [part.strip() for part in [*line.split("|"), "", ""]][:4]
            if not name or not any(sign.isdigit() for sign in number) or any(more):
                raise ValidationError(
                    _("“{line}” needs a name and a number with a bar between.").format(line=line[:60])
                )
            found.append({"name": name, "number": number, "what": what})
        return found


def _parts(line: dict[str, str]) -> list[str]:
    return [line.get("name", ""), line.get("number", ""), line.get("what", "")]


class SiteForm(ComparedForm):
    """What changes about a site. Its clock and its law do not: what was done there rests on them."""

    opens_at = forms.TimeField(label=_("Opens at"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    closes_at = forms.TimeField(label=_("Closes at"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    open_days = forms.MultipleChoiceField(
        label=_("Open on"), choices=DAYS, widget=forms.CheckboxSelectMultiple, initial=list("12345")
    )
    crisis_lines = CrisisLinesField()

    class Meta:
        model = Site
        fields: tuple[str, ...] = (
            "name",
            "phone",
            "emergency_number",
            "opens_at",
            "closes_at",
            "open_days",
            "crisis_lines",
        )
        labels = {
            "name": _("Name"),
            "phone": _("The number that patients call"),
            "emergency_number": _("What people dial there for an ambulance"),
        }
        help_texts = {"emergency_number": _("For example 911 or 112. Every emergency script shows it first.")}
        widgets = {
            "phone": forms.TextInput(attrs={"type": "tel"}),
            "emergency_number": forms.TextInput(attrs={"type": "tel", "data-short": True}),
        }

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if self.instance.pk:
            self.initial["open_days"] = list(self.instance.open_days)
        self.fields["emergency_number"].required = True

    def clean_emergency_number(self) -> str:
        number = str(self.cleaned_data["emergency_number"]).strip()
        if not number or not all(sign.isdigit() or sign in " +-" for sign in number):
            raise ValidationError(_("Enter the number alone, for example 911 or 112."))
        return number

    def clean_open_days(self) -> str:
        return "".join(sorted(self.cleaned_data["open_days"]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Closing time is before opening time. Check both."))
        return cleaned


class NewSiteForm(SiteForm):
    """A further site, with the clock and the law that stay with it."""

    time_zone = TimeZoneField(
        label=_("Its time zone"), help_text=_("For example Europe/Lisbon. It cannot be changed later.")
    )

    class Meta(SiteForm.Meta):
        fields = (
            "name",
            "programme",
            "time_zone",
            "jurisdiction",
            "phone",
            "emergency_number",
            "opens_at",
            "closes_at",
            "open_days",
            "crisis_lines",
        )
        labels = {
            **SiteForm.Meta.labels,
            "programme": _("What kind of programme"),
            "jurisdiction": _("Its law"),
        }

    def clean_jurisdiction(self) -> str:
        law = str(self.cleaned_data["jurisdiction"]).strip().upper()
        if not is_jurisdiction(law):
            raise ValidationError(_("Write the law as country and region, for example US-OR or PT."))
        return law


class OwnDetailsForm(ComparedForm):
    """What a person says of themselves."""

    time_zone = TimeZoneField(
        label=_("Your time zone"),
        help_text=_(
            "Dates of courses and certificates follow it. The clinic's pages show the clinic's time."
        ),
    )

    class Meta:
        model = Person
        fields: tuple[str, ...] = ("chosen_name", "pronouns", "phone", "time_zone")
        labels = {"chosen_name": _("What colleagues and patients call you")}
        help_texts = {"chosen_name": _("Empty: your legal name. Signatures always carry the legal name.")}
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}


class ColleagueForm(OwnDetailsForm):
    """The same of a colleague, with the legal name, for who manages people."""

    class Meta(OwnDetailsForm.Meta):
        fields = ("legal_name", *OwnDetailsForm.Meta.fields)
        labels = {"chosen_name": _("What they are called")}
        help_texts = {"chosen_name": _("Empty: the legal name. Signatures always carry the legal name.")}

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["time_zone"].label = _("Their time zone")
