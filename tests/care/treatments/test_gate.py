"""The gate at every act on the way to a dose: what is known now decides, whatever was passed before.

The cases G1 to G11 are those of people who tried to start a dose by hand; each test names its own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from mooring.care.integration.models import Contact, IntegrationVisit
from mooring.care.measures.models import Asked, Concern
from mooring.care.observations.actions import tell_allergy, tell_medicine
from mooring.care.observations.models import Allergy, Medicine
from mooring.care.patients.models import SupportPerson
from mooring.care.screening.models import Screening, StatedFact
from mooring.care.treatments.actions import (
    close_finding,
    draft_treatment,
    make_ready,
    move_cycle,
    record_readiness,
    settle_fact,
    sign_treatment,
)
from mooring.care.treatments.gate import gate_of, read_gate
from mooring.care.treatments.models import Cycle, Phase, Treatment, TreatmentState
from mooring.rules.verdict import ClosureKind, Refused
from mooring.work.models import Task
from tests.care.treatments.before_dosing import (
    asked,
    drafted,
    good_answers,
    intended,
    knowing_clinic,
    order_for,
    planned,
    prepared,
    ready,
)
from tests.care.treatments.rows import decided_screening, escort_of, weight_of
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def ordered(cast: Cast) -> Cycle:
    """Ready, with the order signed: all that a start asks for."""
    cycle = ready(cast)
    order_for(cast, cycle)
    return cycle


def open_rules(cycle: Cycle, at: datetime = NOW) -> set[str]:
    return {finding.rule for finding in gate_of(cycle, at).findings}


def start(cast: Cast, cycle: Cycle, at: datetime = NOW) -> Cycle:
    return move_cycle(cycle=cycle, to=Phase.DOSING, by=cast.monitor, at=at)


def allergic(cast: Cast, substance: str = "Ketamine", at: datetime = NOW) -> Allergy:
    allergy = Allergy(patient=cast.patient, substance=substance, reaction="anaphylaxis")
    return tell_allergy(allergy=allergy, by=cast.monitor, at=at)


def concerned(cast: Cast, at: datetime = NOW) -> Concern:
    """Item 9 of a PHQ-9 went from 0 to 2."""
    asking = Asked.objects.create(
        patient=cast.patient, instrument="PHQ-9@1", asked_by=cast.coordinator, asked_at=at, due_at=at
    )
    return Concern.objects.create(
        asked=asking,
        patient=cast.patient,
        item="q9",
        value=2,
        baseline=0,
        urgent=True,
        raised_at=at,
        answer_by=at,
    )


def state(cast: Cast, key: str, value: str, source: str, at: datetime) -> StatedFact:
    screening = Screening.objects.filter(patient=cast.patient).latest("sent_at")
    return StatedFact.objects.create(
        screening=screening, key=key, value=value, source=source, by=cast.prescriber, at=at, stored_at=at
    )


def test_nothing_against_it_and_the_dose_starts(cast: Cast) -> None:
    assert start(cast, ordered(cast)).phase == Phase.DOSING


def test_case_g1_an_allergy_and_signs_recorded_after_the_order_refuse_the_start(cast: Cast) -> None:
    """Case G1: ketamine anaphylaxis, 215/125, HR 140, SpO2 84, RR 6 and MOAA/S 2 are each named, and nothing is lost."""
    cycle = ordered(cast)
    allergic(cast)
    tell_medicine(medicine=Medicine(patient=cast.patient, name="Tranylcypromine"), by=cast.monitor, at=NOW)
    values: dict[str, object] = {
        "systolic_mmhg": 215,
        "diastolic_mmhg": 125,
        "heart_rate_per_min": 140,
        "spo2_percent": 84,
        "respiratory_rate_per_min": 6,
        "moaas": 2,
    }
    record_readiness(cycle=cycle, values=values, by=cast.monitor, at=NOW)
    with pytest.raises(Refused) as refused:
        start(cast, cycle)
    said = " ".join(refused.value.reasons)
    for name in ("ketamine", "MAO", "Systolic", "Diastolic", "Heart rate", "Oxygen", "MOAA/S"):
        assert name in said
    assert {finding.rule.partition("@")[0] for finding in refused.value.verdict.findings} >= {
        "ALLERGY",
        "MED-MAOI",
        "HTN-SEVERE",
        "THRESHOLDS-ADULT",
    }
    assert {f"THRESHOLDS-ADULT@2/{sign}" for sign in values} <= {
        finding.rule for finding in refused.value.verdict.findings
    }
    cycle.refresh_from_db()
    assert cycle.phase == Phase.READY
    assert cycle.orders.get().withdrawn_at is None


def test_case_g2_an_urgent_concern_blocks_until_a_clinician_closes_it(cast: Cast) -> None:
    """Case G2: item 9 from 0 to 2, response overdue: no order, no start, until the concern is closed."""
    cycle = ready(cast)
    concern = concerned(cast)
    with pytest.raises(Refused, match="not been closed by a clinician"):
        order_for(cast, cycle)
    Concern.objects.filter(pk=concern.pk).update(
        answered_at=NOW, answered_by=cast.prescriber, what_was_done="Assessed in the room."
    )
    order_for(cast, cycle)
    assert start(cast, cycle).phase == Phase.DOSING


def test_case_g3_the_answers_of_yesterday_are_unknown_today(cast: Cast) -> None:
    """Case G3: readiness answers and vitals of 20 h before are asked and measured again."""
    cycle = planned(cast)
    prepared(cast, cycle)
    asked(cast, cycle, at=NOW - timedelta(hours=20))
    unknown = {key for finding in gate_of(cycle, NOW).findings for key in finding.missing}
    assert unknown >= {*good_answers()} - {"pregnancy_test_negative"}
    with pytest.raises(Refused):
        make_ready(cycle=cycle, by=cast.monitor, at=NOW)


def test_an_answer_is_of_its_day_and_not_of_so_many_hours(cast: Cast) -> None:
    """Asked at 23:50 of the site's clock, it says nothing 20 minutes later, which is another day."""
    cycle = planned(cast)
    late = datetime(2026, 11, 11, 23, 50, tzinfo=cast.site.zone)
    asked(cast, cycle, at=late)
    assert not [f for f in gate_of(cycle, late + timedelta(minutes=5)).findings if f.missing]
    next_day = {f.rule for f in gate_of(cycle, late + timedelta(minutes=20)).findings if f.missing}
    assert {"READY-ALCOHOL@1", "READY-UNWELL@1", "READY-ESCORT@1"} <= next_day


