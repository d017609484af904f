"""What may be typed about a patient."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mooring.care.patients.actions import PERSON_FIELDS
from mooring.care.patients.models import EmergencyReason, Patient, Sex, SupportPerson
from mooring.identity.models import CareTeamMember, Person, RoleAssignment
from mooring.identity.roles import Role
from mooring.words.names import has_letters
from mooring.work.moments import DayField

WAS_SALT = "care.patients.was"
ON_A_TEAM = (Role.COORDINATOR, Role.PRESCRIBER, Role.MONITOR, Role.THERAPIST, Role.FACILITATOR)


class FindPatientForm(forms.Form):
    q = forms.CharField(
        label=_("Name, date of birth, phone or record number"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.fields["q"].optional_words = ""  # type: ignore[attr-defined]  # nothing typed shows everybody


def as_it_was(patient: Patient) -> str:
    """What a page of details shows, to be compared when it comes back."""
    person = patient.person
    values = [getattr(person, name) or "" for name in PERSON_FIELDS]
    return signing.dumps([*values, patient.sex_at_birth], salt=WAS_SALT)


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Names, pronouns and contact, with the values that the page showed."""

    sex_at_birth = forms.ChoiceField(
        label=_("Sex at birth"),
        choices=Sex.choices,
        widget=forms.RadioSelect,
        help_text=_("Used for dose and laboratory limits. Name and pronouns are above."),
    )
    was = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Person
        fields = list(PERSON_FIELDS)
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}

    def clean_legal_name(self) -> str:
        name = str(self.cleaned_data["legal_name"])
        if not has_letters(name):
            raise ValidationError(_("This name cannot be read: it has no letters. Enter it again."))
        return name

    def clean_email(self) -> str | None:
        return str(self.cleaned_data["email"] or "").lower() or None

    def clean_was(self) -> list[str]:
        try:
            return [str(each) for each in signing.loads(self.cleaned_data["was"], salt=WAS_SALT)]
        except signing.BadSignature as error:
            raise ValidationError(_("This page is incomplete. Reload it and try again.")) from error

    def validate_unique(self) -> None:
        """An address that is taken is refused by the act, with the next step."""


class SupportForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SupportPerson
        fields = ["name", "relation", "phone", "may_be_called", "escorts"]
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}


class JoinTeamForm(forms.Form):
    """A colleague in one of the roles that they hold at the patient's site."""

    colleague = forms.ChoiceField(label=_("Colleague and role"))

    def __init__(self, *args: Any, patient: Patient, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        there = {
            (each.person_id, each.role)
            for each in CareTeamMember.objects.filter(team=patient.care_team_id, until__isnull=True)
        }
        self.held = {
            f"{each.person_id}:{each.role}": each
            for each in RoleAssignment.objects.filter(
                site=patient.site_id, role__in=ON_A_TEAM, held_until__isnull=True, person__is_active=True
            )
            .select_related("person")
            .order_by("person__legal_name", "role")
            if (each.person_id, each.role) not in there
        }
        self.fields["colleague"].choices = [  # type: ignore[attr-defined]
            (key, f"{each.person}, {each.get_role_display()}") for key, each in self.held.items()
        ]

    @property
    def chosen(self) -> RoleAssignment:
        """The role assignment that was chosen."""
        return self.held[self.cleaned_data["colleague"]]


class EmergencyForm(forms.Form):
    """Whose record, by two identifiers, and why: nobody browses a list for this."""

    who = forms.CharField(label=_("Record number, or full legal name"), max_length=160)
    birth_date = DayField(
        label=_("Date of birth"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=EmergencyReason.choices, widget=forms.RadioSelect)
    explanation = forms.CharField(
        label=_("What happened?"),
        help_text=_("The privacy officer reads this at once. The patient sees the reason above."),
        min_length=10,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EmergencyReviewForm(forms.Form):
    """Whether the emergency access was justified, and what follows."""

    justified = forms.ChoiceField(
        label=_("Was this access justified?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    review = forms.CharField(
        label=_("What did you check, and what follows?"),
        min_length=10,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BirthDateForm(forms.Form):
    """The correct date of birth, and how it was checked."""

    birth_date = DayField(
        label=_("Correct date of birth"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label=_("How was it checked?"),
        help_text=_("For example: passport seen today."),
        max_length=300,
    )


class OtherRecordForm(forms.Form):
    """Which record to compare with, by its number: names alone tell no two people apart."""

    other = forms.CharField(
        label=_("Record number of the other record"), help_text=_("For example R-1042."), max_length=20
    )


class MergeForm(forms.Form):
    """Which of two records is kept, and how it was checked that they are of one person."""

    keep = forms.TypedChoiceField(label=_("Which record is kept?"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("How was it checked that this is one person?"),
        help_text=_("For example: identity card seen, both addresses confirmed by phone."),
        max_length=300,
    )

    def __init__(self, *args: Any, records: tuple[Patient, Patient], **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.records = records
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (record.pk, f"{record.record_number}, {record.person.legal_name}") for record in records
        ]

    @property
    def kept(self) -> Patient:
        return next(record for record in self.records if record.pk == self.cleaned_data["keep"])

    @property
    def merged(self) -> Patient:
        return next(record for record in self.records if record.pk != self.cleaned_data["keep"])


class SeparateForm(forms.Form):
    reason = forms.CharField(
        label=_("Why are they two people?"),
        help_text=_("For example: the identity cards show two people of one name."),
        max_length=300,
    )


class AddressForm(forms.Form):
    lines = forms.CharField(
        label=_("Street, city, state, postcode"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
