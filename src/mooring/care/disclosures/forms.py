"""What is typed for a consent to disclose, and for a disclosure."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.disclosures.actions import ToSign
from mooring.care.disclosures.actions.copies import Ask
from mooring.care.disclosures.actions.external import Outside
from mooring.care.disclosures.models import (
    BasisChoice,
    DisclosureChannel,
    DisclosureConsent,
    RecipientsChoice,
    SubjectChoice,
)
from mooring.care.disclosures.queries import ToDisclose, kinds_of_record
from mooring.care.patients.models import ExternalKind, Patient
from mooring.identity.models import Person
from mooring.identity.queries import holders
from mooring.identity.roles import Role
from mooring.work.moments import DayField, end_of
from mooring.work.pages import KeyedForm


class KindsField(forms.MultipleChoiceField):
    """Kinds of record, one for each room of care."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **named: Any) -> None:
        super().__init__(choices=kinds_of_record, **named)


class DisclosureConsentForm(KeyedForm):
    """The elements of a written consent to disclose; the patient signs with their name, the colleague by password."""

    subject = forms.ChoiceField(
        label=gettext_lazy("About"), choices=SubjectChoice.choices, widget=forms.RadioSelect
    )
    kinds = KindsField(
        label=gettext_lazy("Kinds of record"),
        required=False,
        help_text=gettext_lazy("None chosen: all records."),
    )
    records = forms.CharField(
        label=gettext_lazy("Which records, specifically"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    recipients = forms.ChoiceField(
        label=gettext_lazy("To whom"), choices=RecipientsChoice.choices, widget=forms.RadioSelect
    )
    recipient = forms.CharField(
        label=gettext_lazy("Name of the recipient"),
        max_length=300,
        help_text=gettext_lazy("For everyone who treats: “my treating providers, health plans and payers”."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("“At the patient's request” is enough."),
    )
    all_future = forms.BooleanField(
        label=gettext_lazy("For all future treatment, payment and health care operations"), required=False
    )
    expires_on = DayField(
        label=gettext_lazy("Ends on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    signed_name = forms.CharField(
        label=gettext_lazy("Patient: type your full name to sign"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    signed_for = forms.CharField(
        label=gettext_lazy("If someone else signs: on whose authority"), max_length=160, required=False
    )
    password = forms.CharField(
        label=gettext_lazy("Your password, as the colleague taking this consent"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def given(self) -> ToSign:
        typed = {
            name: self.cleaned_data[name] for name in self.cleaned_data if name not in ("password", "kinds")
        }
        return ToSign(kinds=tuple(self.cleaned_data["kinds"]), **typed)


def offer_consents(form: forms.Form, consents: list[DisclosureConsent]) -> None:
    """Let the form choose among the consents that stand."""
    valid = [consent.pk for consent in consents if consent.revoked_at is None]
    form.fields["consent"].queryset = DisclosureConsent.objects.filter(pk__in=valid)  # type: ignore[attr-defined]


class HandedOutForm(KeyedForm):
    """What every form of something that leaves asks: as what it is allowed, for whom, and under which consent."""

    basis = forms.ChoiceField(label=gettext_lazy("Allowed as"), choices=BasisChoice.choices)
    recipient = forms.CharField(label=gettext_lazy("Recipient"), max_length=200)
    recipient_address = forms.CharField(
        label=gettext_lazy("Address of the recipient, if known"), max_length=300, required=False
    )
    kinds = KindsField(label=gettext_lazy("Kinds of record"))
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=300)
    channel = forms.ChoiceField(label=gettext_lazy("How it leaves"), choices=DisclosureChannel.choices)
    consent = forms.ModelChoiceField(
        label=gettext_lazy("Under which consent"),
        queryset=DisclosureConsent.objects.none(),
        required=False,
        empty_label=gettext_lazy("none needed"),
    )

    def __init__(self, *args: Any, consents: list[DisclosureConsent], **named: Any) -> None:
        super().__init__(*args, **named)
        offer_consents(self, consents)

    def typed(self) -> dict[str, Any]:
        """What the act takes, but for the consent, which it is given apart."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "consent"}
        return {**typed, "kinds": tuple(typed["kinds"])}


class RecordDisclosureForm(HandedOutForm):
    """What leaves now, to whom, why, and under which consent."""

    what = forms.CharField(
        label=gettext_lazy("What was disclosed"), max_length=600, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = (
        "basis",
        "recipient",
        "recipient_address",
        "kinds",
        "what",
        "purpose",
        "channel",
        "consent",
    )

    def clean_kinds(self) -> list[str]:
        kinds: list[str] = self.cleaned_data["kinds"]
        if not kinds:
            raise forms.ValidationError(_("Choose what left."))
        return kinds

    def leaving(self) -> ToDisclose:
        return ToDisclose(**self.typed())


class CopyForm(HandedOutForm):
    """A copy of the record: for whom, of what, why."""

    basis = forms.ChoiceField(label=gettext_lazy("For"), choices=BasisChoice.choices, initial="patient")
    kinds = KindsField(
        label=gettext_lazy("Kinds of record"),
        required=False,
        help_text=gettext_lazy("None chosen: all. The patient's own copy always holds all."),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it leaves"), choices=DisclosureChannel.choices, initial="file"
    )

    def ask(self) -> Ask:
        return Ask(**self.typed())


class ExternalForm(KeyedForm):
    """A professional from outside: who, as what, why, until when."""

    legal_name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    kind = forms.ChoiceField(label=gettext_lazy("As"), choices=ExternalKind.choices, widget=forms.RadioSelect)
    works_at = forms.CharField(label=gettext_lazy("Works at"), max_length=160)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=300)
    until = DayField(
        label=gettext_lazy("Until the end of"),
        help_text=gettext_lazy("At most 90 days."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    consent = forms.ModelChoiceField(
        label=gettext_lazy("Under which consent"),
        queryset=DisclosureConsent.objects.none(),
        required=False,
        empty_label=gettext_lazy("none needed: shared treatment"),
    )

    def __init__(self, *args: Any, consents: list[DisclosureConsent], **named: Any) -> None:
        super().__init__(*args, **named)
        offer_consents(self, consents)

    def outside(self, patient: Patient) -> Outside:
        typed = {name: value for name, value in self.cleaned_data.items() if name not in ("consent", "until")}
        return Outside(until=end_of(self.cleaned_data["until"], patient.site.zone), **typed)


class EraseForm(KeyedForm):
    """Erasing cannot be undone: it takes the password, or a passkey."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class EraseClinicalForm(EraseForm):
    """What cannot be undone: the record number typed again, and two people's signatures."""

    number = forms.CharField(
        label=gettext_lazy("Record number, typed again"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    second = forms.ModelChoiceField(
        label=gettext_lazy("The medical director signs second"), queryset=Person.objects.none()
    )
    second_password = forms.CharField(
        label=gettext_lazy("Their password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("number", "password", "second", "second_password")

    def __init__(self, *args: Any, patient: Patient, by: Person, at: datetime, **named: Any) -> None:
        super().__init__(*args, **named)
        self.patient = patient
        directors = {each.pk for each in holders(patient.site, Role.MEDICAL_DIRECTOR, at)} - {by.pk}
        second: Any = self.fields["second"]
        second.queryset = Person.objects.filter(pk__in=directors).order_by("legal_name")

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        if number != self.patient.record_number:
            raise forms.ValidationError(_("This is not the number of this record."))
        return number
