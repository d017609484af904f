"""Moving a cycle: every pair of phases, and what a move leaves behind."""

from datetime import timedelta

import pytest

from mooring.audit.models import Event
from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.models import Consent
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, Phase
from mooring.rules.verdict import Refused
from tests.care.consents.signing import signed_consent
from tests.care.treatments.before_dosing import ready
from tests.care.treatments.rows import cycle_in, live_order, signed_treatment
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

# Written out on its own, so that a slip in the program's table is seen here.
LEGAL = {
    ("prepare", "ready"),
    ("prepare", "void"),
    ("ready", "prepare"),
    ("ready", "dosing"),
    ("ready", "void"),
    ("dosing", "recovery"),
    ("recovery", "discharged"),
    ("discharged", "integrating"),
    ("integrating", "closed"),
}
PAIRS = [(was, to) for was in Phase for to in Phase]


def said(cycle: Cycle) -> tuple[object, ...]:
    return (cycle.phase, cycle.administered, cycle.outcome, cycle.reason, cycle.closed_at)


@pytest.mark.parametrize(("was", "to"), PAIRS, ids=lambda each: str(each.value))
def test_every_pair_of_phases(cast: Cast, was: Phase, to: Phase) -> None:
    starts = (was, to) == (Phase.READY, Phase.DOSING)
    if to == Phase.CLOSED:
        sign_pack_for(cast)
    cycle = ready(cast) if starts else cycle_in(was, signed_treatment(cast))
    before, events = said(cycle), Event.objects.count()
    if (was.value, to.value) in LEGAL:
        moved = move_cycle(
            cycle=cycle, to=to, by=cast.prescriber, at=NOW, outcome="complete", reason="because"
        )
        assert moved.phase == to
        assert moved.phase_since == NOW
        assert moved.administered is (to not in (Phase.PREPARE, Phase.READY, Phase.VOID))
        assert (moved.closed_at is not None) is (to in (Phase.CLOSED, Phase.VOID))
        event = Event.objects.filter(name="care.treatments.cycle-moved").latest("id")
        assert event.detail == {"number": 1, "was": was.value, "to": to.value}
        assert event.subject == cast.patient.subject_ref
    else:
        with pytest.raises(Refused):
            move_cycle(cycle=cycle, to=to, by=cast.prescriber, at=NOW, outcome="complete", reason="because")
        cycle.refresh_from_db()
        assert said(cycle) == before
        assert Event.objects.count() == events


def test_second_mover_is_told_and_nothing_changes(cast: Cast) -> None:
    cycle = ready(cast)
    as_read_before = Cycle.objects.get(pk=cycle.pk)
    move_cycle(cycle=cycle, to=Phase.DOSING, by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="moved this cycle to “dosing” a moment ago"):
        move_cycle(cycle=as_read_before, to=Phase.VOID, by=cast.prescriber, at=NOW, reason="late")
    assert Cycle.objects.get(pk=cycle.pk).phase == Phase.DOSING


@pytest.mark.parametrize("phase", [Phase.DOSING, Phase.RECOVERY, Phase.DISCHARGED, Phase.INTEGRATING])
def test_given_is_never_void(cast: Cast, phase: Phase) -> None:
    cycle = cycle_in(phase, signed_treatment(cast))
    with pytest.raises(Refused, match="had its dose"):
        move_cycle(cycle=cycle, to=Phase.VOID, by=cast.prescriber, at=NOW, reason="a mistake")


def test_void_asks_for_a_reason_and_closed_for_an_outcome(cast: Cast) -> None:
    treatment = signed_treatment(cast)
    ready, integrating = cycle_in(Phase.READY, treatment), cycle_in(Phase.INTEGRATING, treatment, 2)
    with pytest.raises(Refused, match="Enter why this dose is cancelled"):
        move_cycle(cycle=ready, to=Phase.VOID, by=cast.prescriber, at=NOW, reason="  ")
    for outcome in ("", "splendid"):
        with pytest.raises(Refused, match="Choose the outcome"):
            move_cycle(cycle=integrating, to=Phase.CLOSED, by=cast.therapist, at=NOW, outcome=outcome)


def test_nothing_moves_before_the_treatment_is_signed(cast: Cast) -> None:
    cycle = cycle_in(Phase.PREPARE, signed_treatment(cast, state="draft"))
    with pytest.raises(Refused, match="not signed"):
        move_cycle(cycle=cycle, to=Phase.READY, by=cast.prescriber, at=NOW)


@pytest.mark.parametrize("to", [Phase.PREPARE, Phase.VOID])
def test_an_order_does_not_outlive_its_readiness(cast: Cast, to: Phase) -> None:
    cycle = cycle_in(Phase.READY, signed_treatment(cast))
    order = live_order(cast, cycle)
    move_cycle(cycle=cycle, to=to, by=cast.prescriber, at=NOW, reason="the escort fell ill")
    order.refresh_from_db()
    assert order.withdrawn_at == NOW
    assert order.withdrawn_by == cast.prescriber


def test_an_order_stays_when_dosing_begins(cast: Cast) -> None:
    cycle = ready(cast)
    order = live_order(cast, cycle)
    move_cycle(cycle=cycle, to=Phase.DOSING, by=cast.monitor, at=NOW)
    order.refresh_from_db()
    assert order.withdrawn_at is None


def test_a_consent_taken_back_after_the_gate_stops_the_start(cast: Cast) -> None:
    cycle = ready(cast)
    consent = Consent.objects.get()
    withdraw_consent(consent=consent, by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="consent text in force is not signed"):
        move_cycle(cycle=cycle, to=Phase.DOSING, by=cast.monitor, at=NOW)
    assert Cycle.objects.get(pk=cycle.pk).phase == Phase.READY
    signed_consent(cast, consent.pack, at=NOW)
    assert move_cycle(cycle=cycle, to=Phase.DOSING, by=cast.monitor, at=NOW).administered


def test_no_dose_starts_under_an_order_of_yesterday(cast: Cast) -> None:
    cycle = ready(cast)
    live_order(cast, cycle, at=NOW - timedelta(hours=20))
    with pytest.raises(Refused, match="signed on another day"):
        move_cycle(cycle=cycle, to=Phase.DOSING, by=cast.monitor, at=NOW)
    assert not Cycle.objects.get(pk=cycle.pk).administered
