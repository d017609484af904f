"""One dose cycle of a story, from the preparation visit to the closed cycle, or to where it stands now."""

from datetime import datetime, timedelta
from decimal import Decimal

from mooring.care.sessions.actions import (
    discharge,
    end_dosing,
    enter_reading,
    open_session,
    sign_off,
    start_dosing,
    write_entry,
)
from mooring.care.sessions.models import Session
from mooring.care.treatments.actions import make_ready, record_readiness, sign_order, write_preparation
from mooring.care.treatments.models import Cycle, DoseOrder, Touch
from mooring.care.treatments.queries import DoseChoice, compute_order, escorts_of
from mooring.demonstration.telling import Teller
from mooring.rules.session_entry import EntryKind

ROOMS = 5
PRESENTATION, CONCENTRATION = "KETAMINE-50@1", Decimal("1")
# Minutes since the start: systolic, diastolic, heart rate, saturation. Made up; a rise and a fall.
CURVE = (
    (0, 124, 78, 70, 98),
    (10, 132, 82, 76, 97),
    (20, 141, 86, 80, 97),
    (30, 146, 89, 82, 97),
    (40, 142, 87, 79, 97),
    (60, 134, 83, 75, 98),
    (80, 128, 80, 72, 98),
    (100, 122, 78, 70, 98),
)
LEAVING = {
    "oriented": "yes",
    "gait_steady": "yes",
    "dissociation_over": "yes",
    "nausea_severity": 1,
    "vomited_last_30min": "no",
    "new_suicidal_thoughts": "no",
    "standing_drop_mmhg": 6,
    "cannula_removed": "yes",
    "escort_present": "yes",
    "advice_given": "yes",
}
ASKED = {
    "escort_confirmed": "yes",
    "medicines_held": "yes",
    "new_medicine": "no",
    "unwell_today": "no",
    "alcohol_last_24h": "no",
    "substances_last_24h": "no",
    "ketamine_elsewhere": "no",
    "suicidal_since_last": "no",
    "mania_signs_today": "no",
    "psychosis_signs_today": "no",
    "pregnancy_possible_today": "no",
    "systolic_mmhg": 124,
    "diastolic_mmhg": 78,
    "heart_rate_per_min": 70,
    "spo2_percent": 98,
}


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


