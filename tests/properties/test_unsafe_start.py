"""No order of acts lets a dose start on a fact that speaks against it: the kind of cases G1 to G9, through the acts.

One unsafe fact is recorded somewhere on the way from the preparation to the start; every later act is tried all the
same. Whichever act refuses, nothing is ever given.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.care.consents.actions import withdraw_consent
from mooring.care.observations.actions import (
    record_observation,
    record_result,
    tell_allergy,
    tell_medicine,
)
from mooring.care.observations.models import Allergy, LaboratoryResult, Medicine, Observation
from mooring.care.screening.models import Screening, StatedFact
from mooring.care.sessions.actions import enter_reading, open_session, start_dosing, write_entry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.actions import make_ready, record_readiness
from mooring.care.treatments.models import Cycle, Phase
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.measures.questionnaires import filled
from tests.care.sessions.rows import vitals
from tests.care.treatments.before_dosing import asked, order_for, planned, prepared
from tests.packs import grant
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
LAST = 6


@dataclass
class Way:
    """One patient's day, told act by act; the clock goes on by a minute with each."""

    cast: Cast
    cycle: Cycle
    minutes: int = 0

    @property
    def at(self) -> datetime:
        return NOW + timedelta(minutes=self.minutes)

    @property
    def session(self) -> Session | None:
        return Session.objects.filter(cycle=self.cycle).first()

    def step(self, number: int) -> None:
        """The act of this place on the way; each is the program's own, with its own refusals."""
        self.minutes += 1
        steps: tuple[Callable[[], object], ...] = (
            self._ready,
            self._order,
            self._open,
            self._observe,
            self._check,
            self._start,
        )
        with suppress(Refused), transaction.atomic():
            steps[number]()

    def _ready(self) -> object:
        return make_ready(cycle=self.cycle, by=self.cast.monitor, at=self.at)

    def _order(self) -> object:
        return order_for(self.cast, Cycle.objects.get(pk=self.cycle.pk), at=self.at)

    def _open(self) -> object:
        return open_session(cycle=Cycle.objects.get(pk=self.cycle.pk), by=self.cast.monitor, at=self.at)

    def _observe(self) -> object:
        return vitals(self.cast, self.session, self.at) if self.session else None

    def _check(self) -> None:
        for person in (self.cast.monitor, self.cast.second_monitor):
            if self.session is not None:
                enter_reading(session=self.session, reading=Decimal("36"), key=uuid4(), by=person, at=self.at)

    def _start(self) -> object:
        if self.session is None:
            return None
        return start_dosing(
            session=self.session, happened_at=self.at, key=uuid4(), by=self.cast.monitor, at=self.at
        )


def allergy(way: Way) -> None:
    row = Allergy(patient=way.cast.patient, substance="Ketamine", reaction="anaphylaxis")
    tell_allergy(allergy=row, by=way.cast.monitor, at=way.at)


def medicine(way: Way) -> None:
    row = Medicine(patient=way.cast.patient, name="Tranylcypromine")
    tell_medicine(medicine=row, by=way.cast.monitor, at=way.at)


def unlisted_medicine(way: Way) -> None:
    row = Medicine(patient=way.cast.patient, name="Something from abroad")
    tell_medicine(medicine=row, by=way.cast.monitor, at=way.at)


def suicide(way: Way) -> None:
    filled(way.cast, at=way.at - timedelta(minutes=5), each=0, q9=2)


def consent(way: Way) -> None:
    withdraw_consent(consent=way.cast.patient.consents.get(), by=way.cast.therapist, at=way.at)


def aneurysm(way: Way) -> None:
    StatedFact.objects.create(
        screening=Screening.objects.filter(patient=way.cast.patient).latest("sent_at"),
        key="aneurysm",
        value="yes",
        source="clinician",
        by=way.cast.prescriber,
        at=way.at,
        stored_at=way.at,
    )


def breath(way: Way) -> None:
    row = LaboratoryResult(
        patient=way.cast.patient, test="breath-alcohol", value=Decimal("0.4"), unit="‰", at=way.at
    )
    record_result(result=row, by=way.cast.monitor, at=way.at)


def liver(way: Way) -> None:
    row = LaboratoryResult(
        patient=way.cast.patient,
        test="alt",
        value=Decimal(200),
        unit="U/L",
        reference_high=Decimal(40),
        at=way.at,
    )
    record_result(result=row, by=way.cast.monitor, at=way.at)


def fever(way: Way) -> None:
    row = Observation(patient=way.cast.patient, kind="temperature", value=Decimal("38.6"), at=way.at)
    record_observation(observation=row, by=way.cast.monitor, at=way.at)


def unwell(way: Way) -> None:
    record_readiness(cycle=way.cycle, values={"unwell_today": "yes"}, by=way.cast.monitor, at=way.at)


