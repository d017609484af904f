"""What may be typed about reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.academy.reports.models import ReportKind
from mooring.content.licences import PLACES
from mooring.content.pars import JOINT_CREDITS
from mooring.work.moments import DayField


class ReportForm(forms.Form):
    kind = forms.ChoiceField(label=_("Report"), choices=ReportKind.choices)
    since = DayField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    through = DayField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    region = forms.ChoiceField(
        label=_("State, for a roster of one state"),
        choices=[("", _("None")), *PLACES.items()],
        required=False,
    )


class SubmissionForm(forms.Form):
    accepted = forms.ChoiceField(
        label=_("The body’s answer"), choices=[("yes", _("Accepted")), ("no", _("Refused"))]
    )
    answer = forms.CharField(label=_("Receipt, or why it was refused"), max_length=300)


class NumbersForm(forms.Form):
    accme_provider = forms.RegexField(
        r"^\d{7}$", label=_("ACCME provider number"), required=False, help_text=_("Seven digits.")
    )
    accme_activity = forms.RegexField(
        r"^\d{9}$", label=_("ACCME activity number"), required=False, help_text=_("Nine digits, from PARS.")
    )
    ce_broker_provider = forms.RegexField(
        r"^\d{1,9}$", label=_("CE Broker provider number"), required=False, help_text=_("Without 50-.")
    )
    ce_broker_course = forms.RegexField(
        r"^\d{1,12}$", label=_("CE Broker course number"), required=False, help_text=_("Without 20-.")
    )
    joint_credit = forms.ChoiceField(
        label=_("Credit under Joint Accreditation"),
        choices=[("", _("None")), *((each, each) for each in JOINT_CREDITS)],
        required=False,
        help_text=_("As JA-PARS names it."),
    )
    uan = forms.CharField(label=_("ACPE activity number (UAN)"), max_length=30, required=False)
