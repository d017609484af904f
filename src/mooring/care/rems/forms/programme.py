"""What is typed for esketamine's safety programme (REMS)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.care.papers.queries import practice_of
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import address_of
from mooring.care.safety.actions.rems import AFTER
from mooring.care.safety.models import EnrolmentState, SettingKind, Supply
from mooring.care.stock.models import DrugRegistration
from mooring.identity.models import Person, Site
from mooring.identity.queries import number_of
from mooring.sentences.rems import ACKNOWLEDGMENTS, ATTESTATIONS
from mooring.work.moments import DayField


class SignatureField(forms.CharField):
    """One's own password, typed again."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Your password, as your signature"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )


class CertifiedSettingForm(forms.Form):
    """The setting's enrolment form."""

    kind = forms.ChoiceField(label=_("Setting"), choices=SettingKind.choices)
    setting_name = forms.CharField(label=_("Name of the setting"), max_length=160)
    address = forms.CharField(label=_("Address"), max_length=300)
    phone = forms.CharField(label=_("Phone"), max_length=40)
    fax = forms.CharField(label=_("Fax"), max_length=40, required=False)
    dea_number = forms.CharField(
        label=_("DEA number"),
        max_length=20,
        required=False,
        help_text=_("Needed for bulk supply from a distributor."),
    )
    supply = forms.MultipleChoiceField(
        label=_("How the product is got"), choices=Supply.choices, widget=forms.CheckboxSelectMultiple
    )
    representative_credential = forms.CharField(label=_("Your credential"), max_length=60)
    representative_contact = forms.CharField(label=_("Your phone and e-mail"), max_length=160)
    alternate_name = forms.CharField(label=_("Alternate contact"), max_length=160, required=False)
    alternate_contact = forms.CharField(
        label=_("Phone and e-mail of the alternate"), max_length=160, required=False
    )
    attested = forms.MultipleChoiceField(
        label=_("I attest for this setting"),
        choices=[(code.value, words) for code, words in ATTESTATIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    password = SignatureField()

    @staticmethod
    def filled_from(site: Site, person: Person) -> dict[str, Any]:
        """What the letterhead, the site's registration and its representative answer already."""
        practice = practice_of(site)
        registration = DrugRegistration.objects.filter(site=site).order_by("-expires_on").first()
        return {
            "kind": SettingKind.OUTPATIENT,
            "setting_name": practice.legal_name if practice else site.name,
            "address": ", ".join(practice.address_lines) if practice else "",
            "phone": site.phone,
            "fax": practice.fax if practice else "",
            "dea_number": registration.number if registration else "",
            "representative_contact": ", ".join(part for part in (person.phone, person.email) if part),
        }

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if Supply.DISTRIBUTOR in typed.get("supply", []) and not typed.get("dea_number"):
            self.add_error("dea_number", _("Bulk supply needs the setting’s DEA number."))
        return typed


class ConfirmCertificationForm(forms.Form):
    certified_on = DayField(
        label=_("Certified on"), widget=forms.DateInput(attrs={"type": "date"}), initial=date.today
    )
    confirmation = forms.CharField(label=_("Reference of the confirmation"), max_length=80)


class EndCertificationForm(forms.Form):
    reason = forms.CharField(label=_("Why it ends"), max_length=300)


class EnrolForm(forms.Form):
    """The patient's enrolment form; the patient types their name in the room, the prescriber signs by password."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    middle_name = forms.CharField(label=_("Middle name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    address = forms.CharField(label=_("Address of the patient"), max_length=300)
    phone = forms.CharField(label=_("Phone of the patient"), max_length=40)
    prescriber_phone = forms.CharField(label=_("Your phone"), max_length=40)
    prescriber_npi = forms.CharField(label=_("Your NPI"), max_length=20, required=False)
    prescriber_dea = forms.CharField(label=_("Your DEA number"), max_length=20, required=False)
    acknowledged = forms.MultipleChoiceField(
        label=_("The patient acknowledges"),
        choices=[(code.value, words) for code, words in ACKNOWLEDGMENTS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    patient_signed_name = forms.CharField(
        label=_("The patient signs with their full name"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = SignatureField()

    @staticmethod
    def filled_from(patient: Patient, prescriber: Person) -> dict[str, Any]:
        """What the patient's record and the prescriber's credentials answer already."""
        first, *rest = patient.person.legal_name.split()
        return {
            "first_name": first,
            "middle_name": " ".join(rest[:-1]),
            "last_name": rest[-1] if rest else "",
            "address": address_of(patient),
            "phone": patient.person.phone,
            "prescriber_phone": prescriber.phone or patient.site.phone,
            "prescriber_npi": number_of(prescriber, "npi"),
            "prescriber_dea": number_of(prescriber, "controlled-drug-registration"),
        }


class EnrolmentStepForm(forms.Form):
    """What became of an enrolment."""

    to = forms.ChoiceField(label=_("What happened"))
    on = DayField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(label=_("Reference"), max_length=80, required=False)
    words = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, state: str, **named: Any) -> None:
        super().__init__(*args, **named)
        following = AFTER.get(EnrolmentState(state), ())
        self.fields["to"].choices = [(each.value, each.label) for each in following]  # type: ignore[attr-defined]


class RemsVerifyForm(forms.Form):
    enrolled = forms.ChoiceField(
        label=_("The programme answers"),
        choices=[("yes", _("enrolled")), ("no", _("not enrolled"))],
        widget=forms.RadioSelect,
    )
    how = forms.ChoiceField(
        label=_("Asked"), choices=[("online", _("on the programme's site")), ("phone", _("by phone"))]
    )
    reference = forms.CharField(label=_("Reference"), max_length=80, required=False)
