"""Pooling in a process of its own: `python -m mooring.evidence.pooling` reads sets of effects and writes their metas.

The statistics library takes seconds to load and 140 MB to hold, for a handful of numbers that change only with a new
pack. Whoever serves pages asks this process once and keeps the answer.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from mooring.evidence.meta import Effect, Measure, Meta, Pooled, pool

Sets = Sequence[tuple[Effect, ...]]
PATIENCE_S = 120


def sets_as_text(sets: Sets) -> str:
    """The sets as canonical JSON: the same sets are the same text."""
    return json.dumps([[asdict(effect) for effect in effects] for effects in sets], sort_keys=True)


def sets_of(text: str) -> list[tuple[Effect, ...]]:
    return [tuple(_effect(fields) for fields in effects) for effects in json.loads(text)]


def metas_as_text(metas: Sequence[Meta]) -> str:
    return json.dumps([asdict(meta) for meta in metas])


def metas_of(text: str) -> list[Meta]:
    return [_meta(fields) for fields in json.loads(text)]


def _effect(fields: dict[str, Any]) -> Effect:
    return Effect(**{**fields, "measure": Measure(fields["measure"])})


def _meta(fields: dict[str, Any]) -> Meta:
    return Meta(
        **{
            **fields,
            "measure": Measure(fields["measure"]),
            "effects": tuple(_effect(effect) for effect in fields["effects"]),
            "fixed": _pooled(fields["fixed"]),
            "random": _pooled(fields["random"]),
            "prediction": tuple(fields["prediction"]),
        }
    )


def _pooled(fields: dict[str, Any]) -> Pooled:
    return Pooled(**{**fields, "weights": tuple(fields["weights"])})


def pooled_apart(text: str) -> str:
    """The metas of these sets as text, computed by a process that ends with it."""
    ran = subprocess.run(
        [sys.executable, "-m", "mooring.evidence.pooling"],
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return ran.stdout


if __name__ == "__main__":
    sys.stdout.write(metas_as_text([pool(effects) for effects in sets_of(sys.stdin.read())]))
