"""The dose order: what the server computes, refuses and stores; one stands at a time."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mooring.audit.models import Event
from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.models import Consent
from mooring.care.treatments.actions import close_finding, move_cycle, withdraw_order
from mooring.care.treatments.models import Cycle, DoseOrder, Phase
from mooring.care.treatments.queries import compute_order
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.verdict import ClosureKind, Refused
from mooring.work.models import Task
from tests.care.treatments.before_dosing import CREDENTIALS, infusion_choice, order_for, planned, ready
from tests.care.treatments.rows import live_order, weight_of
from tests.packs import grant
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db


def test_the_server_computes_from_the_dated_weight(cast: Cast) -> None:
    order = order_for(cast, ready(cast), concentration_mg_per_ml=Decimal("2"))
    # 72.0 kg × 0.5 mg/kg = 36 mg; 36 ÷ 2 mg/mL = 18 mL; 18 mL in 40 min = 27 mL/h
    assert order.dose_mg == 36
    assert order.ordered.form == InfusionDose(Decimal("2"), Decimal("18.00"), 40, Decimal("27.0"))
    assert (order.drug, order.route, order.salt_basis) == ("racemic ketamine", "intravenous", "base")
    assert order.weight.value == Decimal("72.0")
    event = Event.objects.get(name="care.treatments.order-signed")
    assert event.subject == cast.patient.subject_ref
    assert not Task.objects.filter(kind="order", state="open").exists()


def test_figures_other_than_those_shown_are_refused(cast: Cast) -> None:
    cycle = ready(cast)
    shown = compute_order(
        cycle=cycle,
        choice=infusion_choice(),
        at=NOW - timedelta(minutes=3),
    ).shown
    weight_of(cast, kg="80.0", at=NOW - timedelta(minutes=2))
    with pytest.raises(Refused, match="figures have changed"):
        order_for(cast, cycle, shown=shown)
    assert not DoseOrder.objects.exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"amount": Decimal("0.60")}, "outside the protocol: 0.25 to 0.5"),
        ({"amount": Decimal("0.10")}, "outside the protocol: 0.25 to 0.5"),
        ({"duration_min": 20}, "The order runs 20"),
    ],
)
def test_what_lies_outside_the_protocol_is_refused(cast: Cast, changed: dict[str, object], says: str) -> None:
    with pytest.raises(Refused, match=says):
        order_for(cast, ready(cast), reason="I insist", **changed)


def test_the_limit_of_the_signed_treatment_is_absolute(cast: Cast) -> None:
    cycle = ready(cast)
    weight_of(cast, kg="170.0", at=NOW - timedelta(minutes=2))
    with pytest.raises(Refused, match="above 80"):
        order_for(cast, cycle, reason="I insist")


def test_case_n1_a_dose_on_a_weight_in_pounds_is_typed_again_with_a_reason(cast: Cast) -> None:
    """Case N1: 72 kg yesterday, 158 today: 79 mg is within the protocol, and is not signed without a word."""
    cycle = ready(cast)
    weight_of(cast, kg="158.0", at=NOW - timedelta(minutes=2))
    with pytest.raises(Refused, match="differs by 119") as refused:
        order_for(cast, cycle)
    assert "Type the dose in mg again" in refused.value.reasons[-1]
    with pytest.raises(Refused, match="Check dose and weight"):
        order_for(cast, cycle, dose_again=Decimal("36"), change_reason="It is right.")
    with pytest.raises(Refused, match="differs by"):
        order_for(cast, cycle, dose_again=Decimal("79"), change_reason=" ")
    order = order_for(
        cast, cycle, dose_again=Decimal("79"), change_reason="Weighed twice; gained in hospital."
    )
    assert (order.dose_mg, order.change_reason) == (Decimal("79.0"), "Weighed twice; gained in hospital.")


def test_a_dose_that_differs_by_more_than_a_quarter_is_typed_again(cast: Cast) -> None:
    cycle = ready(cast)
    last = Cycle.objects.get(treatment=cycle.treatment, number=2)
    live_order(cast, last, at=NOW - timedelta(days=3))
    Cycle.objects.filter(pk=last.pk).update(
        phase="closed",
        administered=True,
        dosed_at=NOW - timedelta(days=3),
        closed_at=NOW,
        outcome="complete",
    )
    assert order_for(cast, cycle, amount="0.4").dose_mg == Decimal("28.8")
    withdraw_order(order=cycle.orders.get(), reason="Less.", by=cast.prescriber, at=NOW)
    with pytest.raises(Refused, match=r"differs by 30"):
        order_for(cast, cycle, amount="0.35")


def test_an_order_names_what_it_is_drawn_from(cast: Cast) -> None:
    cycle = ready(cast)
    with pytest.raises(Refused, match="must never be given undiluted"):
        order_for(cast, cycle, presentation="KETAMINE-100@1", concentration_mg_per_ml=Decimal("100"))
    with pytest.raises(Refused, match="No presentation"):
        order_for(cast, cycle, presentation="")
    assert order_for(cast, cycle).presentation == "KETAMINE-50@1"


@pytest.mark.parametrize("phase", [Phase.PREPARE, Phase.VOID])
def test_no_order_outside_ready(cast: Cast, phase: Phase) -> None:
    cycle = ready(cast)
    move_cycle(cycle=Cycle.objects.get(pk=cycle.pk), to=phase, by=cast.prescriber, at=NOW, reason="not today")
    with pytest.raises(Refused, match="when the cycle is ready"):
        order_for(cast, cycle)


def test_a_consent_taken_back_after_the_gate_refuses_the_order(cast: Cast) -> None:
    cycle = ready(cast)
    withdraw_consent(consent=Consent.objects.get(), by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="not ready any more"):
        order_for(cast, cycle)


def test_a_stale_weight_refuses_even_to_compute(cast: Cast) -> None:
    cycle = ready(cast)
    with pytest.raises(Refused, match="days old"):
        order_for(cast, cycle, at=NOW + timedelta(days=8))


def test_without_credentials_it_is_not_signed(cast: Cast) -> None:
    cycle = ready(cast)
    second = make_person("Ada Brandt", ("prescriber", cast.site))
    with pytest.raises(Refused, match="not recorded"):
        order_for(cast, cycle, by=second)


def test_two_prescribers_at_once_the_second_is_told(cast: Cast) -> None:
    cycle = ready(cast)
    second = make_person("Ada Brandt", ("prescriber", cast.site))
    grant(second, *CREDENTIALS)
    order_for(cast, cycle)
    with pytest.raises(Refused, match=r"Kofi Mensah signed an order for this dose a moment ago: 36\.0 mg"):
        order_for(cast, cycle, by=second)
    assert DoseOrder.objects.count() == 1


def test_withdrawn_and_written_anew(cast: Cast) -> None:
    cycle = ready(cast)
    first = order_for(cast, cycle)
    with pytest.raises(Refused, match="Enter why"):
        withdraw_order(order=first, reason="", by=cast.prescriber, at=NOW)
    withdraw_order(order=first, reason="Another concentration is at hand.", by=cast.prescriber, at=NOW)
    with pytest.raises(Refused, match="already withdrawn a moment ago"):
        withdraw_order(order=first, reason="twice", by=cast.prescriber, at=NOW)
    again = order_for(cast, cycle, concentration_mg_per_ml=Decimal("2"))
    assert DoseOrder.objects.filter(withdrawn_at__isnull=True).get() == again


def test_an_order_under_which_dosing_began_is_not_withdrawn(cast: Cast) -> None:
    cycle = ready(cast)
    order = order_for(cast, cycle)
    move_cycle(cycle=cycle, to=Phase.DOSING, by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="has started"):
        withdraw_order(order=order, reason="late", by=cast.prescriber, at=NOW)


def test_too_soon_after_the_last_dose_is_refused(cast: Cast) -> None:
    cycle = ready(cast)
    second = Cycle.objects.get(treatment=cycle.treatment, number=2)
    Cycle.objects.filter(pk=second.pk).update(
        phase="closed",
        administered=True,
        dosed_at=NOW - timedelta(days=1),
        closed_at=NOW,
        outcome="complete",
    )
    with pytest.raises(Refused, match="at least 2 days between doses"):
        order_for(cast, cycle, reason="I insist")


def test_long_after_the_last_dose_the_gate_asks_for_a_reason(cast: Cast) -> None:
    cycle = ready(cast)
    Cycle.objects.filter(treatment=cycle.treatment, number=2).update(
        phase="closed",
        administered=True,
        dosed_at=NOW - timedelta(days=9),
        closed_at=NOW,
        outcome="complete",
    )
    with pytest.raises(Refused, match="9 days ago"):
        order_for(cast, cycle)
    close_finding(
        cycle=cycle,
        rule="IV-STD-6@1/gap-long",
        kind=ClosureKind.WEIGHED,
        reason="Away for a week.",
        by=cast.prescriber,
        at=NOW,
    )
    assert order_for(cast, cycle).dose_mg == Decimal("36.0")


def test_planned_is_not_ready(cast: Cast) -> None:
    with pytest.raises(Refused, match="when the cycle is ready"):
        order_for(cast, planned(cast))
