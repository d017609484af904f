"""The end of dosing: how much went in, and why where it is not what was ordered."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import Correction, EntryForm, Kind, Stage, volume_words
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.doses.ordered import OrderedDose
from mooring.rules.doses.parts import complete, next_part, worked
from mooring.rules.infusion import earliest_end
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry, in_utc
from mooring.rules.session_log import FoldedSession
from mooring.rules.verdict import Refused
from mooring.sentences.doses import part_words
from mooring.words.numbers import with_unit
from mooring.words.times import clock
from mooring.work.fields import DecimalNumberField, NumberText

SAME = Decimal("0.02")
"""A volume within this share of the order is the whole order; a design default, as for the rounding of a dose."""
MOST = Decimal(2)
"""More than so many times the order is taken for a slip of the hand and asked again; a design default."""
TYPED_TO_THE_MINUTE = timedelta(minutes=1)


class EndReason(models.TextChoices):
    """Why less or more went in than was ordered."""

    PATIENT_WISH = "patient-wish", gettext_lazy("the patient wished to stop")
    ADVERSE_EFFECT = "adverse-effect", gettext_lazy("stopped for an adverse effect or an alert")
    INFILTRATION = "infiltration", gettext_lazy("infiltration or the cannula came out")
    PUMP = "pump", gettext_lazy("the pump ran at another rate or gave another volume")
    PRODUCT = "product", gettext_lazy("the product failed and was not replaced")
    OTHER = "other", gettext_lazy("something else")


class EndOfDosingForm(EntryForm):
    """Nothing is prefilled: what the rate comes to by now stands in the hint, the person reads the pump."""

    given_ml = DecimalNumberField(
        label=gettext_lazy("Volume given"),
        help_text=gettext_lazy("Read it on the pump or the syringe; 0 if nothing went in."),
        max_digits=7,
        decimal_places=2,
        min_value=0,
        widget=NumberText(attrs={"data-unit": "mL"}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("If it is not the whole order: why"),
        choices=[("", gettext_lazy("the whole order was given")), *EndReason.choices],
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Details"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("given_ml", "reason", "text", "happened")

    def __init__(self, *args: Any, expected: str = "", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["reason"].optional_words = ""  # type: ignore[attr-defined]  # its label says when
        if expected:
            self.fields["given_ml"].help_text = expected
        if self.dose is not None and self.dose.parts:
            del self.fields["given_ml"]  # each part was recorded as it was given
            self.fields["reason"].label = _("If not all of it was given: why")

    def facts(self) -> dict[str, Any]:
        return {"given_ml": self.cleaned_data.get("given_ml"), "reason": self.cleaned_data["reason"]}


def whole(given_ml: Decimal, volume_ml: Decimal) -> bool:
    """Whether a volume is the whole order, but for what a syringe cannot show."""
    return abs(given_ml - volume_ml) <= SAME * volume_ml


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """A volume from 0 on where one was typed, a reason of the list or none; the order is read with the log."""
    typed, reason = facts.get("given_ml"), str(facts.get("reason") or "")
    given_ml = None if typed in (None, "") else Decimal(str(typed))
    if given_ml is not None and (not given_ml.is_finite() or given_ml < 0):
        raise Refused(_("The volume given is 0 mL or more."))
    if reason and reason not in EndReason.values:
        raise Refused(_("Choose a reason from the list."))
    if reason == EndReason.OTHER and not text.strip():
        raise Refused(_("Describe in words why."))
    volume = {} if given_ml is None else {"given_ml": str(given_ml)}
    return {**volume, **({"reason": reason} if reason else {})}


def refuse_impossible(
    facts: Mapping[str, Any],
    dose: OrderedDose,
    state: FoldedSession,
    ended_at: datetime,
    local: Callable[[datetime], datetime],
) -> None:
    """Refuse an end that the order and the log do not allow, each reason with its way out."""
    reason, started_at = str(facts.get("reason", "")), state.started_at
    if started_at is None:
        return
    if isinstance(dose.form, InfusionDose):
        reasons = _against_volume(facts, dose.form, started_at, ended_at, local)
    else:
        reasons = _against_parts(dose, state, reason, ended_at, local)
    if reasons:
        raise Refused(*reasons)


def _against_volume(
    facts: Mapping[str, Any],
    form: InfusionDose,
    started_at: datetime,
    ended_at: datetime,
    local: Callable[[datetime], datetime],
) -> list[str]:
    if "given_ml" not in facts:
        return [_("Enter how much was given; 0 if nothing went in.")]
    given_ml, reason, reasons = Decimal(str(facts["given_ml"])), facts.get("reason", ""), []
    if given_ml > MOST * form.volume_ml:
        reasons.append(
            _("{given} is more than twice the {volume} of the order. Please check the number.").format(
                given=volume_words(given_ml), volume=volume_words(form.volume_ml)
            )
        )
    if not reason and not whole(given_ml, form.volume_ml):
        reasons.append(
            _("{given} is not the {volume} of the order. Choose the reason.").format(
                given=volume_words(given_ml), volume=volume_words(form.volume_ml)
            )
        )
    until = earliest_end(in_utc(started_at), given_ml, form.rate_ml_per_h)
    if reason != EndReason.PUMP and in_utc(ended_at) + TYPED_TO_THE_MINUTE < until:
        reasons.append(
            _(
                "At {rate}, {given} takes until {time}. Enter a later end or a smaller volume, or choose that the pump ran differently."
            ).format(
                rate=with_unit(form.rate_ml_per_h, "mL/h"),
                given=volume_words(given_ml),
                time=clock(local(until)),
            )
        )
    return reasons


def _against_parts(
    dose: OrderedDose,
    state: FoldedSession,
    reason: str,
    ended_at: datetime,
    local: Callable[[datetime], datetime],
) -> list[str]:
    reasons, given = [], worked(state.parts_given)
    if not reason and not complete(dose.parts, state.parts_given):
        missing = next_part(dose.parts, state.parts_given)
        name = part_words(missing.kind, missing.number) if missing else ""
        reasons.append(
            _("{part} was not given. Record it, or choose the reason why it was not.").format(part=name)
        )
    if given and in_utc(ended_at) < given[-1].at.replace(second=0, microsecond=0):
        reasons.append(
            _("The last part was given at {time}; dosing does not end before it.").format(
                time=clock(local(given[-1].at))
            )
        )
    return reasons


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(given_ml=str(entry.facts.get("given_ml", "")))


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    if "given_ml" not in entry.facts:
        if entry.facts.get("reason"):
            reason = str(EndReason(entry.facts["reason"]).label)
            return _("Dosing ended, not all given: {reason}").format(reason=reason)
        return _("Dosing ended, all given")
    volume = volume_words(entry.facts["given_ml"])
    if entry.facts.get("reason"):
        reason = str(EndReason(entry.facts["reason"]).label)
        return _("Dosing ended, {volume} given: {reason}").format(volume=volume, reason=reason)
    return _("Dosing ended, {volume} given").format(volume=volume)


KIND = Kind(
    code=EntryKind.DOSING_ENDED,
    title=gettext_lazy("end of dosing"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.FIGURES,
    by_act=True,
    form=EndOfDosingForm,
    stages=frozenset({Stage.DOSING}),
    button=gettext_lazy("End the dosing"),
    icon="pause",
    saved=gettext_lazy("Dosing has ended. Recovery starts."),
)
