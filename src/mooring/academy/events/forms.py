"""What may be typed about events. Times are those of the site where the event is planned."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course
from mooring.work.fields import WholeNumberField
from mooring.work.moments import MomentField


class TimesForm(forms.Form):
    starts_at = MomentField(label=_("Starts"))
    ends_at = MomentField(label=_("Ends"))


class PlanEventForm(TimesForm):
    title = forms.CharField(label=_("Title"), max_length=160)
    topic = forms.CharField(label=_("Topic"), max_length=80)
    summary = forms.CharField(
        label=_("What it is about"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    speaker = forms.CharField(label=_("Speaker, with credentials"), max_length=160)
    disclosure = forms.CharField(
        label=_("What the speaker disclosed"),
        max_length=400,
        help_text=_(
            "Relationships with ineligible companies in the last 24 months, or that there were none."
        ),
    )
    live_link = forms.URLField(label=_("Live link"), required=False, max_length=300, assume_scheme="https")
    seats = WholeNumberField(label=_("Seats"), min_value=1, max_value=100000, required=False)


class CancelEventForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class AttendForm(forms.Form):
    code = forms.CharField(label=_("Code shown in the room"), max_length=6)


class EventCreditForm(forms.Form):
    """Which activity gives the credit of the live event."""

    course = forms.ModelChoiceField(
        Course.objects.filter(published__gt=0).order_by("title"),
        label=_("Activity that gives the credit"),
        required=False,
        empty_label=_("This event gives no credit"),
        help_text=_(
            "A course of its own, with its offerings and statements. Its credit asks for the attendance."
        ),
    )


class RecordingForm(forms.Form):
    course = forms.ModelChoiceField(
        Course.objects.filter(published__gt=0).order_by("title"),
        label=_("Activity of the recording"),
        required=False,
        empty_label=_("The recording gives no credit"),
    )
    recording = forms.URLField(label=_("Link of the recording"), max_length=300, assume_scheme="https")
