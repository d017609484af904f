"""Screening: a patient's yes opens, a clinician's yes settles, and what is missing never clears."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.content.pack import Pack
from mooring.content.reach import leaves
from mooring.content.trigger import parse
from mooring.rules import screening
from mooring.rules.facts import known
from mooring.rules.screening import Setting, screen
from mooring.rules.verdict import Closure, ClosureKind, Effect, Fact, Grade, Override
from tests.rules.knowledge import DAY, NOON, confirmed, measured, pack, reported

RULES = pack()
YES_NO = [key for key, datum in RULES.data.items() if datum.type.value == "yes-no"]


def healthy() -> list[Fact]:
    """Every yes-or-no fact refuted, every number ordinary."""
    keys = {rule.question.about for rule in RULES.eligibility.values() if rule.question}
    facts = [confirmed(key, "no") for key in keys if RULES.data[key].type.value == "yes-no"]
    return [
        *facts,
        confirmed("suicide_risk", "no"),
        confirmed("age_years", 45),
        measured("resting_systolic_mmhg", 120),
        measured("resting_diastolic_mmhg", 75),
    ]


def about(key: str, *facts: Fact) -> list[Fact]:
    return [*(fact for fact in healthy() if fact.key != key), *facts]


def finding(facts: list[Fact], rule: str, setting: Setting | None = None):
    return next((each for each in screen(facts, RULES, DAY, setting).findings if each.rule == rule), None)


def test_a_patient_s_yes_opens_a_finding_and_settles_nothing():
    found = finding(about("stroke", reported("stroke", "yes")), "STROKE@1")
    assert found is not None
    assert found.missing == ("stroke",)
    assert found.effect == Effect.BLOCK
    assert found.facts[0].by == "patient"


def test_a_patient_s_no_opens_nothing():
    said = [reported(fact.key, fact.value) if fact.value == "no" else fact for fact in healthy()]
    verdict = screen(said, RULES, DAY)
    assert verdict.findings == ()
    assert verdict.complete
    assert verdict.allowed


def test_a_confirmed_yes_settles_and_blocks():
    verdict = screen(about("stroke", confirmed("stroke", True)), RULES, DAY)
    found = next(each for each in verdict.findings if each.rule == "STROKE@1")
    assert found.settled
    assert verdict.established == Effect.BLOCK
    assert found.sources[0] == "uk-ketalar-smpc"
    assert found.grade == Grade.A


def test_a_refuted_yes_is_gone_and_a_newer_yes_opens_it_again():
    said, refuted = reported("stroke", "yes"), confirmed("stroke", "no", NOON + timedelta(hours=1))
    assert finding(about("stroke", said, refuted), "STROKE@1") is None
    again = reported("stroke", "yes", NOON + timedelta(hours=2))
    reopened = finding(about("stroke", said, refuted, again), "STROKE@1")
    assert reopened is not None
    assert not reopened.settled


def test_case_g6_a_confirmed_block_stands_until_a_clinician_refutes_it():
    settled = confirmed("aneurysm", "yes")
    newer = reported("aneurysm", "no", NOON + timedelta(hours=1))
    found = finding(about("aneurysm", settled, newer), "ANEURYSM@1")
    assert found is not None
    assert found.settled
    assert found.effect == Effect.BLOCK
    refuted = confirmed("aneurysm", "no", NOON + timedelta(hours=2))
    assert finding(about("aneurysm", settled, newer, refuted), "ANEURYSM@1") is None


@pytest.mark.parametrize("answer", ["not sure", "", None, "Not sure"])
def test_not_sure_is_missing(answer: object):
    verdict = screen(about("epilepsy", reported("epilepsy", answer)), RULES, DAY)
    assert verdict.missing == ("epilepsy",)
    assert not verdict.allowed


def test_with_nothing_known_nothing_is_allowed():
    verdict = screen([], RULES, DAY)
    assert verdict.established == Effect.PASS
    assert verdict.worst_possible == Effect.BLOCK
    assert not verdict.allowed


def test_pressure_blocks_only_above_the_label_s_number():
    def at(systolic: float, diastolic: float):
        facts = [each for each in healthy() if not each.key.startswith("resting_")]
        facts += [measured("resting_systolic_mmhg", systolic), measured("resting_diastolic_mmhg", diastolic)]
        return finding(facts, "HTN-SEVERE@1")

    assert at(180, 100) is None
    assert at(181, 80).settled
    assert at(120, 101).settled


def test_an_old_pressure_is_missing():
    old = NOON - timedelta(days=31)
    facts = [each for each in healthy() if not each.key.startswith("resting_")]
    facts += [measured("resting_systolic_mmhg", 120, old), measured("resting_diastolic_mmhg", 75, old)]
    assert finding(facts, "HTN-SEVERE@1").missing == ("resting_systolic_mmhg", "resting_diastolic_mmhg")


@pytest.mark.parametrize("slip", [12.0, 1200, float("nan"), "high", True])
def test_a_pressure_that_cannot_be_is_missing(slip: object):
    facts = [each for each in healthy() if each.key != "resting_systolic_mmhg"]
    found = finding([*facts, measured("resting_systolic_mmhg", slip)], "HTN-SEVERE@1")
    assert found.missing == ("resting_systolic_mmhg",)


def test_the_effect_follows_the_product_and_the_jurisdiction():
    facts = about("stroke", confirmed("stroke", "yes"))
    esketamine = Setting("esketamine", "intranasal", "US")
    assert finding(facts, "STROKE@1", esketamine).effect == Effect.SPECIALIST_REVIEW
    porphyria = about("acute_porphyria", confirmed("acute_porphyria", "yes"))
    assert finding(porphyria, "PORPHYRIA-ACUTE@1", Setting(jurisdiction="GB")).effect == Effect.BLOCK
    assert finding(porphyria, "PORPHYRIA-ACUTE@1").effect == Effect.SPECIALIST_REVIEW


def test_esketamine_is_never_for_home_whatever_a_site_plans():
    home = finding(healthy(), "HOME-ESKETAMINE@1", Setting("esketamine", "intranasal", "PT", "at-home"))
    assert (home.effect, home.override, home.settled) == (Effect.BLOCK, Override.NOBODY, True)
    assert home.facts[0].by == screening.BY_PLAN
    lozenge = Setting("racemic ketamine", "sublingual", "PT", "at-home")
    assert finding(healthy(), "HOME-ESKETAMINE@1", lozenge) is None
    assert finding(healthy(), "HOME-ESKETAMINE@1", Setting("esketamine", "intranasal", "PT")) is None


def test_an_enzyme_matters_to_what_is_swallowed_and_not_to_an_infusion():
    facts = about("takes_cyp3a4_inhibitor", confirmed("takes_cyp3a4_inhibitor", "yes"))
    assert finding(facts, "MED-CYP3A4-INHIBITOR@1", Setting(route="oral")).effect == Effect.CAUTION
    assert finding(facts, "MED-CYP3A4-INHIBITOR@1", Setting(route="intravenous")) is None


def test_above_the_number_that_starts_no_dose_nobody_is_screened_in():
    """One number in two places: where no dose starts, and where no treatment does."""
    table = {(sign.sign, sign.phase): sign.bands[-1] for sign in RULES.thresholds["THRESHOLDS-ADULT@2"].signs}
    limits = {
        leaf.left.key.removeprefix("resting_"): leaf.right
        for leaf in leaves(parse(RULES.eligibility["HTN-SEVERE@1"].when))
    }
    for sign, limit in limits.items():
        assert (table[sign, "before"].level, table[sign, "before"].least) == ("stop", limit + 1)


def test_one_closed_finding_does_not_hide_another():
    facts = [fact for fact in healthy() if fact.key not in ("epilepsy", "hypertension")]
    verdict = screen([*facts, confirmed("epilepsy", "yes"), confirmed("hypertension", "yes")], RULES, DAY)
    reviewed = Closure("EPILEPSY@1", ClosureKind.REVIEWED, "prescriber", "seizure-free for ten years")
    left = [each.rule for each in verdict.still_open([reviewed]) if each.settled]
    assert left == ["HTN@1"]


def test_a_finding_that_nobody_may_override_stays():
    found = finding(about("eclampsia", confirmed("eclampsia", "yes")), "ECLAMPSIA@1")
    assert found.override == Override.NOBODY


def test_questions_ask_each_fact_once():
    asked = [rule.question.about for rule in screening.questions(RULES, DAY) if rule.question]
    assert len(asked) == len(set(asked)) >= 10
    for rule in screening.questions(RULES, DAY):
        assert rule.question.text.count("?") == 1


def test_a_fact_of_tomorrow_is_not_yet_known():
    tomorrow = confirmed("stroke", "no", NOON + timedelta(days=1))
    assert finding(about("stroke", tomorrow), "STROKE@1").missing == ("stroke",)


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        known([replace(confirmed("stroke", "no"), dated=NOON.replace(tzinfo=None))], DAY)


def test_an_old_decision_is_the_same_under_its_own_pack():
    facts = about("stroke", confirmed("stroke", "yes"))
    kept, digest = RULES.dump(), RULES.digest
    later = Pack.parse(kept)
    assert later.digest == digest
    assert screen(facts, later, DAY) == screen(facts, RULES, DAY)
