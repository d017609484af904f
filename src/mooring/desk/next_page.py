"""The page of a patient's next step: take it, put it off to a day, or say why nothing is next."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.care.treatments.waiting import PREFIX, RESTS
from mooring.desk.next_step import next_step
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.work.actions import close_task, move_task
from mooring.work.models import Task
from mooring.work.moments import DayField
from mooring.work.pages import SignedInRequest, attempt, page, typed
from mooring.work.queries import open_tasks_in

LATER = "later"
MOST_DAYS = 366


class NotNowForm(forms.Form):
    """Why the step is not taken now."""

    what = forms.ChoiceField(
        label=gettext_lazy("Why not now?"),
        choices=[(LATER, gettext_lazy("Ask again on a day")), *RESTS.items()],
        widget=forms.RadioSelect,
    )
    day = DayField(label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **named: Any) -> None:
        super().__init__(*args, **named)
        self.today = today
        self.fields["day"].optional_words = gettext_lazy("to be asked again")  # type: ignore[attr-defined]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and not 0 < (day - self.today).days <= MOST_DAYS:
            raise ValidationError(_("Choose a day from tomorrow on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("what") == LATER and not given.get("day") and "day" not in self.errors:
            self.add_error("day", _("Enter the day on which to ask again."))
        return given


def next_step_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a patient waits for. Only an open task of the clock can be put off or ended here."""
    patient = get_patient_for(request.user, pk, to=Permission.PATIENTS_OPEN)
    now = timezone.now()
    task = open_tasks_in(patient.subject_refs).filter(kind__startswith=PREFIX).first()
    form = typed(request, NotNowForm, today=patient.site.today(now))
    if request.method == "POST":
        get_patient_for(request.user, pk, to=Permission.PATIENTS_WRITE)
        if task is not None and form.is_valid():
            with attempt(request, form) as tried:
                _put_aside(task, patient, form.cleaned_data, by=request.user, at=now)
            if tried.done:
                messages.success(request, _("Saved."))
                return redirect("patient", pk)
    with timezone.override(patient.site.zone):
        context = {
            "patient": patient,
            "task": task,
            "next": next_step(request.user, patient, now),
            "form": form,
            "may_write": may_on(request.user, patient, Permission.PATIENTS_WRITE),
        }
        return page(request, "desk/next.html", context)


def _put_aside(task: Task, patient: Patient, given: dict[str, Any], *, by: Person, at: datetime) -> None:
    if given["what"] != LATER:
        close_task(task=task, outcome=given["what"], by=by, at=at)
        return
    site = patient.site
    opens = datetime.combine(given["day"], site.opens_at, site.zone)
    closes = datetime.combine(given["day"], site.closes_at, site.zone)
    move_task(task=task, opens_at=opens, due_at=closes, escalate_at=closes, by=by, at=at)
