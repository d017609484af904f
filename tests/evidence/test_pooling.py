"""The statistics that are computed apart are those of the process itself."""

import pytest

from mooring.evidence.meta import Effect, pool, reported_difference, risk_ratio
from mooring.evidence.pooling import metas_of, pooled_apart, sets_as_text, sets_of

pytestmark = pytest.mark.pure
RATIOS = tuple(risk_ratio(name, 10 + n, 50, 20, 48 + n) for n, name in enumerate("ABC"))
DIFFERENCES = tuple(
    reported_difference(name, -3.0 - n, -6.0 - n, -0.5 - n, 80) for n, name in enumerate("DEF")
)
SETS: list[tuple[Effect, ...]] = [RATIOS, DIFFERENCES]


def test_computed_apart_it_is_the_same() -> None:
    assert sets_of(sets_as_text(SETS)) == SETS
    assert metas_of(pooled_apart(sets_as_text(SETS))) == [pool(effects) for effects in SETS]
