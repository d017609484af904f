"""What a kind of entry has to say of itself, and the form that all of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.doses.ordered import OrderedDose
from mooring.rules.doses.parts import DosePart
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.session_log import VitalSigns
from mooring.rules.verdict import Refused
from mooring.words.numbers import with_unit
from mooring.work.moments import LastTimeField
from mooring.work.pages import KeyedForm

ALREADY = "already"
"""The fact that an entry records what had happened, although something stands against it; it allows nothing."""


class Stage(StrEnum):
    """Where a session stands, as far as it decides what may be recorded."""

    BEFORE = "before"
    DOSING = "dosing"
    RECOVERY = "recovery"
    DISCHARGED = "discharged"


class Correction(StrEnum):
    """How an entry of a kind is corrected: not at all, its time and figures, or wholly, withdrawn included."""

    NONE = "none"
    FIGURES = "figures"
    WHOLE = "whole"


class EntryForm(KeyedForm):
    """A form for something that may have happened a little earlier than it is recorded.

    `dose` is what the order says, `part` the next part of it that is to be given. `gives`: it may say that more of the
    dose is given.
    """

    gives = False
    happened = LastTimeField(
        label=_("When, if not now"),
        required=False,
        error_messages={"invalid": _("Write the time as 14:32, or leave it empty for now.")},
    )

    def __init__(
        self,
        *args: Any,
        knowledge: SessionKnowledge,
        dose: OrderedDose | None = None,
        part: DosePart | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*args, **named)
        self.knowledge, self.dose, self.part = knowledge, dose, part
        if "happened" in self.fields:
            self.fields["happened"].optional_words = ""  # type: ignore[attr-defined]  # its label says so
        if self.gives and self.is_bound and self.add_prefix(ALREADY) in self.data:
            self.offer_record()

    def offer_record(self) -> None:
        """Something stands against giving more. What was given all the same is recorded, and allows nothing."""
        self.fields[ALREADY] = forms.BooleanField(
            label=_("It has happened already, at the time entered here"),
            help_text=_(
                "Give nothing now. Tick this only to record what happened before you knew, or in an emergency: with "
                "its time and how it came about. The prescriber is asked to review it at once."
            ),
            required=False,
        )

    @property
    def happened_at(self) -> datetime | None:
        """The moment that was typed, on the site's clock; None for now."""
        return self.cleaned_data.get("happened")

    def sure(self) -> list[str]:
        """Which questioned values were confirmed; nothing is asked twice unless a kind does."""
        return []

    def facts(self) -> dict[str, Any]:
        """The facts of the entry that was typed; its words and its time stand beside them."""
        return {key: value for key, value in self.cleaned_data.items() if key not in ("happened", "text")}


def volume_words(volume_ml: object) -> str:
    """A stored volume (mL, text) as people read it: 32.20 is 32.2 mL."""
    return with_unit(Decimal(str(volume_ml)), "mL")


def password_field(label: Any, *, required: bool = True) -> forms.CharField:
    """A password as a signature; spaces at its ends are part of it."""
    return forms.CharField(
        label=label,
        required=required,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def contributes_nothing(entry: LoggedEntry) -> Contribution:
    """For words, signatures and times: the log shows them, no table holds them."""
    return Contribution()


def stays_as_written(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """For kinds whose facts an act works out; a correction leaves them as they are."""
    return dict(facts)


class Doubted(Refused):
    """What is possible and unlikely: not saved until it is confirmed; `questions` by sign."""

    def __init__(self, questions: Mapping[str, str]) -> None:
        super().__init__(*questions.values())
        self.questions = questions


class StandsAgainst(Refused):
    """Nothing more is given: what is known now stands against it. What had happened already can be recorded."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of entry. `title` names it in the log, `words` tell one entry in a line.

    `form` is what a person types for it, in these `stages`; its `check` answers the facts to be stored or
    raises `Refused` with every fault, and its `doubts`, where it has any, ask again for what is possible and unlikely
    beside the other signs of the session. A kind with `by_act` is written by an act of its own (it moves the
    cycle or signs); all others go through `write_entry` as they are. `asks` is the act of the signed requirements
    that its author is competent for; empty for what is recorded by whoever sees it. `heading`, `button`, `icon`, `saved`
    and `template` are what the page shows of the form.
    """

    code: EntryKind
    title: Promise
    words: Callable[[LoggedEntry, SessionKnowledge, bool], str]
    asks: str = ""
    contributes: Callable[[LoggedEntry], Contribution] = contributes_nothing
    check: Callable[[Mapping[str, Any], str, SessionKnowledge], dict[str, Any]] = stays_as_written
    doubts: Callable[[VitalSigns, Sequence[VitalSigns], SessionKnowledge], dict[str, str]] | None = None
    correction: Correction = Correction.NONE
    after_discharge: bool = False
    by_act: bool = False
    form: type[EntryForm] = EntryForm
    stages: frozenset[Stage] = frozenset()
    heading: Promise | str = ""
    button: Promise | str = ""
    icon: str = ""
    saved: Promise | str = ""
    template: str = "care/sessions/kinds/form.html"

    def recorded_in(self, stage: Stage) -> bool:
        """Whether its form is offered where the session stands."""
        return stage in self.stages


WHILE_PRESENT = frozenset({Stage.BEFORE, Stage.DOSING, Stage.RECOVERY})
UNTIL_SIGN_OFF = WHILE_PRESENT | {Stage.DISCHARGED}
OBSERVING, SITTING = "observe-session", "sit-with-patient"
"""Acts of the signed requirements: who takes the observations, and who sits with the patient, is competent for it."""
