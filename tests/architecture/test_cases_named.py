"""Each case that was tried by hand stays a test that names it: G (gates), N (numbers), A (alerts), W (who is who)."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
CASES = {"G": 11, "N": 11, "A": 10, "W": 14}
NAMED = re.compile(r"\bdef test_\w*case_([gnaw])(\d+)_|\b[Cc]ase ([GNAW])(\d+)\b")


def named_in(text: str) -> set[str]:
    """The cases that a test's name or its words name: `test_case_g1_…`, "Case G1"."""
    return {
        f"{(letter or other).upper()}{number or other_number}"
        for letter, number, other, other_number in NAMED.findall(text)
    }


def test_a_name_and_a_sentence_name_a_case() -> None:
    assert named_in('def test_case_g1_x() -> None:\n    """Case W12: so."""') == {"G1", "W12"}
    assert named_in("def test_it() -> None: ...  # G1") == set()


def test_every_case_is_named_by_a_test() -> None:
    named = {
        case
        for path in TESTS.rglob("test_*.py")
        if path != Path(__file__)
        for case in named_in(path.read_text("utf-8"))
    }
    expected = {f"{letter}{number}" for letter, most in CASES.items() for number in range(1, most + 1)}
    assert expected - named == set()
