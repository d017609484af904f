"""What may be typed about credit: a claim, a reason, a disclosure, a badge, a code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.content.course.schema import Offering
from mooring.content.licences import PLACES, PROFESSIONS
from mooring.work.fields import DecimalNumberField, WholeNumberField
from mooring.work.moments import DayField

RELATIONSHIPS = 4


class AcknowledgeForm(forms.Form):
    """Nothing is typed: the learner read the page."""


class ProfileForm(forms.Form):
    """In which profession one claims credit. What it may be is decided by the act."""

    profession = forms.ChoiceField(
        label=_("Your profession"),
        choices=[("", _("Choose your profession")), *((each, each.capitalize()) for each in PROFESSIONS)],
    )
    jurisdiction = forms.ChoiceField(
        label=_("Where you are licensed"),
        choices=[("", _("Not licensed")), *sorted(PLACES.items(), key=lambda each: each[1])],
        required=False,
    )
    licence_number = forms.CharField(
        label=_("Licence number"),
        max_length=20,
        required=False,
        help_text=_("As on your licence. It is saved encrypted and printed on certificates that need it."),
    )
    npi = forms.CharField(
        label=_("NPI"), max_length=10, required=False, help_text=_("Ten digits, if you have one.")
    )
    birthday = forms.CharField(
        label=_("Month and day of birth"),
        max_length=5,
        required=False,
        help_text=_(
            "MM-DD, without the year. Some boards match records by it; it is deleted after the report."
        ),
    )


class ClaimForm(forms.Form):
    """What an offering asks of its learner: only the fields that it needs."""

    def __init__(self, *args: Any, offering: Offering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offering = offering
        if offering.partial_allowed:
            self.fields["amount"] = DecimalNumberField(
                label=_("How much you claim"),
                max_digits=5,
                decimal_places=2,
                initial=offering.max_amount,
                help_text=_("At most {most}, in steps of {step}.").format(
                    most=offering.max_amount, step=offering.step
                ),
            )
        if offering.attestation:
            self.fields["attested"] = forms.BooleanField(label=offering.attestation)

    def claim(self) -> dict[str, Any]:
        """The arguments of the act, whatever the offering asks for."""
        said = self.cleaned_data
        return {
            "amount": said.get("amount", self.offering.max_amount),
            "attested": said.get("attested", False),
        }


class CertificateReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Others read it."))


class ReissueForm(CertificateReasonForm):
    """Why a certificate is issued anew, and whether in the person's name of today."""

    new_name = forms.ChoiceField(
        label=_("What changes"),
        choices=[
            ("no", _("Nothing: same text, new number")),
            ("yes", _("The name: today’s legal name")),
        ],
        initial="no",
        widget=forms.RadioSelect,
    )
    field_order = ("new_name", "reason")


class DisclosureForm(forms.Form):
    """What somebody signed about the last 24 months: up to four relationships, or none."""

    signed_on = DayField(
        label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, RELATIONSHIPS + 1):
            self.fields[f"company_{n}"] = forms.CharField(
                label=_("Company {n}").format(n=n), max_length=120, required=False
            )
            self.fields[f"nature_{n}"] = forms.CharField(
                label=_("Nature of the relationship {n}").format(n=n), max_length=120, required=False
            )

    def relationships(self) -> list[tuple[str, str]]:
        """Pairs of company and nature, without the empty ones."""
        said = self.cleaned_data
        pairs = [(said[f"company_{n}"], said[f"nature_{n}"]) for n in range(1, RELATIONSHIPS + 1)]
        return [pair for pair in pairs if any(pair)]


class MitigationForm(forms.Form):
    steps = forms.CharField(
        label=_("What was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: another person without the relationship checked every statement."),
    )
    done_on = DayField(label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ContributorRoleForm(forms.Form):
    since = DayField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class BadgeForm(forms.Form):
    badge = forms.FileField(
        label=_("File of the badge"), help_text=_("An Open Badge 3.0 as a file that ends in .json.")
    )


class FindCertificateForm(forms.Form):
    """Search of certificates; empty shows all."""

    find = forms.CharField(label=_("Name or code"), max_length=120, required=False)


class VerifyForm(forms.Form):
    """What a stranger holds in hand: the code on the paper, or the file itself."""

    code = forms.CharField(label=_("Code on the certificate"), max_length=40, required=False)
    file = forms.FileField(
        label=_("Or the file"), required=False, help_text=_("The PDF or the badge (.json), unchanged.")
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("code") and not said.get("file") and not self.errors:
            raise forms.ValidationError(_("Type the code, or choose the file."))
        return said


class SecondCodeForm(forms.Form):
    second_code = forms.CharField(label=_("Second code from the holder"), max_length=20)


class RecognitionForm(forms.Form):
    """Which achievement of which issuer counts as which credential."""

    issuer = forms.CharField(
        label=_("Issuer's key"),
        max_length=120,
        required=False,
        help_text=_("Starts with did:key:. Leave it empty for a certificate of this academy."),
    )
    issuer_name = forms.CharField(label=_("Issuer's name"), max_length=160)
    achievement = forms.CharField(
        label=_("Achievement"),
        max_length=300,
        help_text=_("Its id in the badge; for this academy the course and the offering: course/offering."),
    )
    credential = forms.ChoiceField(label=_("Counts as"))
    months = WholeNumberField(
        label=_("For how many months"),
        min_value=1,
        max_value=120,
        required=False,
        help_text=_("Empty: until the day that the badge names."),
    )

    def __init__(self, *args: Any, kinds: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].choices = list(kinds.items())  # type: ignore[attr-defined]
