"""The statistics are computed once for everybody, and by no worker."""

import os

import pytest
from django.core.cache import cache

from mooring.evidence.meta import risk_ratio
from mooring.knowledge.queries import pooled
from tests.web.program import Forked

SETS = [tuple(risk_ratio(name, 10 + n, 50, 20, 48 + n) for n, name in enumerate("ABC"))]


@pytest.mark.pure
def test_everybody_after_the_first_reads_what_was_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(pooled, "pooled_apart", lambda text: asked.append(text) or "[]")
    cache.clear()
    for _worker in range(3):
        pooled._pooled.cache_clear()
        assert pooled.pool_once(SETS) == ()
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
