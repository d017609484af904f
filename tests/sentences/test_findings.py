"""Every code of the program's own rules has words, and every word a code; values are written by their names."""

import ast
from datetime import date
from decimal import Decimal

import pytest

from mooring.rules.verdict import Effect, Finding, RuleMessage, Verdict
from mooring.sentences.findings import WORDS, spoken, words_of
from tests.architecture.sources import modules


def codes_in(trees: dict[str, ast.Module]) -> set[str]:
    """The first argument of every `RuleMessage(...)` in the pure rules."""
    return {
        node.args[0].value
        for path, tree in trees.items()
        if path.startswith(("rules/", "evidence/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "RuleMessage"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def codes_by_a_name(trees: dict[str, ast.Module]) -> set[str]:
    """Codes that a table hands to `RuleMessage` by a variable: texts of one word, a dot, one word."""
    return {
        node.value
        for path, tree in trees.items()
        if path.startswith(("rules/", "evidence/", "content/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in WORDS
    }


def test_every_code_has_words_and_every_word_a_code() -> None:
    planted = ast.parse("RuleMessage('dose.nowhere', dose_mg=1)")
    assert codes_in({"rules/x.py": planted}) - set(WORDS) == {"dose.nowhere"}
    assert codes_in(modules()) - set(WORDS) == set()
    assert set(WORDS) - codes_in(modules()) - codes_by_a_name(modules()) == set()


def test_every_value_that_a_sentence_names_is_given() -> None:
    """A message is built once for each code here with all its values; a sentence that names another fails."""
    said = words_of(RuleMessage("dose.above_ceiling", dose_mg=Decimal("90.0"), ceiling_mg=Decimal(80)))
    assert said == "90\u00a0mg is above the ceiling of 80\u00a0mg a session."


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (
            RuleMessage("dose.old_weight", age_days=1, fresh_days=7),
            "The weight is 1 day old; the site allows 7 days.",
        ),
        (RuleMessage("spacing.not_before", on=date(2026, 11, 29)), "Not before 29 Nov 2026."),
        (
            RuleMessage("outcome.response", share=0.35),
            "Response: at least 35\u00a0% better than at baseline.",
        ),
        (
            RuleMessage("dose.outside_duration", duration_min=None, least_min=40, most_min=60),
            "The order runs not stated; the protocol 40\u00a0min to 60\u00a0min.",
        ),
    ],
)
def test_values_are_written_by_their_names(message: RuleMessage, says: str) -> None:
    assert words_of(message) == says


def test_words_of_content_pass_and_a_verdict_is_spoken_whole() -> None:
    assert words_of("As the pack says.") == "As the pack says."
    finding = Finding("A@1", Effect.HOLD, RuleMessage("dose.no_weight"), RuleMessage("dose.weigh"))
    found = spoken(Verdict((finding,))).findings[0]
    assert (found.says, found.asks) == ("No weight is recorded.", "Weigh the patient.")
