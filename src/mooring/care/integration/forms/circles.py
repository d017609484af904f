"""What is typed for circles."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mooring.care.integration.models import CircleKind
from mooring.care.patients.models import Patient
from mooring.identity.models import Person, Site
from mooring.work.fields import WholeNumberField
from mooring.work.moments import MomentField


class CircleForm(forms.Form):
    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none())
    kind = forms.ChoiceField(label=_("Kind"), choices=CircleKind.choices)
    topic = forms.CharField(label=_("Topic"), max_length=160)
    meets = MomentField(label=_("Meets"))
    places = WholeNumberField(label=_("Places"), min_value=2, max_value=30, initial=8)
    led_by = forms.ModelChoiceField(label=_("Led by"), queryset=Person.objects.none())

    def __init__(self, *args: Any, sites: "QuerySet[Site]", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["site"].initial = sites.first()
        self.fields["led_by"].queryset = (  # type: ignore[attr-defined]
            Person.objects.filter(
                roles__site__in=sites, roles__role__in=("therapist", "facilitator"), is_active=True
            )
            .distinct()
            .order_by("legal_name")
        )


class CircleSeatForm(forms.Form):
    patient = forms.ModelChoiceField(label=_("Patient"), queryset=Patient.objects.none())

    def __init__(self, *args: Any, patients: "QuerySet[Patient]", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["patient"].queryset = patients  # type: ignore[attr-defined]
