"""What a person may type beside the entries of the log, whose forms stand in the files of their kinds."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mooring.care.sessions.models import Session
from mooring.content.schema.safety import AdverseTerm
from mooring.identity.models import Person, Site
from mooring.sentences.adverse_events import GRADES
from mooring.work.fields import WholeNumberField
from mooring.work.pages import KeyedForm

TEAM_ROLES = ("monitor", "prescriber", "facilitator", "therapist", "medical-director")


class CancelForm(KeyedForm):
    reason = forms.CharField(label=_("Why nothing is given"), max_length=300)


class OpenForm(KeyedForm):
    room = forms.CharField(
        label=_("Room"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"list": "rooms", "autocomplete": "off"}),
        help_text=_("As the floor board shows it."),
    )


class TabletCodeForm(KeyedForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("The team reads it to you."),
    )


class CuffForm(forms.Form):
    """The numbers of the cuff at home, as they stand on its screen."""

    top = WholeNumberField(label=_("Top number"), min_value=40, max_value=300)
    bottom = WholeNumberField(label=_("Bottom number"), min_value=20, max_value=200)
    pulse = WholeNumberField(label=_("Pulse"), min_value=20, max_value=250)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def facts(self) -> dict[str, int]:
        typed = self.cleaned_data
        return {
            "systolic_mmhg": typed["top"],
            "diastolic_mmhg": typed["bottom"],
            "heart_rate_per_min": typed["pulse"],
        }


class LineEventForm(forms.Form):
    """What a line of the log is called in the register; the grade is the button that sends it."""

    term = forms.ChoiceField(label=_("Term"), required=False)
    words = forms.CharField(
        label=_("In other words"), help_text=_("Only where no term fits."), max_length=200, required=False
    )
    grade = forms.ChoiceField(
        choices=[("", ""), *((str(n), words) for n, (words, _what) in GRADES.items())],
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, terms: tuple[AdverseTerm, ...], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["term"].choices = [("", "–"), *((term.key, term.title) for term in terms)]  # type: ignore[attr-defined]


class GroupForm(KeyedForm):
    """A group, its room and its team."""

    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none())
    name = forms.CharField(label=_("Name"), max_length=80)
    room = forms.CharField(label=_("Room"), max_length=20)
    patients_each = WholeNumberField(
        label=_("Patients for each of the team"), min_value=1, max_value=4, initial=2
    )
    team = forms.ModelMultipleChoiceField(
        label=_("Who is in the room"), queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, sites: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        found = Site.objects.filter(pk__in=list(sites)).order_by("name")
        self.fields["site"].queryset = found  # type: ignore[attr-defined]
        self.fields["site"].initial = found.first()
        self.fields["team"].queryset = in_the_room(sites)  # type: ignore[attr-defined]


def in_the_room(sites: Any) -> "QuerySet[Person]":
    """Who may be of a group's team."""
    return (
        Person.objects.filter(roles__site__in=list(sites), roles__role__in=TEAM_ROLES, is_active=True)
        .distinct()
        .order_by("legal_name")
    )


class JoinForm(forms.Form):
    session = forms.ModelChoiceField(label=_("Session"), queryset=Session.objects.none())

    def __init__(self, *args: Any, sessions: "QuerySet[Session]", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]
        self.fields["session"].label_from_instance = lambda each: str(each.patient)  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    team = forms.ModelMultipleChoiceField(
        label=_("Who is in the room"), queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, staff: "QuerySet[Person]", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["team"].queryset = staff  # type: ignore[attr-defined]


class SharedLineForm(KeyedForm):
    text = forms.CharField(
        label=_("For everybody in the room"),
        help_text=_("Filed in each record. It names no patient."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