def test_case_g4_an_escort_is_a_name_with_a_telephone_number_on_the_record(cast: Cast) -> None:
    """Case G4: "escort: yes" while the record names nobody is refused, and never counts."""
    cycle = planned(cast)
    values: dict[str, object] = {"escort_confirmed": "yes"}
    with pytest.raises(Refused, match="named on the record"):
        record_readiness(cycle=cycle, values=values, by=cast.monitor, at=NOW)
    assert "READY-ESCORT@1" in open_rules(cycle)
    asked(cast, cycle)
    assert open_rules(cycle) == set()
    SupportPerson.objects.filter(pk=escort_of(cast).pk).update(ended_at=NOW)
    assert open_rules(cycle) == {"READY-ESCORT@1"}


def test_case_g6_a_confirmed_aneurysm_stands_whatever_the_patient_reports_later(cast: Cast) -> None:
    """Case G6: confirmed by a clinician; a newer "no" of the patient clears nothing, a refutation does."""
    cycle = ordered(cast)
    state(cast, "aneurysm", "yes", "clinician", NOW - timedelta(days=2))
    state(cast, "aneurysm", "no", "patient", NOW - timedelta(days=1))
    found = next(f for f in gate_of(cycle, NOW).findings if f.rule.startswith("ANEURYSM@"))
    assert found.settled
    with pytest.raises(Refused):
        start(cast, cycle)
    state(cast, "aneurysm", "no", "clinician", NOW)
    assert start(cast, cycle).phase == Phase.DOSING


def test_what_was_confirmed_long_ago_still_stands_and_a_no_of_then_is_asked_again(cast: Cast) -> None:
    cycle = ordered(cast)
    state(cast, "aneurysm", "yes", "clinician", NOW - timedelta(days=18))
    later = NOW + timedelta(days=200)
    findings = {f.rule.partition("@")[0]: f for f in gate_of(cycle, later).findings}
    assert findings["ANEURYSM"].settled
    assert findings["STROKE"].missing == ("stroke",)


