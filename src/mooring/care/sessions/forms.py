"""What a person may type at the chair. Every form carries its own key, so that each can be sent on its own."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.care.sessions.models import Intervention
from mooring.care.sessions.queries import Knowledge
from mooring.content.schema.data import Datum, DatumType
from mooring.rules.session_log import in_utc
from mooring.rules.verdict import Finding, Override
from mooring.work.fields import DecimalNumberField, FloatNumberField, NumberText
from mooring.work.pages import KeyedForm

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
SEVERITIES = [(1, _("mild")), (2, _("moderate")), (3, _("severe"))]


class HappenedForm(KeyedForm):
    """A form for something that may have happened a little earlier than it is written down."""

    happened = forms.TimeField(
        label=_("When, if not now"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "data-short": True}, format="%H:%M"),
        error_messages={"invalid": _("Write the time as 14:32, or leave it empty for now.")},
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["happened"].optional_words = ""  # type: ignore[attr-defined]  # its label says so

    def happened_at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The moment that was meant: now, or the last one at which the site's clock showed that time."""
        clock = self.cleaned_data.get("happened")
        return last_time(clock, now, zone) if clock else now


def last_time(clock: time, now: datetime, zone: ZoneInfo) -> datetime:
    """The last moment up to `now` at which a clock in `zone` showed `clock`; in the hour that comes twice, too.

    >>> from datetime import UTC
    >>> last_time(time(23, 50), datetime(2026, 11, 12, 8, 5, tzinfo=UTC), ZoneInfo("America/Los_Angeles"))
    datetime.datetime(2026, 11, 12, 7, 50, tzinfo=datetime.timezone.utc)
    """
    today = now.astimezone(zone).date()
    shown = [
        in_utc(datetime.combine(day, clock.replace(fold=fold), tzinfo=zone))
        for day in (today, today - timedelta(days=1))
        for fold in (0, 1)
    ]
    return max(each for each in shown if each <= in_utc(now))


def number_field(datum: Datum) -> FloatNumberField:
    """A field for one number of the data dictionary, with its unit and its plausible range."""
    unit = "" if datum.unit == "1" else datum.unit
    field = FloatNumberField(
        label=datum.title,
        required=False,
        min_value=datum.least,
        max_value=datum.most,
        widget=NumberText(attrs={"data-unit": unit}),
    )
    field.optional_words = ""  # type: ignore[attr-defined]  # every sign is: what was not read stays out
    return field


class VitalsForm(HappenedForm):
    """The signs that the plan of looks names."""

    def __init__(self, *args: Any, knowledge: Knowledge, **named: Any) -> None:
        super().__init__(*args, **named)
        for datum in knowledge.signs:
            self.fields[datum.key] = number_field(datum)
        self.order_fields([datum.key for datum in knowledge.signs])

    def values(self) -> dict[str, float | None]:
        return {key: value for key, value in self.cleaned_data.items() if key != "happened"}


class SymptomForm(HappenedForm):
    severity = forms.TypedChoiceField(
        label=_("How strong"), choices=SEVERITIES, coerce=int, initial=1, widget=forms.RadioSelect
    )
    code = forms.ChoiceField(label=_("What"))

    field_order = ("severity", "happened", "code")

    def __init__(self, *args: Any, knowledge: Knowledge, **named: Any) -> None:
        super().__init__(*args, **named)
        symptoms = [(each.code, each.words) for each in knowledge.symptoms]
        self.fields["code"] = forms.ChoiceField(
            label=_("What"), choices=symptoms, error_messages={"required": _("Choose what you saw.")}
        )


class InterventionForm(HappenedForm):
    what = forms.ChoiceField(label=_("What was done"), choices=Intervention.choices)
    text = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A medicine: its name, how much, how, on whose order."),
    )
    field_order = ("what", "text", "happened")


class NoteForm(HappenedForm):
    text = forms.CharField(
        label=_("Note, or the patient's words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("text", "happened")


class CheckForm(HappenedForm):
    """What discharge asks for beyond the signs."""

    def __init__(self, *args: Any, knowledge: Knowledge, **named: Any) -> None:
        super().__init__(*args, **named)
        for datum in knowledge.asked:
            self.fields[datum.key] = (
                forms.ChoiceField(label=datum.title, choices=YES_NO, required=False, widget=forms.RadioSelect)
                if datum.type == DatumType.YES_NO
                else number_field(datum)
            )
        self.order_fields([datum.key for datum in knowledge.asked])

    def answers(self) -> dict[str, object]:
        return {key: value for key, value in self.cleaned_data.items() if key != "happened"}


class VolumeForm(KeyedForm):
    volume_ml = DecimalNumberField(
        label=_("Volume that you read"),
        help_text=_("Read it from the syringe or the pump, not from a colleague."),
        max_digits=7,
        decimal_places=2,
        widget=NumberText(attrs={"data-unit": "mL"}),
    )


class StartForm(HappenedForm):
    """Only when it happened."""


class EndForm(HappenedForm):
    given_ml = DecimalNumberField(
        label=_("Volume given"),
        max_digits=7,
        decimal_places=2,
        widget=NumberText(attrs={"data-unit": "mL"}),
    )
    field_order = ("given_ml", "happened")


class DischargeForm(KeyedForm):
    """For a prescriber: a reason for each criterion that is gone past; two people where a rule asks for it."""

    def __init__(self, *args: Any, unmet: tuple[Finding, ...] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        self.open = [each for each in unmet if each.settled and each.override != Override.NOBODY]
        for at, finding in enumerate(self.open):
            self.fields[f"reason_{at}"] = forms.CharField(
                label=finding.says,
                required=False,
                max_length=500,
                help_text=_("Why it is right to go past this today."),
            )
        if any(each.override == Override.TWO_PEOPLE for each in self.open):
            self.fields["second_email"] = forms.EmailField(
                label=_("The second person's e-mail"), required=False
            )
            self.fields["second_password"] = _password(_("The second person's password"), required=False)
        if self.open:
            self.fields["password"] = _password(_("Your password, as your signature"), required=False)

    def overrides(self) -> dict[str, str]:
        """The reason given for each rule."""
        given = {each.rule: self.cleaned_data.get(f"reason_{at}", "") for at, each in enumerate(self.open)}
        return {rule: reason for rule, reason in given.items() if reason}


def _password(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignOffForm(KeyedForm):
    password = _password(_("Your password, as your signature"))


class VoidForm(KeyedForm):
    reason = forms.CharField(label=_("Why"), max_length=300)
