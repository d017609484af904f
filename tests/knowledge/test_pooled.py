"""The statistics are computed apart, once, and say the same as in the process itself."""

import os

import pytest
from django.core.cache import cache

from mooring.evidence.meta import Effect, pool, reported_difference, risk_ratio
from mooring.evidence.pooling import metas_of, pooled_apart, sets_as_text, sets_of
from mooring.knowledge.queries import pooled
from tests.web.program import Forked

RATIOS = tuple(risk_ratio(name, 10 + n, 50, 20, 48 + n) for n, name in enumerate("ABC"))
DIFFERENCES = tuple(
    reported_difference(name, -3.0 - n, -6.0 - n, -0.5 - n, 80) for n, name in enumerate("DEF")
)
SETS: list[tuple[Effect, ...]] = [RATIOS, DIFFERENCES]


@pytest.mark.pure
def test_computed_apart_it_is_the_same() -> None:
    assert sets_of(sets_as_text(SETS)) == SETS
    assert metas_of(pooled_apart(sets_as_text(SETS))) == [pool(effects) for effects in SETS]


@pytest.mark.pure
def test_everybody_after_the_first_reads_what_was_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = pooled.pooled_apart
    monkeypatch.setattr(pooled, "pooled_apart", lambda text: asked.append(text) or real(text))
    cache.clear()
    for _worker in range(3):
        pooled._pooled.cache_clear()
        assert len(pooled.pool_once(SETS)) == 2
    assert len(asked) == 1


@pytest.mark.pure
def test_a_worker_never_loads_the_statistics() -> None:
    """By construction: a process that has imported every module of the shell, so all that a worker imports."""
    code = (
        "import sys, mooring.web.urls, mooring.web.reading_ahead; "
        "print([name for name in ('statsmodels', 'scipy.stats', 'pandas', 'matplotlib', 'IPython') if name in sys.modules])"
    )
    process = Forked(dict(os.environ), text=code)
    assert process.communicate().strip() == "[]"
