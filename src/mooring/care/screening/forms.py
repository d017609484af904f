"""What a patient answers and a prescriber decides."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from mooring.care.screening.models import Decision, Screening
from mooring.care.screening.queries import ANSWERS, questions_of
from mooring.identity.models import Person
from mooring.identity.queries import second_signers
from mooring.rules.verdict import ClosureKind, Effect, Finding, Override

THREE = [("yes", _("Yes")), ("no", _("No")), ("not sure", _("Not sure"))]


class AnswerForm(forms.Form):
    """One plain question at a time, each with three answers; complete only when it is sent for good."""

    revision = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-part": "revision"}))

    def __init__(self, *args: Any, screening: Screening, **arguments: Any) -> None:
        kept = {"revision": screening.revision, **screening.draft}
        arguments["initial"] = {**kept, **arguments.get("initial", {})}
        super().__init__(*args, **arguments)
        self.rules = questions_of(screening)
        self.asked = [rule.question for rule in self.rules if rule.question]
        for question in self.asked:
            self.fields[question.about] = forms.ChoiceField(
                label=question.text,
                help_text=question.hint,
                choices=THREE,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose yes, no or not sure.")},
            )

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The questions under the names of their groups, in the order in which they are asked."""
        found: dict[str, list[BoundField]] = {}
        for rule in self.rules:
            if rule.question:
                found.setdefault(rule.group, []).append(self[rule.question.about])
        return list(found.items())

    @property
    def answers(self) -> dict[str, str]:
        """The answers that are there, each one of the three."""
        given = {question.about: str(self.data.get(question.about, "")) for question in self.asked}
        return {key: value for key, value in given.items() if value in ANSWERS}

    @property
    def page(self) -> str:
        """The key of the page that sent the form; empty when it has none."""
        return str(self.data.get("once", ""))[:36]

    @property
    def sent_revision(self) -> int:
        """The revision that the page was made from; -1 (never right) when it is not a number."""
        text = str(self.data.get("revision", ""))
        return int(text) if text.isdecimal() else -1


class SettleForm(forms.Form):
    key = forms.SlugField(max_length=60)
    value = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])


KINDS = {
    ClosureKind.WEIGHED: _("Considered and accepted"),
    ClosureKind.REVIEWED: _("A specialist reviewed it"),
    ClosureKind.OVERRIDDEN: _("Overridden"),
}


def kinds_for(finding: Finding) -> list[ClosureKind]:
    """The ways in which this finding can be closed."""
    if finding.effect <= Effect.CAUTION:
        return [ClosureKind.WEIGHED]
    past = [] if finding.override == Override.NOBODY else [ClosureKind.OVERRIDDEN]
    return [ClosureKind.REVIEWED, *past] if finding.effect == Effect.SPECIALIST_REVIEW else past


class CloseForm(forms.Form):
    """How and why a finding is closed, signed; by two people where it asks for two."""

    kind = forms.ChoiceField(label=_("Your decision on this finding"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        help_text=_("One or two sentences. Saved with your name and shown beside the rule."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    second = forms.ModelChoiceField(
        label=_("Second signature"),
        queryset=Person.objects.none(),
        help_text=_("This finding asks for two people. The second one types their own password."),
    )
    second_password = forms.CharField(
        label=_("Password of the second person"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password, as your signature"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self, *args: Any, finding: Finding, screening: Screening, by: Person, at: Any, **arguments: Any
    ) -> None:
        super().__init__(*args, **arguments)
        kinds = kinds_for(finding)
        self.fields["kind"].choices = [(str(each), KINDS[each]) for each in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].initial = str(kinds[0])
        if finding.override != Override.TWO_PEOPLE or finding.effect <= Effect.SPECIALIST_REVIEW:
            del self.fields["second"], self.fields["second_password"]
        else:
            others = second_signers(screening.patient.site, at, besides=by)
            self.fields["second"].queryset = others  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """The decision, signed with one's password."""

    decision = forms.ChoiceField(choices=Decision.choices, widget=forms.RadioSelect)
    conditions = forms.CharField(
        label=_("Conditions, or what to wait for"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    told = forms.CharField(
        label=_("What the patient is told"),
        max_length=2000,
        help_text=_("In plain words. The patient may read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Your password, as your signature"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, screening: Screening, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.fields["decision"].label = _("{patient} is").format(patient=screening.patient)
        self.fields["decision"].choice_hints = {  # type: ignore[attr-defined]
            "not-eligible": _("They are told why, in plain words, and what else there is.")
        }