class Dose:
    """Tells one cycle whose dose begins at `start`; the parts are told in order, as far as the story goes."""

    def __init__(self, teller: Teller, cycle: Cycle, start: datetime) -> None:
        self.teller, self.cycle, self.start = teller, cycle, start
        self.patient = cycle.treatment.patient

    def prepare(self, at: datetime) -> None:
        write_preparation(
            cycle=self.cycle,
            intention="To meet what comes with more patience.",
            calming_plan="Slow breath out; music softer; a hand to hold when asked for.",
            touch=Touch.HAND,
            call_shown=True,
            was=None,
            by=self.teller.therapist,
            at=at,
        )

    def arrive(self, score: int | None) -> None:
        """Weight, questionnaire and everything that is asked on the day; then the gate opens."""
        teller = self.teller
        teller.weigh(self.patient, self.start - minutes(70))
        if score is not None:
            asked = teller.ask(self.patient, self.start - minutes(65), in_clinic=True)
            teller.fill(asked, score, self.start - minutes(60))
        at = self.start - minutes(50)
        values: dict[str, object] = {
            **ASKED,
            "last_food": (at - timedelta(hours=9)).isoformat(),
            "last_drink": (at - timedelta(hours=3)).isoformat(),
        }
        record_readiness(
            cycle=self.cycle, values=values, escort=escorts_of(self.patient).first(), by=teller.monitor, at=at
        )
        self.cycle = make_ready(cycle=self.cycle, by=teller.monitor, at=self.start - minutes(40))

    def order(self) -> DoseOrder:
        at, treatment = self.start - minutes(30), self.cycle.treatment
        chosen = {"concentration_mg_per_ml": CONCENTRATION, "duration_min": treatment.duration_min}
        choice = DoseChoice(treatment.basis.amount, PRESENTATION, chosen)
        computed = compute_order(cycle=self.cycle, choice=choice, at=at)
        return sign_order(
            cycle=self.cycle,
            choice=choice,
            shown=computed.shown,
            reason="",
            by=self.teller.prescriber,
            at=at,
        )

    def begin(self, order: DoseOrder, room: str = "") -> Session:
        """Open the session, take the double check, start; in a room by its time where none is named."""
        teller, start = self.teller, self.start
        room = room or str(
            1 + int(start.timestamp()) // 60 % ROOMS
        )  # by its time, which a copy of it has too
        session = open_session(cycle=self.cycle, by=teller.monitor, at=start - minutes(20), room=room)
        self.vitals(session, -15, 124, 78, 70, 98)
        for person, before in ((teller.monitor, 6), (teller.second, 5)):
            enter_reading(
                session=session,
                reading=order.ordered.form.read_back.value,
                key=teller.key(),
                by=person,
                at=start - minutes(before),
            )
        start_dosing(session=session, happened_at=start, key=teller.key(), by=teller.monitor, at=start)
        return session

    def watch(self, session: Session, first: int, last: int) -> None:
        """Vital signs of the curve from minute `first` to `last`, and one symptom on the way."""
        for minute, *signs in CURVE:
            if first <= minute <= last:
                self.vitals(session, minute, *signs)
            if minute == 20 and first <= 24 <= last:
                self.symptom(session, "floating", 24)

    def vitals(
        self, session: Session, minute: int, systolic: int, diastolic: int, rate: int, oxygen: int
    ) -> None:
        at = self.start + minutes(minute)
        values = {
            "systolic_mmhg": systolic,
            "diastolic_mmhg": diastolic,
            "heart_rate_per_min": rate,
            "spo2_percent": oxygen,
            "respiratory_rate_per_min": 14,
            "moaas": 5,
        }
        write_entry(
            session=session,
            kind=EntryKind.VITALS,
            facts=values,
            sure=list(values),
            happened_at=at,
            key=self.teller.key(),
            by=self.teller.monitor,
            at=at,
        )

    def symptom(self, session: Session, code: str, minute: int) -> None:
        at = self.start + minutes(minute)
        write_entry(
            session=session,
            kind=EntryKind.SYMPTOM,
            facts={"code": code, "severity": 2},
            happened_at=at,
            key=self.teller.key(),
            by=self.teller.monitor,
            at=at,
        )

    def call_team(self, session: Session, minute: int, script: str) -> None:
        """An emergency with its script, called by the monitor."""
        at = self.start + minutes(minute)
        write_entry(
            session=session,
            kind=EntryKind.EMERGENCY,
            facts={"script": script},
            happened_at=at,
            key=self.teller.key(),
            by=self.teller.monitor,
            at=at,
        )

    def end(self, session: Session) -> None:
        at = self.start + minutes(40)
        end_dosing(
            session=session,
            given_ml=session.order.ordered.quantity.ml,
            happened_at=at,
            key=self.teller.key(),
            by=self.teller.monitor,
            at=at,
        )

    def recover(self, session: Session) -> None:
        """Vital signs until the patient may go, and two checks of whether they may."""
        for minute in (82, 102):
            self.watch(session, 41 if minute == 82 else 82, minute)
            at = self.start + minutes(minute)
            write_entry(
                session=session,
                kind=EntryKind.DISCHARGE_CHECK,
                facts=LEAVING,
                happened_at=at,
                key=self.teller.key(),
                by=self.teller.monitor,
                at=at,
            )

    def let_go(self, session: Session) -> None:
        """Discharge; the sign-off is then owed."""
        teller, at = self.teller, self.start + minutes(105)
        discharge(session=session, overrides={}, second=None, key=teller.key(), by=teller.monitor, at=at)

    def leave(self, session: Session) -> None:
        """Discharge and sign-off."""
        self.let_go(session)
        teller = self.teller
        sign_off(session=session, key=teller.key(), by=teller.prescriber, at=self.start + minutes(130))

    def whole(self, score: int | None) -> None:
        """From the preparation to the sign-off; the contact afterwards is then owed."""
        self.prepare(self.start - timedelta(hours=12))
        self.arrive(score)
        session = self.begin(self.order())
        self.watch(session, 0, 40)
        self.end(session)
        self.recover(session)
        self.leave(session)