def test_case_g7_a_plan_on_stale_facts_asks_them_again_first(cast: Cast) -> None:
    """Case G7: screened on 9 June; a new treatment signed on 29 November is refused until asked again."""
    knowing_clinic(cast)
    screening = decided_screening(cast, at=NOW - timedelta(days=150))
    with pytest.raises(Refused, match="Ask again first") as refused:
        draft_treatment(screening=screening, intended=intended(), by=cast.prescriber, at=NOW)
    assert "Stroke" in " ".join(refused.value.reasons)
    assert not Treatment.objects.exists()


def test_a_draft_that_lay_until_its_facts_grew_old_is_not_signed(cast: Cast) -> None:
    knowing_clinic(cast)
    draft = drafted(cast)
    with pytest.raises(Refused, match="Ask again first"):
        sign_treatment(treatment=draft, by=cast.prescriber, at=NOW + timedelta(days=100))


def dosed(cycle: Cycle, number: int, at: datetime) -> Cycle:
    Cycle.objects.filter(treatment=cycle.treatment, number=number).update(
        phase=Phase.INTEGRATING, administered=True, dosed_at=at
    )
    return Cycle.objects.get(treatment=cycle.treatment, number=number)


def test_case_g8_the_next_dose_waits_for_the_integration_of_the_last(cast: Cast) -> None:
    """Case G8: the last dose has neither follow-up nor visit; held, until done or waived with a reason."""
    cast.site.programme = "therapy-clinic"
    cast.site.save(update_fields=["programme"])
    cycle = planned(cast)
    prepared(cast, cycle)
    last = dosed(cycle, 2, NOW - timedelta(days=3))
    asked(cast, cycle)
    assert open_rules(cycle) == {"READY-INTEGRATION@1"}
    with pytest.raises(Refused, match="still due"):
        make_ready(cycle=cycle, by=cast.monitor, at=NOW)
    Contact.objects.create(cycle=last, result="reached", safe=True, by=cast.therapist, at=NOW)
    assert open_rules(cycle) == {"READY-INTEGRATION@1"}
    IntegrationVisit.objects.create(cycle=last, experience="Calm.", by=cast.therapist, at=NOW)
    assert make_ready(cycle=cycle, by=cast.monitor, at=NOW).phase == Phase.READY


def test_case_g8_waived_by_a_named_person_with_a_reason(cast: Cast) -> None:
    cycle = planned(cast)
    prepared(cast, cycle)
    dosed(cycle, 2, NOW - timedelta(days=3))
    asked(cast, cycle)
    close_finding(
        cycle=cycle,
        rule="READY-INTEGRATION@1",
        kind=ClosureKind.OVERRIDDEN,
        reason="Reached twice by her own doctor; the visit is booked for tomorrow.",
        by=cast.prescriber,
        at=NOW,
    )
    assert make_ready(cycle=cycle, by=cast.monitor, at=NOW).phase == Phase.READY
    waiver = cycle.readiness_closures.get()
    assert waiver.by == cast.prescriber


def test_case_g9_a_dose_of_an_ended_treatment_counts_for_the_spacing(cast: Cast) -> None:
    """Case G9: treatment A ended after yesterday's dose; the first dose of B today is too close."""
    cycle = planned(cast)
    prepared(cast, cycle)
    asked(cast, cycle)
    first = Treatment.objects.get(pk=cycle.treatment_id)
    Treatment.objects.filter(pk=first.pk).update(
        state=TreatmentState.ENDED, outcome="response", ended_by=cast.prescriber, ended_at=NOW
    )
    Cycle.objects.filter(pk=cycle.pk).update(
        phase=Phase.CLOSED,
        administered=True,
        dosed_at=NOW - timedelta(days=1),
        closed_at=NOW,
        outcome="complete",
    )
    second = sign_treatment(
        treatment=draft_treatment(screening=first.screening, intended=intended(), by=cast.prescriber, at=NOW),
        by=cast.prescriber,
        at=NOW,
    )
    begins = second.cycles.get(number=1)
    assert open_rules(begins) == {"IV-STD-6@1/gap"}


