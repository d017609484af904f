"""What may be typed in the registers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course
from mooring.academy.registers.models import PaperKind, SignOffRole, SupportKind
from mooring.work.fields import DecimalNumberField, long_text
from mooring.work.moments import DayField


class _AboutCourse(forms.Form):
    course = forms.ModelChoiceField(
        Course.objects.filter(published__gt=0).order_by("title"),
        label=_("Course"),
        required=False,
        empty_label=_("Not about one course"),
    )


class AccommodationForm(_AboutCourse):
    need = long_text(
        _("What you need"),
        most=600,
        help_text=_("What helps you to take part. A diagnosis is not asked for."),
    )


class GrievanceForm(_AboutCourse):
    title = forms.CharField(label=_("What it is about"), max_length=160)
    words = long_text(_("What happened"), most=3000, rows=8)


class DecideAccommodationForm(forms.Form):
    granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("It is put in place")), ("no", _("It is declined"))],
        widget=forms.RadioSelect,
    )
    from_day = DayField(
        label=_("In place from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    decision = long_text(_("Words that the person reads"), most=600)


class GrievanceAnswerForm(forms.Form):
    answer = long_text(_("Answer that the person reads"), most=3000, rows=8)


class ActivityPaperForm(forms.Form):
    kind = forms.ChoiceField(label=_("Paper"), choices=PaperKind.choices)
    title = forms.CharField(label=_("Title"), max_length=160)
    person_name = forms.CharField(label=_("Person, for a CV"), max_length=160, required=False)
    dated_on = DayField(label=_("Dated"), widget=forms.DateInput(attrs={"type": "date"}))
    words = long_text(_("Text"), most=20000, rows=6, required=False)
    pdf = forms.FileField(label=_("Or a PDF"), required=False)


class CommercialSupportForm(forms.Form):
    kind = forms.ChoiceField(label=_("Support"), choices=SupportKind.choices, widget=forms.RadioSelect)
    source = forms.CharField(label=_("Company"), max_length=160, required=False)
    amount = DecimalNumberField(
        label=_("Amount"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), initial="USD")
    agreed_on = DayField(label=_("Agreed on"), widget=forms.DateInput(attrs={"type": "date"}))


class ActivitySignOffForm(forms.Form):
    role = forms.ChoiceField(label=_("I sign as"), choices=SignOffRole.choices)
    password = forms.CharField(
        label=_("Your password, as your signature"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
