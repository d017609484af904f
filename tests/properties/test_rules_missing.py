"""What is missing can never improve a verdict, whatever the rules say and whoever knows what."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.content.pack import Pack
from mooring.content.schema.eligibility import EligibilityRule
from mooring.rules import readiness
from mooring.rules.facts import deciding, known, read
from mooring.rules.screening import screen
from mooring.rules.verdict import Fact, Standing
from tests.rules.knowledge import DAY, NOON, pack

RULES = pack()
KEYS = ["a", "b", "c", "d"]
values = st.one_of(st.sampled_from(["yes", "no", "not sure"]), st.integers(0, 6))
facts_of_key = st.builds(
    Fact,
    st.sampled_from(KEYS),
    values,
    st.integers(0, 40).map(lambda days: NOON - timedelta(days=days)),
    st.just("somebody"),
    st.sampled_from(Standing),
)
leaf = st.one_of(
    st.builds("{} is {}".format, st.sampled_from(KEYS), st.sampled_from(["yes", "no"])),
    st.builds(
        "{} {} {}".format, st.sampled_from(KEYS), st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 6)
    ),
    st.builds("days since {} > {}".format, st.sampled_from(KEYS), st.integers(0, 40)),
    st.builds("{} > {}".format, st.sampled_from(KEYS), st.sampled_from(KEYS)),
)
triggers = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)


def rule(at: int, when: str, effect: str) -> EligibilityRule:
    return EligibilityRule(
        id=f"RULE-{at}", version=1, title="A rule", effective_from=date(2026, 1, 1), author="One", checker="Two",
        next_review=date(2027, 1, 1), evidence="design-default", basis="Made up.", group="Made up", confirm="It.",
        when=when, effect=effect, override="prescriber", says="Said.", asks="Asked.",
    )  # fmt: skip


effects = st.sampled_from(["INFO", "CAUTION", "SPECIALIST_REVIEW", "HOLD", "BLOCK"])
packs = st.lists(st.tuples(triggers, effects), min_size=1, max_size=5).map(
    lambda rows: Pack({}, {"eligibility": {f"RULE-{at}@1": rule(at, *row) for at, row in enumerate(rows)}})
)


@settings(max_examples=120, deadline=None)
@given(packs, st.lists(facts_of_key, max_size=8), st.sampled_from(KEYS))
def test_forgetting_never_improves(made: Pack, facts: list[Fact], forgotten: str):
    whole = screen(facts, made, DAY)
    less = screen([fact for fact in facts if fact.key != forgotten], made, DAY)
    assert less.worst_possible >= whole.worst_possible
    assert {each.rule for each in less.findings} >= {each.rule for each in whole.findings}
    assert not (less.allowed and not whole.allowed)


@settings(max_examples=120, deadline=None)
@given(packs, st.lists(facts_of_key, max_size=8), facts_of_key)
def test_no_report_of_a_patient_clears_what_was_confirmed(made: Pack, facts: list[Fact], report: Fact):
    """The kind of case G6: whatever a patient reports, what was settled stays settled."""
    report = replace(report, standing=Standing.REPORTED)
    before = {each.rule for each in screen(facts, made, DAY).findings if each.settled}
    after = {each.rule for each in screen([*facts, report], made, DAY).findings if each.settled}
    assert after == before


@settings(max_examples=120, deadline=None)
@given(packs, st.lists(facts_of_key, max_size=8))
def test_only_what_is_confirmed_or_measured_settles(made: Pack, facts: list[Fact]):
    reports = [fact for fact in facts if fact.standing == Standing.REPORTED]
    assert all(not each.settled for each in screen(reports, made, DAY).findings)


@settings(max_examples=120, deadline=None)
@given(packs, st.lists(facts_of_key, max_size=8))
def test_an_open_finding_names_what_is_missing_and_nothing_else(made: Pack, facts: list[Fact]):
    now_known = known(facts, DAY, made.data)
    for each in screen(facts, made, DAY).findings:
        if each.missing:
            assert set(each.missing) <= set(KEYS)
            assert all(key not in now_known.settled or key in KEYS for key in each.missing)


@settings(max_examples=120)
@given(triggers, st.lists(facts_of_key, max_size=8))
def test_a_decided_trigger_misses_nothing_and_an_undecided_one_something(when: str, facts: list[Fact]):
    from mooring.content.trigger import parse

    now_known = known(facts, DAY)
    answer = read(parse(when), now_known.settled, now_known.now)
    assert bool(deciding(parse(when), now_known.settled, now_known.now)) == (answer is None)


real = st.sampled_from(sorted(RULES.data))
real_facts = st.builds(
    Fact,
    real,
    st.one_of(st.sampled_from(["yes", "no", "not sure", None]), st.floats(0, 250)),
    st.integers(0, 60).map(lambda hours: NOON - timedelta(hours=hours)),
    st.just("somebody"),
    st.sampled_from(Standing),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(real_facts, max_size=20), real)
def test_forgetting_never_opens_the_gate_of_the_day(facts: list[Fact], forgotten: str):
    if forgotten == "age_years":
        return  # age chooses the table; it is no condition of its own
    whole = readiness.assess(facts, RULES, NOON)
    less = readiness.assess([fact for fact in facts if fact.key != forgotten], RULES, NOON)
    assert less.worst_possible >= whole.worst_possible
