"""What a visitor and a coordinator may type about a lead."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from mooring.care.referrals.models import Lead
from mooring.identity.models import Person, Site
from mooring.identity.queries import holders
from mooring.identity.roles import Role
from mooring.sentences.times import dated_moment_words
from mooring.words.names import has_letters
from mooring.words.phones import is_phone, region_of
from mooring.work.moments import DayField, MomentField

OLDEST_YEARS = 120


class InterestForm(forms.ModelForm):  # type: ignore[type-arg]
    """The public form: one thing a question, nothing that decides anything."""

    class Meta:
        model = Lead
        fields = [
            "legal_name",
            "chosen_name",
            "birth_date",
            "phone",
            "email",
            "prefers",
            "about",
            "referred_by",
        ]
        labels = {
            "legal_name": _("Your name"),
            "chosen_name": _("What should we call you?"),
            "birth_date": _("Your date of birth"),
            "phone": _("Your phone number"),
            "email": _("Your e-mail"),
            "prefers": _("How should we contact you?"),
            "about": _("What would you like help with?"),
            "referred_by": _("Who referred you to us?"),
        }
        help_texts = {
            "about": _("A few words are enough. Your answer here does not decide anything."),
        }
        field_classes = {"birth_date": DayField}
        widgets = {
            "legal_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "chosen_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "birth_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
            "phone": forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "prefers": forms.RadioSelect,
            "about": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, site: Site, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.instance.site = site
        self.fields["prefers"].choices = Lead._meta.get_field("prefers").choices  # type: ignore[attr-defined]
        self.fields["phone"].optional_words = _("this or an e-mail")  # type: ignore[attr-defined]
        self.fields["email"].optional_words = _("this or a phone number")  # type: ignore[attr-defined]
        self.fields["chosen_name"].optional_words = _("if different")  # type: ignore[attr-defined]

    def clean_legal_name(self) -> str:
        return self._readable("legal_name")

    def clean_chosen_name(self) -> str:
        return self._readable("chosen_name")

    def _readable(self, field: str) -> str:
        name = str(self.cleaned_data[field])
        if name and not has_letters(name):
            raise ValidationError(_("We cannot read this name: it has no letters. Please enter it again."))
        return name

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone and not is_phone(phone, region_of(self.instance.site.jurisdiction)):
            raise ValidationError(
                _(
                    "Please check this phone number. If it is from another country, start with + and the "
                    "country code."
                )
            )
        return phone

    def clean_birth_date(self) -> Any:
        birth_date = self.cleaned_data["birth_date"]
        today = self.instance.site.today(timezone.now())
        if birth_date >= today or today.year - birth_date.year > OLDEST_YEARS:
            raise ValidationError(_("Please check the year of your date of birth."))
        return birth_date

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "phone" in self.errors or "email" in self.errors:
            return given
        if given.get("prefers") in ("phone", "sms") and not given.get("phone"):
            self.add_error(
                "phone", _("You asked for a call or text message. Please enter your phone number.")
            )
        if given.get("prefers") == "email" and not given.get("email"):
            self.add_error("email", _("You asked for an e-mail. Please enter your e-mail address."))
        if not self.errors.keys() & {"phone", "email"} and not (given.get("phone") or given.get("email")):
            self.add_error(
                "phone", _("Please enter a phone number or an e-mail address, so that we can reply.")
            )
        return given


class SeenLeadForm(forms.Form):
    """Holds what the page showed, so that a second writer is refused."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> datetime:
        seen = parse_datetime(self.cleaned_data["seen"])
        if seen is None or timezone.is_naive(seen):
            raise ValidationError(_("This page is incomplete. Reload it and try again."))
        return seen


class BookCallForm(SeenLeadForm):
    call_at = MomentField(label=_("Date and time of the call"), help_text=_("In the clinic's time zone."))


OUTCOMES = [
    ("joined", _("Proceed to screening")),
    ("declined", _("Not a fit")),
    ("withdrew", _("Person does not want to continue")),
    ("duplicate", _("Duplicate of an earlier form")),
]


class LeadChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Leads with the date on which they were received, to tell them apart."""

    def label_from_instance(self, obj: Lead) -> str:
        return f"{obj}, {dated_moment_words(obj.received_at, obj.site.zone)}"


TEAM = {"prescriber": Role.PRESCRIBER, "therapist": Role.THERAPIST, "facilitator": Role.FACILITATOR}


def _colleague(label: Any) -> forms.Field:
    return forms.ModelChoiceField(
        label=label, queryset=Person.objects.none(), required=False, empty_label=_("not assigned yet")
    )


class OutcomeForm(SeenLeadForm):
    """The outcome of the fit call."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=OUTCOMES, widget=forms.RadioSelect)
    call_note = forms.CharField(
        label=_("Call note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason = forms.CharField(
        label=_("Reason given to the person"),
        max_length=300,
        required=False,
        help_text=_("Required for “Not a fit”."),
    )
    other = LeadChoice(
        label=_("Form to follow up"),
        queryset=Lead.objects.none(),
        required=False,
        help_text=_("Required for a duplicate."),
    )
    prescriber = _colleague(_("Prescriber"))
    therapist = _colleague(_("Therapist"))
    facilitator = _colleague(_("Facilitator"))

    def __init__(self, *args: Any, lead: Lead, others: Any, at: datetime, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.fields["outcome"].choice_hints = {  # type: ignore[attr-defined]
            "joined": _("The person is admitted as a patient. Sending the screening is next.")
        }
        self.fields["other"].queryset = others  # type: ignore[attr-defined]
        for name, role in TEAM.items():
            here = [person.pk for person in holders(lead.site, role, at)]
            self.fields[name].queryset = Person.objects.filter(pk__in=here).order_by(  # type: ignore[attr-defined]
                "legal_name"
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outcome") == "declined" and not given.get("reason", "").strip():
            self.add_error("reason", _("Enter the reason in one sentence."))
        if given.get("outcome") == "duplicate" and not given.get("other"):
            self.add_error("other", _("Choose the form to follow up."))
        return given

    @property
    def team(self) -> list[tuple[Person, str]]:
        """The colleagues chosen for the care team, each in their role."""
        return [(self.cleaned_data[name], role) for name, role in TEAM.items() if self.cleaned_data.get(name)]