def chest_pain(way: Way) -> None:
    """A red alert in the chair, answered at once: the answer closes the alert, and not what it says of the dose."""
    session = way.session
    assert session is not None
    written: dict[str, object] = {"happened_at": way.at, "by": way.cast.monitor, "at": way.at}
    facts = {"code": "chest-pain", "severity": 2}
    write_entry(session=session, kind=EntryKind.SYMPTOM, facts=facts, key=uuid4(), **written)  # type: ignore[arg-type]
    reds = [alert.key for alert in chart_of(session, way.at).open_reds]
    answered = {"alerts": reds, "action": "prescriber-informed"}
    write_entry(session=session, kind=EntryKind.ACKNOWLEDGEMENT, facts=answered, key=uuid4(), **written)  # type: ignore[arg-type]


UNSAFE = (allergy, medicine, unlisted_medicine, suicide, consent, aneurysm, breath, liver, fever, unwell)


def on_the_way(cast: Cast) -> Way:
    cycle = planned(cast)
    for person in (cast.monitor, cast.second_monitor):
        grant(person, "professional-licence", "acls")
    grant(cast.prescriber, "acls")
    prepared(cast, cycle)
    asked(cast, cycle)
    return Way(cast, cycle)


def given_anything(way: Way) -> bool:
    began = Cycle.objects.get(pk=way.cycle.pk).phase == Phase.DOSING
    return began or LogEntry.objects.filter(session__cycle=way.cycle, kind="started").exists()


def test_without_an_unsafe_fact_the_same_way_leads_to_a_dose(cast: Cast) -> None:
    way = on_the_way(cast)
    for number in range(LAST):
        way.step(number)
    assert given_anything(way)


# Hypothesis draws other ways through the same statements; on PostgreSQL `test_measured_facts.py`, `test_gate.py` and
# `test_ten_unsafe_starts.py` send those of each kind of fact, and the tests beside these those of the way.
@pytest.mark.once
def test_wherever_it_is_recorded_nothing_is_given(cast: Cast) -> None:
    """The fact at any place on the way, each later act tried, and the start tried a second time."""
    prepared_cycle = on_the_way(cast).cycle

    @settings(max_examples=24)
    @given(unsafe=st.sampled_from(UNSAFE), place=st.integers(0, LAST - 1), again=st.booleans())
    def nothing_is_given(unsafe: Callable[[Way], None], place: int, again: bool) -> None:
        with transaction.atomic():
            way = Way(cast, Cycle.objects.get(pk=prepared_cycle.pk))
            for number in range(LAST):
                if number == place:
                    with suppress(Refused):
                        unsafe(way)
                way.step(number)
            if again:
                way.step(LAST - 1)
            assert not given_anything(way), f"{unsafe.__name__} before step {place}"
            transaction.set_rollback(True)

    nothing_is_given()


@pytest.mark.parametrize("place", [3, 4, 5])
def test_an_answered_red_alert_before_the_dose_holds_it_wherever_it_comes(cast: Cast, place: int) -> None:
    way = on_the_way(cast)
    for number in range(LAST):
        if number == place:
            chest_pain(way)
        way.step(number)
    way.step(LAST - 1)
    assert not given_anything(way)


NEVER_ENOUGH = st.sampled_from(["", "We think it is fine.", "Ordered by telephone.", "already"])


@pytest.mark.once
def test_whatever_reason_is_typed_a_held_dose_does_not_go_on(cast: Cast) -> None:
    """Paused, then a fact that makes a rule fire: no reason resumes it. What ran already is recorded and reviewed."""
    begun = on_the_way(cast)
    for number in range(LAST):
        begun.step(number)
    assert begun.session is not None
    intervention(begun, begun.session, "paused")

    @settings(max_examples=12)
    @given(unsafe=st.sampled_from(UNSAFE[:-1]), why=NEVER_ENOUGH, tries=st.integers(1, 2))
    def it_does_not_go_on(unsafe: Callable[[Way], None], why: str, tries: int) -> None:
        with transaction.atomic():
            way = Way(cast, Cycle.objects.get(pk=begun.cycle.pk), begun.minutes)
            session = way.session
            assert session is not None
            unsafe(way)
            for _try in range(tries):
                with suppress(Refused), transaction.atomic():
                    intervention(way, session, "resumed", why)
            assert chart_of(session, way.at).state.pauses[-1][1] is None
            way.minutes += 3
            intervention(way, session, "resumed", "It ran again before we knew.", already=True)
            assert Task.objects.filter(kind="dose-deviation", urgent=True).exists()
            transaction.set_rollback(True)

    it_does_not_go_on()


def intervention(way: Way, session: Session, what: str, words: str = "", *, already: bool = False) -> None:
    way.minutes += 1
    write_entry(
        session=session,
        kind=EntryKind.INTERVENTION,
        facts={"what": what, "already": already},
        text=words,
        happened_at=way.at - timedelta(minutes=1 if already else 0),
        key=uuid4(),
        by=way.cast.monitor,
        at=way.at,
    )
