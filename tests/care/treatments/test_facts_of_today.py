"""Facts that a rule counts from: scores, the last time of a medicine, fever, improvement, touch, a denied answer."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.models import Consent
from mooring.care.measures.models import Asked, Filled
from mooring.care.observations.models import Medicine
from mooring.care.patients.facts import facts_of
from mooring.care.treatments.actions import settle_fact
from mooring.care.treatments.gate import gate_of, read_gate
from mooring.care.treatments.models import Cycle, Phase, Treatment
from mooring.content.loader import load
from mooring.rules import longterm, readiness
from mooring.rules.screening import Setting
from mooring.rules.verdict import Fact
from tests.care.consents.signing import signed_consent
from tests.care.treatments.before_dosing import asked, order_for, ready
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def filled(cast: Cast, instrument: str, total: int, at: object = NOW) -> Filled:
    asking = Asked.objects.create(
        patient=cast.patient,
        instrument=instrument,
        asked_by=cast.coordinator,
        asked_at=at,
        due_at=at,
        state="done",
    )
    return Filled.objects.create(
        asked=asking,
        patient=cast.patient,
        instrument=instrument,
        answers={},
        total=Decimal(total),
        by=cast.patient.person,
        filled_at=at,
        stored_at=at,
    )


def open_rules(cycle: Cycle) -> set[str]:
    return {finding.rule.partition("@")[0] for finding in gate_of(cycle, NOW).findings}


@pytest.mark.parametrize(
    ("instrument", "key", "below"),
    [("AUDIT-C@1", "audit_c_total", 2), ("DAST-10@1", "dast10_total", 5)],
)
def test_the_total_of_a_questionnaire_reaches_the_rule(
    cast: Cast, instrument: str, key: str, below: int
) -> None:
    """AUDIT-C from 3 in women, DAST-10 from 6: the newest total counts, whoever filled it."""
    cycle = ready(cast)
    filled(cast, instrument, 9, NOW - timedelta(hours=1))
    assert facts_of(cast.patient, NOW).newest(key).value == 9  # type: ignore[union-attr]
    fired = {f for f in gate_of(cycle, NOW).findings if any(fact.key == key for fact in f.facts)}
    assert fired
    filled(cast, instrument, below, NOW - timedelta(minutes=1))
    assert not [f for f in gate_of(cycle, NOW).findings if any(fact.key == key for fact in f.facts)]


def test_fever_holds_a_dose(cast: Cast) -> None:
    pack = load()
    for value, held in ((38, True), (37.9, False)):
        verdict = readiness.assess([Fact("temperature_c", value, NOW)], pack, NOW)
        assert any(finding.rule == "READY-FEVER@1" for finding in verdict.findings) is held
    assert not any(f.rule == "READY-FEVER@1" for f in readiness.assess([], pack, NOW).findings)


def test_a_nasal_spray_on_the_list_holds_a_nasal_dose_for_an_hour(cast: Cast) -> None:
    """The label asks for one hour; the time on the list of medicines counts, whatever was answered."""
    sign_pack_for(cast)
    medicine = Medicine.objects.create(
        patient=cast.patient,
        name="Oxymetazoline",
        classes=["nasal-decongestant"],
        classified_at=NOW - timedelta(days=9),
        last_taken_at=NOW - timedelta(minutes=40),
        told_at=NOW - timedelta(days=9),
        told_to=cast.monitor,
    )
    nasal = Setting(product="esketamine", route="intranasal")
    for minutes, held in ((40, True), (61, False)):
        Medicine.objects.filter(pk=medicine.pk).update(last_taken_at=NOW - timedelta(minutes=minutes))
        facts = [*facts_of(cast.patient, NOW).facts, Fact("nasal_spray_last_hour", "no", NOW)]
        verdict = readiness.assess(facts, load(), NOW, nasal)
        assert any(finding.rule == "READY-NASAL-SPRAY@1" for finding in verdict.findings) is held


def test_no_benefit_is_read_from_the_scores_of_the_open_treatment(cast: Cast) -> None:
    cycle = ready(cast)
    filled(cast, "PHQ-9@1", 20, NOW - timedelta(days=40))
    pks = list(Treatment.objects.get().cycles.order_by("-number").values_list("pk", flat=True)[:4])
    for days, pk in zip((30, 25, 20, 15), pks, strict=True):
        Cycle.objects.filter(pk=pk).update(
            phase=Phase.CLOSED,
            outcome="complete",
            dosed_at=NOW - timedelta(days=days),
            administered=True,
            closed_at=NOW - timedelta(days=days - 2),
        )
    filled(cast, "PHQ-9@1", 18, NOW - timedelta(days=1))
    assert facts_of(cast.patient, NOW).newest("improvement_percent").value == 10  # type: ignore[union-attr]
    assert "LT-NO-BENEFIT" in open_rules(cycle)
    filled(cast, "PHQ-9@1", 10, NOW - timedelta(hours=1))
    assert facts_of(cast.patient, NOW).newest("improvement_percent").value == 50  # type: ignore[union-attr]
    assert "LT-NO-BENEFIT" not in open_rules(cycle)
    assert longterm.checks_for(load(), NOW.date(), Setting())


def test_a_consent_that_says_no_touch_after_the_preparation_refuses_the_start(cast: Cast) -> None:
    """Case G5, later: "a hand on the shoulder" was prepared, then the consent is taken again without touch."""
    cycle = ready(cast)
    order_for(cast, cycle)
    assert not gate_of(cycle, NOW).findings
    consent = Consent.objects.get(patient=cast.patient)
    withdraw_consent(consent=consent, by=cast.monitor, at=NOW)
    signed_consent(cast, consent.pack, choices={**consent.choices, "touch": False}, at=NOW)
    (finding,) = gate_of(cycle, NOW).findings
    assert finding.rule == "preparation/touch"
    assert "no touch" in str(finding.says)


def test_a_yes_of_today_is_not_cleared_by_a_newer_no(cast: Cast) -> None:
    """Whoever asks again and hears "no" does not undo the "yes" of an hour ago: a prescriber refutes it."""
    cycle = ready(cast)
    asked(cast, cycle, at=NOW - timedelta(minutes=5), alcohol_last_24h="yes")
    assert "READY-ALCOHOL" in open_rules(cycle)
    asked(cast, cycle, at=NOW - timedelta(minutes=1))
    assert "READY-ALCOHOL" in open_rules(cycle)
    assert read_gate(cycle, NOW).reported("alcohol_last_24h")
    settle_fact(cycle=cycle, key="alcohol_last_24h", value="no", by=cast.prescriber, at=NOW)
    assert "READY-ALCOHOL" not in open_rules(cycle)


def test_what_is_wanted_is_changed_both_ways(cast: Cast) -> None:
    """ "Medicines as agreed: no", then "yes", then "no" again: each is the newest word."""
    cycle = ready(cast)
    for answer, held in (("no", True), ("yes", False), ("no", True)):
        asked(cast, cycle, at=NOW, medicines_held=answer)
        assert ("READY-MEDICINES" in open_rules(cycle)) is held
