"""What a person types about papers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mooring.care.disclosures.models import BasisChoice, DisclosureChannel, DisclosureConsent
from mooring.care.papers.kinds import KindOfPaper
from mooring.care.papers.models import EarlierTreatment, PracticeDetails, UploadKind
from mooring.care.patients.models import Patient
from mooring.work.documents.incoming import LARGEST_BYTES
from mooring.work.moments import DayField
from mooring.work.pages import KeyedForm

DAY = {"type": "date"}


class PracticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The letterhead of a site, and the numbers that its bills bear."""

    class Meta:
        model = PracticeDetails
        fields = (
            "legal_name",
            "address_1",
            "address_2",
            "city",
            "region",
            "postcode",
            "fax",
            "tax_number",
            "group_number",
        )


class AskedForm(forms.Form):
    """What a kind of paper asks of who makes it."""

    def __init__(self, *args: Any, kind: KindOfPaper, **named: Any) -> None:
        super().__init__(*args, **named)
        for asked in kind.asks:
            common: dict[str, Any] = {"label": asked.label, "required": asked.required}
            if asked.choices:
                self.fields[asked.code] = forms.ChoiceField(
                    choices=[("", _("Choose")), *asked.choices], **common
                )
                continue
            widget = forms.Textarea(attrs={"rows": asked.rows}) if asked.rows > 1 else forms.TextInput()
            self.fields[asked.code] = forms.CharField(max_length=2000, widget=widget, **common)


class SignPaperForm(AskedForm):
    """The same answers once more, what was read (its digest), and the signer's password."""

    seen = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Your password, as your signature"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, kind: KindOfPaper, **named: Any) -> None:
        super().__init__(*args, kind=kind, **named)
        for asked in kind.asks:
            self.fields[asked.code].widget = forms.HiddenInput()


class SendPaperForm(KeyedForm):
    """To whom a paper is sent, why, on which basis, how."""

    recipient = forms.CharField(label=_("To whom"), max_length=200)
    recipient_address = forms.CharField(label=_("Their address"), max_length=300, required=False)
    purpose = forms.CharField(label=_("For what purpose"), max_length=300)
    basis = forms.ChoiceField(label=_("Allowed as"), choices=BasisChoice.choices)
    channel = forms.ChoiceField(label=_("How it leaves"), choices=DisclosureChannel.choices)
    consent = forms.ModelChoiceField(
        label=_("Under which consent"), queryset=DisclosureConsent.objects.none(), required=False
    )

    def __init__(self, *args: Any, patient: Patient, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["consent"].queryset = DisclosureConsent.objects.filter(  # type: ignore[attr-defined]
            patient__in=patient.records, revoked_at__isnull=True
        ).order_by("-signed_at")


class TrialForm(forms.ModelForm):  # type: ignore[type-arg]
    """A treatment that was tried before; what is not known stays open and is named as missing in the packet."""

    this_episode = forms.TypedChoiceField(
        label=_("In the current episode"),
        choices=[("", _("not known")), ("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )

    class Meta:
        model = EarlierTreatment
        fields = ("name", "dose", "started_on", "ended_on", "response", "stopped_because", "this_episode")
        field_classes = {"started_on": DayField, "ended_on": DayField}
        widgets = {"started_on": forms.DateInput(attrs=DAY), "ended_on": forms.DateInput(attrs=DAY)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        started, ended = cleaned.get("started_on"), cleaned.get("ended_on")
        if started and ended and ended < started:
            self.add_error("ended_on", _("The end is before the start. Check both."))
        return cleaned


class UploadForm(KeyedForm):
    """A file with what it is and the day that stands on it; the file's own name is not kept."""

    kind = forms.ChoiceField(label=_("What it is"), choices=UploadKind.choices)
    title = forms.CharField(label=_("In a few words"), max_length=120)
    dated_on = DayField(label=_("Date on the document"), widget=forms.DateInput(attrs=DAY))
    file = forms.FileField(
        label=_("File: PDF, PNG or JPEG, up to 10 MB"),
        max_length=1000,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def clean_file(self) -> bytes:
        """Its bytes; one that is too large is refused before it is read."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST_BYTES:
            raise ValidationError(_("The file is larger than 10 MB."), code="size")
        data: bytes = sent.read()
        return data


class FileForm(KeyedForm):
    """Which value was recorded from it."""

    fact = forms.ChoiceField(label=_("Recorded from it"))

    def __init__(self, *args: Any, facts: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [*facts, ("read", _("read; it holds no value that is recorded"))]
        self.fields["fact"].choices = choices  # type: ignore[attr-defined]


class MonthForm(forms.Form):
    month = DayField(label=_("Any day of the month"), widget=forms.DateInput(attrs=DAY))
