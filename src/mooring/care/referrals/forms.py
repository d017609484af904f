"""What a visitor and a coordinator may type about a lead."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from mooring.care.referrals.models import Lead
from mooring.care.referrals.queries import digits
from mooring.identity.models import Person, Site
from mooring.identity.queries import holders
from mooring.identity.roles import Role

# ITU-T E.164 allows at most 15 digits; no subscriber number of fewer than 7 reaches a person.
LEAST_DIGITS, MOST_DIGITS = 7, 15
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
            "chosen_name": _("What may we call you?"),
            "birth_date": _("Your date of birth"),
            "phone": _("Your phone number"),
            "email": _("Your e-mail"),
            "prefers": _("How shall we reach you?"),
            "about": _("What would you like to change?"),
            "referred_by": _("Who sent you to us?"),
        }
        help_texts = {
            "about": _("A few words are enough. Nothing here decides anything."),
        }
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
        self.fields["chosen_name"].optional_words = _("if it is another name")  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        count = len(digits(phone))
        if phone and count < LEAST_DIGITS:
            raise ValidationError(
                _("This number has %(n)d digits; most have ten. Please look again."), params={"n": count}
            )
        if count > MOST_DIGITS:
            raise ValidationError(_("This number has too many digits. Please look again."))
        return phone

    def clean_birth_date(self) -> Any:
        birth_date = self.cleaned_data["birth_date"]
        today = self.instance.site.today(timezone.now())
        if birth_date >= today or today.year - birth_date.year > OLDEST_YEARS:
            raise ValidationError(_("This date of birth cannot be right. Please look at the year."))
        return birth_date

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "phone" in self.errors or "email" in self.errors:
            return given
        if given.get("prefers") in ("phone", "sms") and not given.get("phone"):
            self.add_error("phone", _("You asked us to call or text: we need your number."))
        if given.get("prefers") == "email" and not given.get("email"):
            self.add_error("email", _("You asked us to write: we need your e-mail."))
        return given


class SeenForm(forms.Form):
    """Carries what the page showed, so that a second writer is told."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> datetime:
        seen = parse_datetime(self.cleaned_data["seen"])
        if seen is None or timezone.is_naive(seen):
            raise ValidationError(_("This page is incomplete. Open it again."))
        return seen


class BookCallForm(SeenForm):
    call_at = forms.DateTimeField(
        label=_("When is the call?"),
        help_text=_("In the clinic's own time."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


OUTCOMES = [
    ("joined", _("It goes on")),
    ("declined", _("It does not fit")),
    ("withdrew", _("They do not want to go on")),
    ("duplicate", _("The same person wrote before")),
]


class LeadChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Leads told apart by the day on which they came."""

    def label_from_instance(self, obj: Lead) -> str:
        return f"{obj}, {obj.site.local(obj.received_at):%-d %b %Y %H:%M}"


TEAM = {"prescriber": Role.PRESCRIBER, "therapist": Role.THERAPIST, "facilitator": Role.FACILITATOR}


def _colleague(label: Any) -> forms.Field:
    return forms.ModelChoiceField(
        label=label, queryset=Person.objects.none(), required=False, empty_label=_("nobody yet")
    )


class OutcomeForm(SeenForm):
    """What came of the fit call."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=OUTCOMES, widget=forms.RadioSelect)
    call_note = forms.CharField(
        label=_("Note of the call"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason = forms.CharField(
        label=_("The reason, as the person was told"),
        max_length=300,
        required=False,
        help_text=_("Needed when it does not fit."),
    )
    other = LeadChoice(
        label=_("The form that goes on"),
        queryset=Lead.objects.none(),
        required=False,
        help_text=_("Needed when the same person wrote before."),
    )
    prescriber = _colleague(_("Prescriber"))
    therapist = _colleague(_("Therapist"))
    facilitator = _colleague(_("Facilitator"))

    def __init__(self, *args: Any, lead: Lead, others: Any, at: datetime, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.fields["outcome"].choice_hints = {  # type: ignore[attr-defined]
            "joined": _("They become a patient here, and the screening is sent next.")
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
            self.add_error("reason", _("Write one sentence. It is kept with your name."))
        if given.get("outcome") == "duplicate" and not given.get("other"):
            self.add_error("other", _("Choose the form that goes on."))
        return given

    @property
    def team(self) -> list[tuple[Person, str]]:
        """The colleagues chosen for the care team, each in their role."""
        return [(self.cleaned_data[name], role) for name, role in TEAM.items() if self.cleaned_data.get(name)]
