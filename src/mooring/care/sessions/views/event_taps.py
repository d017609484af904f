"""The ten event buttons of the open page: what is recorded with one tap, and what opens a panel, by route and stage."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mooring.care.sessions.kinds.intervention import Intervention
from mooring.care.sessions.kinds.kind import Stage
from mooring.care.sessions.kinds.state import PatientState
from mooring.care.sessions.queries import SessionChart
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.doses.parts import not_before
from mooring.rules.session_entry import EntryKind
from mooring.sentences.doses import part_words

TEN = 10
IN_FIRST_ROW = 5


@dataclass(frozen=True)
class EventTap:
    """One button: with a `value` it records an entry of its kind at once (`held`: by holding it), else it opens a panel.

    `due`: it is what comes next; with `rest_until`, once that time has come.
    """

    kind: EntryKind
    icon: str
    words: str
    value: str = ""
    held: bool = False
    due: bool = False
    rest_until: datetime | None = None

    @property
    def panel(self) -> EntryKind | None:
        return None if self.value else self.kind


def is_paused(chart: SessionChart) -> bool:
    """Whether the dosing is held at this moment."""
    return bool(chart.state.pauses) and chart.state.pauses[-1][1] is None


def event_taps(chart: SessionChart, *, touch_agreed: bool) -> list[EventTap]:
    """The ten of this route and stage. The vital signs, the patient's state and the last two never change their place.

    The acts of the stage begin the second row; around them stands what is done for a patient most.
    """
    acts = _acts(chart)
    one_tap = [*_states(chart.stage), *_interventions(touch_agreed)][: TEN - 3 - len(acts)]
    beside_vitals = IN_FIRST_ROW - 1
    return [
        EventTap(EntryKind.VITALS, "pulse", _("Vitals")),
        *one_tap[:beside_vitals],
        *acts,
        *one_tap[beside_vitals:],
        EventTap(EntryKind.NOTE, "words", _("Words…")),
        EventTap(EntryKind.INTERVENTION, "syringe", _("Medicine, more…")),
    ]


def _states(stage: Stage) -> list[EventTap]:
    seen = [("rest", PatientState.RESTING), ("awake", PatientState.AWAKE)]
    if stage == Stage.RECOVERY:
        seen.append(("person", PatientState.UP))
    return [EventTap(EntryKind.STATE, icon, capfirst(str(state.label)), state.value) for icon, state in seen]


def _interventions(touch_agreed: bool) -> list[EventTap]:
    """By short names, so that five stand in a row; the log has the whole ones."""
    done = [
        ("person", Intervention.REASSURANCE, _("Calm words")),
        ("hand", Intervention.TOUCH, _("Touch, as agreed")),
        ("music", Intervention.SURROUNDINGS, _("Music or light")),
        ("rest", Intervention.BREATHING, _("Breathing together")),
        ("person", Intervention.POSITION, _("Position changed")),
    ]
    return [
        EventTap(EntryKind.INTERVENTION, icon, words, what.value)
        for icon, what, words in done
        if touch_agreed or what != Intervention.TOUCH
    ]


def _acts(chart: SessionChart) -> list[EventTap]:
    """What moves the session on from where it stands; giving less or more of an infusion is held down."""
    if chart.stage == Stage.BEFORE:
        checked = len(chart.state.confirmed_by) >= 2
        words = _("Start the dose…") if checked else _("Double check…")
        return [EventTap(EntryKind.DOUBLE_CHECK, "eye", words, due=bool(chart.state.last_values))]
    if chart.stage == Stage.RECOVERY:
        return [EventTap(EntryKind.DISCHARGE_CHECK, "yes", _("Discharge…"))]
    end = EventTap(EntryKind.DOSING_ENDED, "drop", _("End the dosing…"))
    part = chart.next_part
    if part is not None:
        words = _("{part}…").format(part=part_words(part.kind, part.number))
        rest_until = not_before(part, chart.state.parts_given)
        return [EventTap(EntryKind.PART, "drop", words, due=True, rest_until=rest_until), end]
    if not isinstance(chart.dose.form, InfusionDose):
        return [end]
    if is_paused(chart):
        what, words = Intervention.RESUMED, _("Resume, hold")
    else:
        what, words = Intervention.PAUSED, _("Pause, hold")
    return [EventTap(EntryKind.INTERVENTION, "pause", words, what.value, held=True), end]
