"""Which forms the page offers to this person now: rendered where they are needed, else when they are opened."""

from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.patients.access import may_on
from mooring.care.sessions.kinds import KINDS
from mooring.care.sessions.kinds.kind import EntryForm, Kind, Stage, volume_words
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of, knowledge_of
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.infusion import expected_ml
from mooring.rules.monitoring import ObservationState
from mooring.rules.session_entry import EntryKind, in_utc
from mooring.rules.session_events import debrief_due
from mooring.words.numbers import with_unit
from mooring.words.times import clock

APART = (
    EntryKind.DISCHARGE_CHECK,
    EntryKind.ACKNOWLEDGEMENT,
    EntryKind.CALL_ANSWERED,
    EntryKind.EMERGENCY,
    EntryKind.EMERGENCY_STEP,
    EntryKind.EMERGENCY_OVER,
)
"""Kinds whose form stands where it is needed, not among what may be recorded at any time."""


@dataclass(frozen=True)
class Offer:
    """One form of the page. Without `form` it is folded and fetched when it is opened."""

    kind: Kind
    form: BaseForm | None


def entry_form(
    kind: Kind,
    session: Session,
    person: Person,
    *,
    data: QueryDict | None = None,
    chart: SessionChart | None = None,
) -> EntryForm:
    """The form of a kind for this session; the discharge lists what this person may override."""
    named: dict[str, Any] = {}
    if kind.code == EntryKind.DISCHARGED and may_on(person, session.patient, Permission.SESSIONS_SIGN_OFF):
        named["unmet"] = (chart or chart_of(session, timezone.now())).discharge.findings
    if kind.code in (EntryKind.DOUBLE_CHECK, EntryKind.STARTED, EntryKind.PART, EntryKind.DOSING_ENDED):
        now = chart or chart_of(session, timezone.now())
        named |= {"dose": now.dose, "part": now.next_part}
        if kind.code == EntryKind.DOSING_ENDED:
            named["expected"] = _expected(now)
    if kind.code == EntryKind.WATCH and data is None:
        named["initial"] = {"due": _handed_over(chart or chart_of(session, timezone.now()))}
    if kind.code == EntryKind.ACKNOWLEDGEMENT and data is None:
        reds = (chart or chart_of(session, timezone.now())).open_reds
        named["initial"] = {"alerts": " ".join(alert.key for alert in reds)}
    return kind.form(data=data, prefix=kind.code, knowledge=knowledge_of(session), **named)


def _handed_over(chart: SessionChart) -> str:
    """The minutes of what is due now and of the next observation: what changes hands."""
    ahead = (ObservationState.OVERDUE, ObservationState.DUE, ObservationState.UPCOMING)
    return " ".join(str(each.minute) for each in chart.schedule if each.state in ahead)


def _expected(chart: SessionChart) -> str:
    """What the pump's rate comes to by now, for the person to compare with what they read."""
    form, started_at = chart.dose.form, chart.state.started_at
    if started_at is None or not isinstance(form, InfusionDose):
        return ""
    volume = expected_ml(
        started_at,
        in_utc(chart.now),
        rate_ml_per_h=form.rate_ml_per_h,
        volume_ml=form.volume_ml,
        pauses=chart.state.pauses,
        changes=chart.state.rates,
    )
    return _("At {rate}, {volume} by {time}. Enter what the pump or the syringe shows.").format(
        rate=with_unit(form.rate_ml_per_h, "mL/h"),
        volume=volume_words(volume),
        time=clock(chart.session.patient.site.local(chart.now)),
    )


class Offers:
    """The forms that this person may send now; `sent` is one that was refused and stays as it was typed."""

    def __init__(
        self, person: Person, chart: SessionChart, sent: str = "", form: BaseForm | None = None
    ) -> None:
        self.person, self.chart, self.session = person, chart, chart.session
        self.sent, self.form = sent, form
        self.may_write = may_on(person, self.session.patient, Permission.SESSIONS_WRITE)
        self.may_sign_off = may_on(person, self.session.patient, Permission.SESSIONS_SIGN_OFF)
        self.open = self.session.state == SessionState.OPEN and self.may_write

    def recording(self) -> list[Offer]:
        """What may be recorded at any time."""
        kinds = [
            kind
            for kind in KINDS.values()
            if self._offered(kind) and not kind.by_act and kind.code not in APART
        ]
        return [Offer(kind, self._form(kind, False)) for kind in kinds]

    def act(self, code: EntryKind, rendered: bool = True) -> Offer | None:
        """A form that moves the session on, where it is its turn."""
        kind = KINDS[code]
        return Offer(kind, self._form(kind, rendered)) if self._offered(kind) else None

    @property
    def may_cancel(self) -> bool:
        """Whether the session can still be cancelled: nothing was given."""
        return self.open and self.chart.stage == Stage.BEFORE

    @property
    def cancel_form(self) -> BaseForm | None:
        return self.form if self.sent == "cancel" else None

    def _offered(self, kind: Kind) -> bool:
        if not self.open or not kind.recorded_in(self.chart.stage):
            return False
        if kind.code == EntryKind.STARTED:
            return len(self.chart.state.confirmed_by) >= 2
        if kind.code == EntryKind.ACKNOWLEDGEMENT:
            return bool(self.chart.open_reds)
        if kind.code == EntryKind.PART:
            return self.chart.next_part is not None
        if kind.code == EntryKind.DEBRIEF:
            return debrief_due(self.chart.state.lines)
        return self.may_sign_off if kind.code == EntryKind.SIGNED_OFF else True

    def _form(self, kind: Kind, rendered: bool) -> BaseForm | None:
        if self.sent == kind.code and self.form is not None:
            return self.form
        return entry_form(kind, self.session, self.person, chart=self.chart) if rendered else None
