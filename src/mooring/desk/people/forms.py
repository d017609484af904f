"""What a person may type about people, duties and a site's policy."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mooring.identity.models import Credential, Person, Site, SitePolicy
from mooring.identity.roles import Role
from mooring.work.fields import NumberText, WholeNumberField
from mooring.work.moments import DayField, MomentField

STAFF = [
    (role.value, role.label)
    for role in Role
    if role not in {Role.PATIENT, Role.SUPPORT_PERSON, Role.EXTERNAL}
]
DAY = {"type": "date"}


class AtSites(forms.Form):
    """Chooses among the sites that the person manages; one site is not asked for."""

    def __init__(self, *, sites: "QuerySet[Site]", data: Any = None, **given: Any) -> None:
        super().__init__(data=data, **given)
        field = forms.ModelChoiceField(label=_("Site"), queryset=sites, empty_label=None)
        if len(sites) == 1:
            field.widget, field.initial = forms.HiddenInput(), sites[0]
        self.fields["site"] = field
        self.order_fields(self.field_order)


class RoleForm(AtSites):
    role = forms.ChoiceField(label=_("Role"), choices=STAFF)


class InviteForm(RoleForm):
    legal_name = forms.CharField(label=_("Name"), max_length=160)
    chosen_name = forms.CharField(label=_("What we call them"), max_length=80, required=False)
    pronouns = forms.CharField(label=_("Pronouns"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The invitation goes there; it is also the name for signing in.")
    )
    field_order = ("legal_name", "chosen_name", "pronouns", "email", "role", "site")


class LeavingForm(forms.Form):
    """Who takes over what the role leaves behind, and whether the person leaves the site."""

    def __init__(self, *, colleagues: list[Person], several: bool, data: Any = None, **given: Any) -> None:
        super().__init__(data=data, **given)
        self.fields["to"] = forms.ModelChoiceField(
            label=_("Who takes over the open tasks"),
            help_text=_("A task that this colleague may not do opens to everyone in its role."),
            queryset=Person.objects.filter(pk__in=[person.pk for person in colleagues]),
            required=False,
            empty_label=_("Everyone in the role"),
        )
        if several:
            self.fields["all_roles"] = forms.BooleanField(
                label=_("All roles at this site end"), required=False
            )


class CredentialForm(forms.ModelForm):  # type: ignore[type-arg]
    """A licence or certificate as it stands on the paper."""

    class Meta:
        model = Credential
        fields = ("kind", "issuer", "number", "valid_from", "valid_until")
        labels = {
            "kind": _("What it is"),
            "issuer": _("Issued by"),
            "number": _("Number"),
            "valid_from": _("Valid from"),
            "valid_until": _("Valid until"),
        }
        help_texts = {"valid_until": _("Leave it empty only when the paper has no end.")}
        field_classes = {"valid_from": DayField, "valid_until": DayField}
        widgets = {"valid_from": forms.DateInput(attrs=DAY), "valid_until": forms.DateInput(attrs=DAY)}

    def __init__(self, *, kinds: dict[str, str], **given: Any) -> None:
        super().__init__(**given)
        if kinds:
            self.fields["kind"] = forms.ChoiceField(label=_("What it is"), choices=list(kinds.items()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("The end is before the start. Check both."))
        return cleaned


class DutyForm(AtSites):
    role = forms.ChoiceField(label=_("Answers as"), choices=STAFF)
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))
    field_order = ("person", "role", "site", "starts_at", "ends_at")

    def __init__(self, *, people: "QuerySet[Person]", **given: Any) -> None:
        super().__init__(**given)
        self.fields["person"] = forms.ModelChoiceField(label=_("Who"), queryset=people)
        self.order_fields(self.field_order)


class PasswordField(forms.CharField):
    """One's own password, typed again: the signature."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            label=_("Your password, as your signature"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            **given,
        )


SWITCHES = frozenset({"second_step", "part2_programme"})
MAY_BE_NONE = frozenset({"serious_report_days", "keep_clinical_years", "keep_minors_until_age"})
MOST_YEARS, LEAST_AGE, MOST_AGE = 120, 16, 40


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a site decides for itself; every figure is its own decision, none of them is advice."""

    password = PasswordField()

    class Meta:
        model = SitePolicy
        fields = (
            "weight_fresh_days",
            "answer_interest_hours",
            "contact_from_hours",
            "contact_until_hours",
            "page_answer_minutes",
            "serious_report_days",
            "keep_clinical_years",
            "keep_minors_until_age",
            "idle_shared_minutes",
            "idle_desk_minutes",
            "second_step",
            "part2_programme",
        )
        labels = {
            "weight_fresh_days": _("A weight counts for a dose for"),
            "answer_interest_hours": _("Interest forms are answered within"),
            "contact_from_hours": _("After a dose the patient is called from"),
            "contact_until_hours": _("… and reached at the latest after"),
            "page_answer_minutes": _("Who is paged for an urgent answer acts within"),
            "serious_report_days": _("A serious adverse event is reported within (0: the same day)"),
            "keep_clinical_years": _(
                "A clinical record is kept after its last entry (0: it is never erased) for"
            ),
            "keep_minors_until_age": _("… and of a minor at least until the age of (0: no such rule)"),
            "idle_shared_minutes": _("A shared tablet, or one in the dark room theme, locks after"),
            "idle_desk_minutes": _("A desk computer locks after"),
            "second_step": _("Who signs or administers needs a second step at sign-in"),
            "part2_programme": _("This site is a programme under 42 CFR part 2 (substance use)"),
        }
        field_classes = dict.fromkeys(fields[:-2], WholeNumberField)
        widgets = {
            name: NumberText(attrs={"data-unit": unit})
            for name, unit in (
                ("weight_fresh_days", _("days")),
                ("answer_interest_hours", _("h")),
                ("contact_from_hours", _("h")),
                ("contact_until_hours", _("h")),
                ("page_answer_minutes", _("min")),
                ("serious_report_days", _("days")),
                ("keep_clinical_years", _("years")),
                ("keep_minors_until_age", _("years")),
                ("idle_shared_minutes", _("min")),
                ("idle_desk_minutes", _("min")),
            )
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("contact_from_hours"), cleaned.get("contact_until_hours")
        if begins is not None and ends is not None and ends <= begins:
            self.add_error("contact_until_hours", _("The window must end after it starts. Check both."))
        for name in self._meta.fields or ():
            if cleaned.get(name) == 0 and name not in (*SWITCHES, *MAY_BE_NONE):
                self.add_error(name, _("Enter a number above zero."))
        years, age = cleaned.get("keep_clinical_years") or 0, cleaned.get("keep_minors_until_age") or 0
        if years > MOST_YEARS:
            self.add_error("keep_clinical_years", _("Enter 120 years at most."))
        if age and not LEAST_AGE <= age <= MOST_AGE:
            self.add_error("keep_minors_until_age", _("Enter an age from 16 to 40, or 0."))
        return cleaned


class AcceptForm(forms.Form):
    """The first password of somebody who was invited."""

    password = forms.CharField(
        label=_("A password of your own"),
        help_text=_("Twelve characters or more. A short sentence is easy to keep in mind."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *, person: Person, **given: Any) -> None:
        super().__init__(**given)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two differ. Type the same twice."))
        return cleaned
