"""One part of the dose that was given: a device, an injection, a spray, a unit, each with its time."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.sessions.kinds.kind import ALREADY, Correction, EntryForm, Kind, Stage
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.care.sessions.kinds.parts import FACT_WORDS, part_fields
from mooring.rules.doses.parts import DosePart
from mooring.rules.session_entry import Contribution, EntryKind, LoggedEntry
from mooring.rules.verdict import Refused
from mooring.sentences.doses import part_words
from mooring.words.numbers import with_unit

DEVIATION = "deviation"


class PartForm(EntryForm):
    """The next part of the order; `number` says which one the page showed, so that a second tap adds none."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    gives = True

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.part is not None:
            self.initial.setdefault("number", self.part.number)
            self.fields |= part_fields(self.part)
        self.fields[DEVIATION] = forms.CharField(
            label=_("If it was not as ordered: why"),
            required=False,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[DEVIATION].optional_words = ""  # type: ignore[attr-defined]  # its label says when
        self.order_fields([name for name in self.fields if name != "happened"])


def check(facts: Mapping[str, Any], text: str, knowledge: SessionKnowledge) -> dict[str, Any]:
    """A number, a dose, and what was read of the product; what the order allows is read with the log."""
    try:
        number, mg = int(facts["number"]), Decimal(str(facts["mg"]))
    except (KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise Refused(_("This part has no number or no dose. Open the session again.")) from error
    if number < 1 or not mg.is_finite() or mg <= 0:
        raise Refused(_("A part has a number and a dose above 0."))
    kept = {key: value if isinstance(value, bool | int) else str(value) for key, value in facts.items()}
    return {key: value for key, value in kept.items() if value not in ("", "None", False)}


def filled(facts: Mapping[str, Any], part: DosePart) -> dict[str, Any]:
    """What was typed, with what the order says of the part: its kind, its dose, and its volume."""
    mg = Decimal(str(facts.get("mg") or part.mg))
    stored: dict[str, Any] = {**facts, "part": part.kind, "mg": str(mg)}
    if part.ml is not None:
        stored["ml"] = str((part.ml * mg / part.mg).quantize(Decimal("0.01")))
    return stored


def contributes(entry: LoggedEntry) -> Contribution:
    return Contribution(part=entry.facts)


def words(entry: LoggedEntry, knowledge: SessionKnowledge, started: bool) -> str:
    facts = entry.facts
    name = part_words(str(facts["part"]), int(facts["number"]))
    if facts.get("failed"):
        return _("{part} failed, nothing given, lot {lot}").format(part=name, lot=facts.get("lot", ""))
    said = [name, with_unit(Decimal(str(facts["mg"])), "mg")]
    said += [with_unit(Decimal(str(facts["ml"])), "mL")] if "ml" in facts else []
    said += [
        str(FACT_WORDS.get(facts[key], facts[key])) for key in ("site", "side", "nostril") if key in facts
    ]
    said += [_("lot {lot}").format(lot=facts["lot"])] if "lot" in facts else []
    said += [_("not as ordered: {why}").format(why=facts[DEVIATION])] if DEVIATION in facts else []
    said += [_("recorded afterwards")] if facts.get(ALREADY) else []
    return ", ".join(said)


KIND = Kind(
    code=EntryKind.PART,
    title=gettext_lazy("part of the dose"),
    words=words,
    contributes=contributes,
    check=check,
    correction=Correction.WHOLE,
    by_act=True,
    form=PartForm,
    stages=frozenset({Stage.DOSING}),
    heading=gettext_lazy("Next part of the dose"),
    button=gettext_lazy("Record it"),
    icon="drop",
    saved=gettext_lazy("Saved."),
)
