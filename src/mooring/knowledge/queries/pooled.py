"""What trials say together, computed once for the whole installation and never in a worker."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from django.core.cache import cache

from mooring.evidence.meta import Meta
from mooring.evidence.pooling import Sets, metas_of, pooled_apart, sets_as_text


def pool_once(sets: Sets) -> Sequence[Meta]:
    """The metas of these sets; the first to ask computes them apart, everybody after reads them."""
    return _pooled(sets_as_text(sets))


@lru_cache(maxsize=64)
def _pooled(text: str) -> tuple[Meta, ...]:
    key = f"pooled:{hashlib.sha256(text.encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = pooled_apart(text)
        cache.set(key, kept, timeout=None)
    return tuple(metas_of(kept))
