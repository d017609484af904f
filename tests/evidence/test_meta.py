"""Meta-analysis against published results: the BCG trials, and the textbook data of Borenstein and others."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.evidence.meta import (
    Effect,
    Measure,
    TooFewTrials,
    pool,
    reported_difference,
    risk_ratio,
)

# Colditz GA et al. JAMA 1994;271:698-702: tuberculosis with and without BCG: events and no events by arm.
BCG = [
    ("Aronson 1948", 4, 119, 11, 128),
    ("Ferguson & Simes 1949", 6, 300, 29, 274),
    ("Rosenthal 1960", 3, 228, 11, 209),
    ("Hart & Sutherland 1977", 62, 13536, 248, 12619),
    ("Frimodt-Moller 1973", 33, 5036, 47, 5761),
    ("Stein & Aronson 1953", 180, 1361, 372, 1079),
    ("Vandiviere 1973", 8, 2537, 10, 619),
    ("TPT Madras 1980", 505, 87886, 499, 87892),
    ("Coetzee & Berjak 1968", 29, 7470, 45, 7232),
    ("Rosenthal 1961", 17, 1699, 65, 1600),
    ("Comstock 1974", 186, 50448, 141, 27197),
    ("Comstock & Webster 1969", 5, 2493, 3, 2338),
    ("Comstock 1976", 27, 16886, 29, 17825),
]
# Borenstein M et al. Introduction to Meta-Analysis, 2009, chapter 14: standardised difference, weight 1/variance.
BORENSTEIN = [
    ("Carroll", 0.095, 30.352), ("Grant", 0.277, 32.568), ("Peck", 0.367, 20.048),
    ("Donat", 0.664, 95.111), ("Stewart", 0.462, 23.439), ("Young", 0.185, 42.698),
]  # fmt: skip


def bcg() -> list[Effect]:
    return [risk_ratio(name, a, a + b, c, c + d) for name, a, b, c, d in BCG]


def borenstein() -> list[Effect]:
    return [
        Effect(name, Measure.MEAN_DIFFERENCE, value, 1 / weight, 100) for name, value, weight in BORENSTEIN
    ]


def test_bcg_as_published():
    """DerSimonian-Laird: log risk ratio -0.7141 (0.1787), tau² 0.3088, Q 152.23, fixed -0.4303 (0.0405)."""
    found = pool(bcg())
    assert found.random.log_or_plain == pytest.approx(-0.7141, abs=5e-5)
    assert found.random.standard_error == pytest.approx(0.1787, abs=5e-5)
    assert found.random.shown == pytest.approx(0.49, abs=0.005)
    assert (found.random.low, found.random.high) == (
        pytest.approx(0.34, abs=0.01),
        pytest.approx(0.70, abs=0.01),
    )
    assert found.tau2 == pytest.approx(0.3088, abs=5e-5)
    assert found.q == pytest.approx(152.2330, abs=5e-4)
    assert found.i2 == pytest.approx(92.12, abs=0.01)
    assert found.fixed.log_or_plain == pytest.approx(-0.4303, abs=5e-5)
    assert found.fixed.standard_error == pytest.approx(0.0405, abs=5e-5)


def test_borenstein_as_published():
    """Fixed 0.414 (variance 0.0041), random 0.358, Q 12.00, T² 0.037, I² 58.3 %."""
    found = pool(borenstein())
    assert found.fixed.shown == pytest.approx(0.414, abs=0.001)
    assert found.fixed.standard_error**2 == pytest.approx(0.0041, abs=5e-5)
    assert found.random.shown == pytest.approx(0.358, abs=0.001)
    assert found.q == pytest.approx(12.00, abs=0.02)
    assert found.tau2 == pytest.approx(0.037, abs=0.0006)
    assert found.i2 == pytest.approx(58.3, abs=0.2)


def test_the_prediction_interval_by_hand():
    found = pool(borenstein())
    half = 2.7764451052 * math.sqrt(
        found.tau2 + found.random.standard_error**2
    )  # t with 4 degrees of freedom
    assert found.prediction == pytest.approx((found.random.shown - half, found.random.shown + half), abs=1e-6)


def test_one_trial_by_hand():
    found = risk_ratio("Aronson 1948", 4, 123, 11, 139)
    assert found.value == pytest.approx(math.log(4 * 139 / (123 * 11)))
    assert found.variance == pytest.approx(1 / 4 - 1 / 123 + 1 / 11 - 1 / 139)


def test_an_empty_cell_gets_half_an_event():
    found = risk_ratio("none", 0, 10, 5, 10)
    assert found.shown == pytest.approx((0.5 / 11) / (5.5 / 11))


def test_a_printed_interval_gives_the_variance_back():
    found = reported_difference("KARMA-Dep 2", -3.16, -8.54, 2.22, 65)
    assert found.interval == pytest.approx((-8.54, 2.22), abs=1e-9)


def test_fewer_than_three_are_not_pooled():
    with pytest.raises(TooFewTrials):
        pool(bcg()[:2])


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="between 0"):
        risk_ratio("too many", 11, 10, 1, 10)
    with pytest.raises(ValueError, match="no events"):
        risk_ratio("none", 0, 10, 0, 10)
    with pytest.raises(ValueError, match="inside"):
        reported_difference("odd", 3, 1, 2, 10)
    with pytest.raises(ValueError, match="one measure"):
        pool([*bcg()[:2], borenstein()[0]])


means = st.floats(-10, 10).map(lambda value: round(value, 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(means, st.floats(0.05, 4)), min_size=3, max_size=12))
def test_pooling_agrees_with_the_formulas_and_keeps_its_bounds(rows: list[tuple[float, float]]):
    effects = [Effect(str(n), Measure.MEAN_DIFFERENCE, value, var, 10) for n, (value, var) in enumerate(rows)]
    found = pool(effects)
    weights = [1 / var for _, var in rows]
    fixed = sum(w * v for w, (v, _) in zip(weights, rows, strict=True)) / sum(weights)
    q = sum(w * (v - fixed) ** 2 for w, (v, _) in zip(weights, rows, strict=True))
    scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
    tau2 = max(0.0, (q - (len(rows) - 1)) / scale)
    assert found.fixed.shown == pytest.approx(fixed, abs=1e-9)
    assert found.tau2 == pytest.approx(tau2, abs=1e-8)
    values = [value for value, _ in rows]
    assert min(values) - 1e-9 <= found.random.shown <= max(values) + 1e-9
    assert found.random.standard_error >= found.fixed.standard_error - 1e-12
    assert found.prediction[0] <= found.random.low + 1e-9
    assert sum(found.random.weights) == pytest.approx(1)