def test_an_order_for_another_weight_does_not_start(cast: Cast) -> None:
    cycle = ordered(cast)
    weight_of(cast, "68.0", at=NOW)
    with pytest.raises(Refused, match="68\u00a0kg, not 72\u00a0kg"):
        start(cast, cycle)


def test_a_patients_yes_on_the_day_is_confirmed_or_refuted_by_a_prescriber(cast: Cast) -> None:
    cycle = ordered(cast)
    state(cast, "stroke", "yes", "patient", NOW)
    gate = read_gate(cycle, NOW)
    assert gate.reported("stroke")
    assert [f.missing for f in gate.still_open] == [("stroke",)]
    settle_fact(cycle=cycle, key="stroke", value="no", by=cast.prescriber, at=NOW + timedelta(minutes=1))
    assert start(cast, cycle, NOW + timedelta(minutes=2)).phase == Phase.DOSING


def test_a_closing_holds_for_the_facts_it_was_given_for(cast: Cast) -> None:
    cycle = ordered(cast)
    state(cast, "hypertension", "yes", "clinician", NOW - timedelta(minutes=3))
    rule = next(iter(open_rules(cycle)))
    close_finding(
        cycle=cycle, rule=rule, kind=ClosureKind.WEIGHED, reason="Treated.", by=cast.prescriber, at=NOW
    )
    assert open_rules(cycle) == set()
    state(cast, "hypertension", "yes", "clinician", NOW + timedelta(minutes=1))
    assert open_rules(cycle, NOW + timedelta(minutes=2)) == {rule}


AGAINST: dict[str, Callable[[Cast, Cycle], object]] = {
    "allergy": lambda cast, cycle: allergic(cast),
    "concern": lambda cast, cycle: concerned(cast),
    "consent taken back": lambda cast, cycle: cast.patient.consents.update(
        withdrawn_at=NOW, withdrawn_to=cast.monitor
    ),
    "escort gone": lambda cast, cycle: cast.patient.support_people.update(ended_at=NOW),
    "weight": lambda cast, cycle: weight_of(cast, "61.0", at=NOW),
    "psychosis": lambda cast, cycle: state(cast, "psychosis_now", "yes", "clinician", NOW),
    "thoughts of suicide": lambda cast, cycle: record_readiness(
        cycle=cycle, values={"suicidal_since_last": "yes"}, by=cast.monitor, at=NOW
    ),
}


@pytest.mark.parametrize("name", AGAINST)
def test_whatever_becomes_known_after_the_order_refuses_the_start(cast: Cast, name: str) -> None:
    cycle = ordered(cast)
    AGAINST[name](cast, cycle)
    with pytest.raises(Refused):
        start(cast, cycle)
    assert Cycle.objects.get(pk=cycle.pk).phase == Phase.READY


def test_the_dose_that_is_ordered_is_what_the_gate_saw(cast: Cast) -> None:
    assert order_for(cast, ready(cast)).dose_mg == Decimal("36.0")


def test_a_liver_value_or_a_bladder_sign_stops_the_next_dose(cast: Cast) -> None:
    cycle = ordered(cast)
    values: dict[str, object] = {"bladder_blood_or_pain": "yes"}
    record_readiness(cycle=cycle, values=values, by=cast.monitor, at=NOW)
    settle_fact(cycle=cycle, key="bladder_blood_or_pain", value="yes", by=cast.prescriber, at=NOW)
    assert open_rules(cycle) == {"LT-BLADDER-RED@1"}
    with pytest.raises(Refused, match="blood or pain"):
        start(cast, cycle)


def test_a_long_term_check_whose_cadence_has_come_is_a_task(cast: Cast) -> None:
    treatment = ready(cast).treatment
    last = Cycle.objects.select_related("treatment__patient__site").get(treatment=treatment, number=2)
    Cycle.objects.filter(pk=last.pk).update(
        phase=Phase.INTEGRATING, administered=True, dosed_at=NOW - timedelta(days=100)
    )
    last.refresh_from_db()
    move_cycle(cycle=last, to=Phase.CLOSED, outcome="complete", by=cast.therapist, at=NOW)
    owed = Task.objects.filter(kind__startswith="longterm", state="open")
    assert "longterm-lt-liver" in {task.kind for task in owed}
    assert all(task.role == "prescriber" for task in owed)
