"""What may be typed about events. Times are those of the site where the event is planned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.work.fields import WholeNumberField


class LocalTime(forms.DateTimeInput):
    """A moment in the form that the browser's own control takes."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> Any:
        return (
            value.replace(tzinfo=None).isoformat(timespec="minutes") if hasattr(value, "isoformat") else value
        )


class TimesForm(forms.Form):
    starts_at = forms.DateTimeField(label=_("Starts"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=_("Ends"), widget=LocalTime())


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


class RecordingForm(forms.Form):
    recording = forms.URLField(label=_("Link of the recording"), max_length=300, assume_scheme="https")
