"""What may be typed in the registers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course
from mooring.academy.registers.models import PaperKind, SignOffRole, SupportKind
from mooring.work.fields import DecimalNumberField


def _text(
    label: Any, *, most: int, rows: int = 4, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class _AboutCourse(forms.Form):
    course = forms.ModelChoiceField(
        Course.objects.filter(published__gt=0).order_by("title"),
        label=_("Course"),
        required=False,
        empty_label=_("Not about one course"),
    )


class AccommodationForm(_AboutCourse):
    need = _text(
        _("What you need"),
        most=600,
        help_text=_("What helps you to take part. A diagnosis is not asked for."),
    )


class GrievanceForm(_AboutCourse):
    title = forms.CharField(label=_("What it is about"), max_length=160)
    words = _text(_("What happened"), most=3000, rows=8)


class DecideAccommodationForm(forms.Form):
    granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("It is put in place")), ("no", _("It is declined"))],
        widget=forms.RadioSelect,
    )
    from_day = forms.DateField(
        label=_("In place from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    decision = _text(_("Words that the person reads"), most=600)


class GrievanceAnswerForm(forms.Form):
    answer = _text(_("Answer that the person reads"), most=3000, rows=8)


class ActivityPaperForm(forms.Form):
    kind = forms.ChoiceField(label=_("Paper"), choices=PaperKind.choices)
    title = forms.CharField(label=_("Title"), max_length=160)
    person_name = forms.CharField(label=_("Person, for a CV"), max_length=160, required=False)
    dated_on = forms.DateField(label=_("Dated"), widget=forms.DateInput(attrs={"type": "date"}))
    words = _text(_("Text"), most=20000, rows=6, required=False)
    pdf = forms.FileField(label=_("Or a PDF"), required=False)


class CommercialSupportForm(forms.Form):
    kind = forms.ChoiceField(label=_("Support"), choices=SupportKind.choices, widget=forms.RadioSelect)
    source = forms.CharField(label=_("Company"), max_length=160, required=False)
    amount = DecimalNumberField(
        label=_("Amount"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), initial="USD")
    agreed_on = forms.DateField(label=_("Agreed on"), widget=forms.DateInput(attrs={"type": "date"}))


class ActivitySignOffForm(forms.Form):
    role = forms.ChoiceField(label=_("I sign as"), choices=SignOffRole.choices)
    password = forms.CharField(
        label=_("Your password, as your signature"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
