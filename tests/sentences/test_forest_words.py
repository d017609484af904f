"""The words of a forest plot: which measure, whether it is pooled, and every figure for a reader who hears it."""

from mooring.evidence.meta import pool, reported_difference, risk_ratio
from mooring.sentences.forest import forest_labels, forest_words

TRIALS = [
    risk_ratio("One", 4, 123, 11, 139),
    risk_ratio("Two", 6, 306, 29, 303),
    risk_ratio("Three", 3, 231, 11, 220),
]


def test_the_axis_names_a_ratio_or_a_difference() -> None:
    difference = [reported_difference("One", -4.0, -7.31, -0.64, 200)]
    assert forest_labels(TRIALS, None, left="", right="").measure == "risk ratio (95 %)"
    assert forest_labels(difference, None, left="", right="").measure == "difference (95 %)"


def test_single_trials_are_called_not_pooled() -> None:
    assert "not pooled" in forest_words(TRIALS[:2])


def test_a_pooled_plot_is_described_with_its_figures() -> None:
    meta = pool(TRIALS)
    words = forest_words(TRIALS, meta)
    assert f"Pooled, random effects: {meta.random.shown:.2f} (" in words
    assert f"between {meta.prediction[0]:.2f} and {meta.prediction[1]:.2f}." in words
    assert all(f"{effect.label}: {effect.shown:.2f} (" in words for effect in TRIALS)
