"""What may be typed about cohorts."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.academy.cohorts.models import LiveSlot, PreWorkKind
from mooring.academy.cohorts.queries.rubric import ITEMS, MARK_WORDS
from mooring.content.course.loader import CourseContent
from mooring.identity.models import known_time_zone
from mooring.work.fields import DecimalNumberField, WholeNumberField, long_text
from mooring.work.moments import DayField, MomentField

MOST_LIST_BYTES = 500_000


class PlanCohortForm(forms.Form):
    """A cohort with its weekly live slots; the times are those on the wall of the time zone named here."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    summary = long_text(gettext_lazy("What it is, for whom"), most=600, rows=3)
    seats = WholeNumberField(label=gettext_lazy("Seats"), min_value=2, max_value=500)
    apply_until = MomentField(label=gettext_lazy("Applications until"))
    titles = long_text(
        gettext_lazy("Live meetings"),
        most=4000,
        rows=7,
        help_text=gettext_lazy("One title a line, one a week."),
    )
    first_day = DayField(
        label=gettext_lazy("First live meeting"), widget=forms.DateInput(attrs={"type": "date"})
    )
    starts = forms.TimeField(label=gettext_lazy("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = WholeNumberField(label=gettext_lazy("Minutes"), min_value=15, max_value=600)
    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        validators=[known_time_zone],
        help_text=gettext_lazy("Such as Europe/London. The time on the wall there stays the same all weeks."),
    )
    live_link = forms.URLField(
        label=gettext_lazy("Live link"), required=False, max_length=300, assume_scheme="https"
    )
    second_link = forms.URLField(
        label=gettext_lazy("Second link, if the call breaks"),
        required=False,
        max_length=300,
        assume_scheme="https",
    )
    price = DecimalNumberField(
        label=gettext_lazy("Price"), min_value=0, max_digits=9, decimal_places=2, required=False
    )
    currency = forms.RegexField(r"^[A-Z]{3}$", label=gettext_lazy("Currency"), initial="USD")
    needed = WholeNumberField(
        label=gettext_lazy("Live meetings that the certificate asks for"), min_value=0, max_value=52
    )
    most_made_up = WholeNumberField(
        label=gettext_lazy("Of these, how many may be made up"), min_value=0, max_value=52, initial=0
    )
    sheets_needed = WholeNumberField(
        label=gettext_lazy("Practices signed off by two raters"), min_value=0, max_value=52, initial=0
    )
    pre_work_required = forms.BooleanField(
        label=gettext_lazy("The certificate asks for all pre-work"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if {"needed", "most_made_up"} <= set(found) and found["most_made_up"] > found["needed"]:
            self.add_error("most_made_up", _("Not more than the certificate asks for."))
        found["title_lines"] = [
            line.strip()[:160] for line in found.get("titles", "").splitlines() if line.strip()
        ]
        if {"first_day", "starts"} <= set(found):
            found["first"] = datetime.combine(found["first_day"], found["starts"])
        return found


class CohortApplicationForm(forms.Form):
    profession = forms.CharField(label=gettext_lazy("Profession and licence"), max_length=120)
    motivation = long_text(
        gettext_lazy("Why this course, and what you want to be able to do afterwards"), most=1500, rows=6
    )
    scholarship_asked = forms.BooleanField(label=gettext_lazy("I ask for a scholarship"), required=False)
    scholarship_words = long_text(
        gettext_lazy("What would make it possible for you"),
        most=600,
        rows=3,
        required=False,
        help_text=gettext_lazy("Only if you ask for a scholarship. No papers are needed."),
    )


class ApplicationDecisionForm(forms.Form):
    accepted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Accept")), ("no", gettext_lazy("Decline"))],
        widget=forms.RadioSelect,
    )
    answer = long_text(gettext_lazy("Words that the applicant reads"), most=600, required=False)
    scholarship_percent = WholeNumberField(
        label=gettext_lazy("Scholarship, per cent"), min_value=0, max_value=100, required=False, initial=0
    )
    scholarship_reason = forms.CharField(
        label=gettext_lazy("Why the scholarship is granted"), max_length=300, required=False
    )


class OwnWordsForm(forms.Form):
    words = long_text(
        gettext_lazy("Your text"),
        most=4000,
        rows=10,
        help_text=gettext_lazy("About a made-up person. Never about a patient or yourself as one."),
    )


class AttendanceCodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code from the meeting"),
        max_length=6,
        help_text=gettext_lazy("Shown in the live meeting. It counts for this one only."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-code"}),
    )


class MakeUpDecisionForm(forms.Form):
    accepted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Accept as made up")), ("no", gettext_lazy("Send back"))],
        widget=forms.RadioSelect,
    )
    answer = long_text(gettext_lazy("Words that the participant reads"), most=600, required=False)


class PracticeSheetForm(forms.Form):
    """A mark for every item of the rubric."""

    words = long_text(gettext_lazy("What you saw and heard"), most=1500, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        marks = {
            item: forms.TypedChoiceField(
                label=str(says),
                choices=[(str(mark), word) for mark, word in MARK_WORDS.items()],
                coerce=int,
                widget=forms.RadioSelect,
            )
            for item, says in ITEMS.items()
        }
        self.fields = {**marks, **self.fields}

    @property
    def marks(self) -> dict[str, int]:
        return {item: self.cleaned_data[item] for item in ITEMS}


class MoveSlotForm(forms.Form):
    starts_at = MomentField(label=gettext_lazy("Starts"))
    ends_at = MomentField(label=gettext_lazy("Ends"))


class LiveLinksForm(forms.Form):
    live_link = forms.URLField(
        label=gettext_lazy("Live link"), required=False, max_length=300, assume_scheme="https"
    )
    second_link = forms.URLField(
        label=gettext_lazy("Second link, if the call breaks"),
        required=False,
        max_length=300,
        assume_scheme="https",
    )


class PreWorkForm(forms.Form):
    """A lesson or a case of the course, or something to write."""

    part = forms.ChoiceField(label=gettext_lazy("What is due"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("For something to write; lessons and cases have their own."),
    )
    words = long_text(gettext_lazy("What to do"), most=400, rows=2, required=False)
    minutes = WholeNumberField(label=gettext_lazy("Minutes"), min_value=1, max_value=600, initial=15)
    due_at = MomentField(
        label=gettext_lazy("Due"),
        required=False,
        help_text=gettext_lazy("Without it: when the meeting starts."),
    )

    def __init__(self, *args: Any, content: CourseContent, slot: LiveSlot, **named: Any) -> None:
        super().__init__(*args, **named)
        lessons = [
            (f"{PreWorkKind.LESSON.value}:{each.head.id}", each.head.title)
            for each in content.lessons_in_order()
        ]
        cases = [(f"{PreWorkKind.CASE.value}:{key}", case.title) for key, case in content.cases.items()]
        part = self.fields["part"]
        assert isinstance(part, forms.ChoiceField)
        part.choices = [
            (f"{PreWorkKind.WRITING.value}:", _("Something to write")),
            (_("Lessons"), lessons),
            (_("Cases"), cases),
        ]

    def clean_part(self) -> tuple[PreWorkKind, str]:
        kind, _colon, reference = str(self.cleaned_data["part"]).partition(":")
        return PreWorkKind(kind), reference


class CallListForm(forms.Form):
    listed = forms.FileField(
        label=gettext_lazy("List of the call (CSV)"),
        help_text=gettext_lazy("With a column “email” and, if it counts, “minutes”."),
    )
    least_minutes = WholeNumberField(
        label=gettext_lazy("Fewest minutes that count"), min_value=0, max_value=600, required=False, initial=0
    )

    def clean_listed(self) -> str:
        given = self.cleaned_data["listed"]
        if given.size > MOST_LIST_BYTES:
            raise ValidationError(_("This file is too large for a list of one meeting."))
        try:
            return str(given.read().decode("utf-8-sig"))
        except UnicodeDecodeError as fault:
            raise ValidationError(_("Save the list as CSV in UTF-8.")) from fault


class GroupLetterForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    words = long_text(gettext_lazy("Text"), most=4000, rows=8)


class CohortReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class GiveBackForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason, if you like"), max_length=300, required=False)


class InstalmentsForm(forms.Form):
    days = long_text(
        gettext_lazy("Days on which a part is due"),
        most=400,
        rows=3,
        help_text=gettext_lazy("One a line: 2026-12-31."),
    )

    def clean_days(self) -> list[Any]:
        field, found = DayField(input_formats=["%Y-%m-%d"]), []
        for number, line in enumerate(self.cleaned_data["days"].split(), start=1):
            try:
                found.append(field.clean(line))
            except ValidationError as fault:
                raise ValidationError(_("Line {n}: write the day as 2026-12-31.").format(n=number)) from fault
        return found


class InstalmentPaidForm(forms.Form):
    paid_on = DayField(label=gettext_lazy("Came on"), widget=forms.DateInput(attrs={"type": "date"}))
    payment = forms.CharField(label=gettext_lazy("Reference of the payment"), max_length=80)
