"""What is typed for a dose at home."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.care.patients.access import may_on
from mooring.care.patients.models import SupportPerson
from mooring.care.treatments.models import Cycle, HomeArrangement
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.work.fields import WholeNumberField
from mooring.work.moments import DayField


class ArrangeForm(forms.Form):
    """Who answers for the dose, where it is, who stays."""

    address = forms.CharField(label=_("Where it is given, as an ambulance would look for it"), max_length=300)
    finding = forms.CharField(label=_("Floor, door, bell"), max_length=200, required=False)
    emergency_number = forms.CharField(label=_("Emergency number there"), max_length=40)
    emergency_service = forms.CharField(
        label=_("Nearest emergency department"), max_length=200, required=False
    )
    confirmed_live = forms.BooleanField(
        label=_("I saw or heard the chaperone today: adult, sober, staying the whole time"), required=False
    )
    video_link = forms.URLField(
        label=_("Video link"),
        help_text=_("Of the site’s own service."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    field_order = ("responsible", "address", "finding", "emergency_number", "emergency_service", "chaperone")

    def __init__(self, data: Any, *, cycle: Cycle, standing: HomeArrangement | None) -> None:
        patient = cycle.treatment.patient
        before = (
            standing
            or HomeArrangement.objects.filter(cycle__treatment__patient__in=patient.records)
            .order_by("-at")
            .first()
        )
        initial: dict[str, Any] = {}
        if before is not None:
            same = ("address", "finding", "emergency_number", "emergency_service", "video_link")
            initial = {name: getattr(before, name) for name in same}
            initial |= {"chaperone": before.chaperone_id, "second_contact": before.second_contact_id}
            initial |= {"responsible": before.responsible_id}
        super().__init__(data, initial=initial)
        people = SupportPerson.objects.filter(patient__in=patient.records, ended_at__isnull=True).exclude(
            phone=""
        )
        staff = (
            Person.objects.filter(roles__site=patient.site, is_active=True).distinct().order_by("legal_name")
        )
        allowed = [each.pk for each in staff if may_on(each, patient, Permission.SESSIONS_WRITE)]
        self.fields["responsible"] = forms.ModelChoiceField(
            label=_("Who answers for this dose"), queryset=staff.filter(pk__in=allowed)
        )
        self.fields["chaperone"] = forms.ModelChoiceField(
            label=_("Chaperone"),
            help_text=_("A support person of the record, with a phone."),
            queryset=people,
        )
        self.fields["second_contact"] = forms.ModelChoiceField(
            label=_("Second contact"), queryset=people, required=False
        )
        self.order_fields([*self.field_order, "second_contact", "confirmed_live", "video_link"])


class VisitedForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How"),
        choices=[("video", _("by video")), ("room", _("in the room")), ("phone", _("by phone"))],
    )
    words = forms.CharField(
        label=_("What was assessed and decided"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DispenseForm(forms.Form):
    doses = WholeNumberField(
        label=_("Doses"), help_text=_("Below zero for what came back."), min_value=-6, max_value=6
    )
    units = WholeNumberField(
        label=_("Units in them, counted"),
        help_text=_("Without a count, as many as the newest order takes."),
        min_value=1,
        max_value=500,
        required=False,
    )
    on = DayField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))
    lot = forms.CharField(label=_("Lot"), max_length=60, required=False)
    storage_told = forms.BooleanField(
        label=_("Told to keep it locked, dry, away from children and pets"), required=False
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"on": today})


class UnitCountForm(forms.Form):
    counted = WholeNumberField(label=_("Units left, counted"), min_value=0, max_value=500)
    words = forms.CharField(label=_("What is known of a difference"), max_length=300, required=False)
