"""What may be typed about questionnaires."""

from datetime import datetime, timedelta
from math import isinf
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mooring.care.measures.models import Asked, MeansAccess, RiskAssessment, RiskTier
from mooring.care.measures.queries import Answers, instrument_of
from mooring.care.patients.models import Patient
from mooring.content.schema.instruments import Instrument
from mooring.identity.models import Site
from mooring.words.numbers import number_range, plain_number
from mooring.work.fields import DecimalNumberField, FloatNumberField
from mooring.work.moments import DayField, MomentField, end_of


class AskForm(forms.Form):
    """Which questionnaire, how, and by when."""

    instrument = forms.ChoiceField(label=_("Which questionnaire?"), widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label=_("How?"),
        choices=[("link", _("By a link to their phone")), ("clinic", _("Here, with the patient"))],
        widget=forms.RadioSelect,
    )
    due = DayField(
        label=_("Filled by the end of"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(
        self, *args: Any, instruments: list[Instrument], site: Site, at: datetime, **rest: Any
    ) -> None:
        self.site = site
        start = {"due": site.today(at) + timedelta(days=1), "how": "link"}
        rest["initial"] = {**start, **rest.get("initial", {})}
        super().__init__(*args, **rest)
        self.fields["instrument"].choices = [  # type: ignore[attr-defined]
            (each.id, f"{each.short}: {each.title}") for each in instruments
        ]

    @property
    def due_at(self) -> datetime:
        """The end of the chosen day at the site."""
        return end_of(self.cleaned_data["due"], self.site.zone)


class FillForm(forms.Form):
    """The exact wording of an instrument; complete only when it is sent for good."""

    revision = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-part": "revision"}))

    def __init__(self, *args: Any, asked: Asked, **arguments: Any) -> None:
        self.instrument = instrument_of(asked)
        kept = {code: plain_number(value) for code, value in asked.draft.items()}
        arguments["initial"] = {"revision": asked.revision, **kept}
        super().__init__(*args, **arguments)
        for item in self.instrument.items:
            self.fields[item.code] = forms.ChoiceField(
                label=item.text,
                choices=[(plain_number(a.value), a.text) for a in self.instrument.answers_of(item)],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the answers.")},
            )

    @property
    def answers(self) -> Answers:
        """The answers that are there, each one that the instrument knows; whole numbers as such."""
        given: Answers = {}
        for item in self.instrument.items:
            text = str(self.data.get(item.code, ""))
            for answer in self.instrument.answers_of(item):
                if text == plain_number(answer.value):
                    whole = answer.value == int(answer.value)
                    given[item.code] = int(answer.value) if whole else answer.value
        return given

    @property
    def page(self) -> str:
        """The key of the page that sent the form; empty when it has none."""
        return str(self.data.get("once", ""))[:36]

    @property
    def sent_revision(self) -> int:
        """The revision that the page was made from; -1 (never right) when it is not a number."""
        text = str(self.data.get("revision", ""))
        return int(text) if text.isdecimal() else -1


class EnterForm(forms.Form):
    """A clinician's rating: the items by their number and words where these may be shown, or only the total."""

    rated_at = MomentField(label=_("When was it rated?"))

    def __init__(
        self, *args: Any, instrument: Instrument, patient: Patient, now: datetime, **rest: Any
    ) -> None:
        super().__init__(*args, **rest)
        self.instrument = instrument
        self.fields["rated_at"].born, self.fields["rated_at"].now = patient.birth_date, now  # type: ignore[attr-defined]
        for at, item in enumerate(instrument.items, start=1):
            allowed = instrument.allowed[item.code]
            field = FloatNumberField(
                label=item.text or gettext("Item {n} ({code})").format(n=at, code=item.code),
                min_value=allowed.least,
                max_value=None if isinf(allowed.most) else allowed.most,
                required=False,
                help_text=number_range(allowed.least, allowed.most) if not isinf(allowed.most) else "",
            )
            if item.only_if is not None:
                field.help_text = gettext("{span}. Only if the items before ask for it.").format(
                    span=field.help_text
                )
            field.optional_words = ""  # type: ignore[attr-defined]
            self.fields[item.code] = field
        self.fields["total"] = DecimalNumberField(
            label=gettext("Or only the total"), max_digits=7, decimal_places=2, required=False
        )
        self.order_fields(["rated_at"])

    @property
    def answers(self) -> Answers:
        """The items that were entered; whole numbers as such."""
        entered = {
            item.code: self.cleaned_data[item.code]
            for item in self.instrument.items
            if self.cleaned_data.get(item.code) is not None
        }
        return {code: int(value) if value == int(value) else value for code, value in entered.items()}


class AssessmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """After an answer about suicide: what was found, agreed, and who was told."""

    class Meta:
        model = RiskAssessment
        fields = ["tier", "means", "plan", "told"]
        labels = {
            "tier": _("Risk"),
            "means": _("Access to means"),
            "plan": _("Safety plan: what was agreed, who checks and when"),
            "told": _("Who was told"),
        }
        widgets = {
            "tier": forms.RadioSelect,
            "means": forms.RadioSelect,
            "plan": forms.Textarea(attrs={"rows": 4}),
        }

    what_was_done = forms.CharField(
        label=_("What was done"),
        max_length=1500,
        help_text=_("Whom you spoke with, and what you asked directly."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["tier"].choices = RiskTier.choices  # type: ignore[attr-defined]
        self.fields["means"].choices = MeansAccess.choices  # type: ignore[attr-defined]
        self.order_fields(["what_was_done", "tier", "means", "plan", "told"])


class AnswerConcernForm(forms.Form):
    what_was_done = forms.CharField(
        label=_("What was done?"),
        max_length=1500,
        help_text=_(
            "Whom you spoke with, what you asked directly, what was agreed, who follows up and when."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
