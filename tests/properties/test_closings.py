"""No closing opens a gate but the one that a finding asks for, whatever else was closed (kind of cases G1 and G2)."""

from hypothesis import given
from hypothesis import strategies as st

from mooring.rules.verdict import Closure, ClosureKind, Effect, Finding, Override, Verdict

RULES = ["A@1", "B@1", "C@1"]
findings = st.builds(
    Finding,
    rule=st.sampled_from(RULES),
    effect=st.sampled_from(Effect),
    override=st.sampled_from(Override),
    missing=st.sampled_from([(), ("stroke",)]),
)
closures = st.builds(
    Closure,
    rule=st.sampled_from(RULES),
    kind=st.sampled_from(ClosureKind),
    by=st.sampled_from(["Kofi", "Amara"]),
    reason=st.sampled_from(["", " ", "Considered with the cardiologist."]),
    second=st.sampled_from(["", "Kofi", "Amara"]),
)
verdicts = st.lists(findings, max_size=4).map(lambda found: Verdict(tuple(found)))
closings = st.lists(closures, max_size=8)


@given(verdicts, closings)
def test_what_is_not_known_is_closed_by_nobody(verdict: Verdict, given_closures: list[Closure]) -> None:
    open_rules = verdict.still_open(given_closures)
    assert all(each in open_rules for each in verdict.findings if each.missing and each.effect > Effect.INFO)


@given(verdicts, closings)
def test_what_nobody_may_override_stays(verdict: Verdict, given_closures: list[Closure]) -> None:
    heavy = [each for each in verdict.findings if each.effect >= Effect.HOLD]
    never = [each for each in heavy if each.override == Override.NOBODY]
    assert all(each in verdict.still_open(given_closures) for each in never)


@given(verdicts, closings)
def test_a_closing_of_one_rule_closes_no_other(verdict: Verdict, given_closures: list[Closure]) -> None:
    for rule in RULES:
        others = [each for each in given_closures if each.rule != rule]
        mine = [each for each in verdict.findings if each.rule == rule and each.effect > Effect.INFO]
        assert all(each in verdict.still_open(others) for each in mine)


@given(verdicts, closings)
def test_what_asks_for_two_people_is_closed_by_two(verdict: Verdict, given_closures: list[Closure]) -> None:
    one_alone = [each for each in given_closures if not each.second or each.second == each.by]
    two = [
        each
        for each in verdict.findings
        if each.effect >= Effect.HOLD and each.override == Override.TWO_PEOPLE
    ]
    assert all(each in verdict.still_open(one_alone) for each in two)


@given(verdicts, closings)
def test_a_closing_without_a_reason_closes_nothing(verdict: Verdict, given_closures: list[Closure]) -> None:
    silent = [each for each in given_closures if not each.reason.strip()]
    assert verdict.still_open(silent) == verdict.still_open()


@given(verdicts, closings, closings)
def test_more_closings_never_shut_a_gate(verdict: Verdict, some: list[Closure], more: list[Closure]) -> None:
    assert set(verdict.still_open([*some, *more])) <= set(verdict.still_open(some))
