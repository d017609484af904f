"""The guard against patient data, measured on a labelled set of our own."""

from pathlib import Path

import pytest
import yaml

from mooring.content.patient_guard import PATTERNS, patient_marks

pytestmark = pytest.mark.pure
LABELLED = yaml.safe_load(Path(__file__).with_name("labelled.yaml").read_text(encoding="utf-8"))
FOUND_AT_LEAST, HELD_AT_MOST = 0.95, 0.05


def test_the_guard_is_measured_on_the_labelled_set() -> None:
    missed = [text for text in LABELLED["holds"] if not patient_marks(text)]
    held = [text for text in LABELLED["harmless"] if patient_marks(text)]
    assert len(missed) <= (1 - FOUND_AT_LEAST) * len(LABELLED["holds"]), missed
    assert len(held) <= HELD_AT_MOST * len(LABELLED["harmless"]), held


def test_every_mark_is_found_in_some_text() -> None:
    assert {mark for text in LABELLED["holds"] for mark in patient_marks(text)} == set(PATTERNS)
