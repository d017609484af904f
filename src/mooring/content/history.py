"""What changed between two versions of an item, and the published JSON Schema of every kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mooring.content.pack import KINDS
from mooring.content.schema.base import Item, Strict
from mooring.content.schema.data import Datum
from mooring.content.schema.texts import ConsentSection


@dataclass(frozen=True)
class Difference:
    """One place that changed. None: it was not there before, or is not there now."""

    where: str
    before: object
    after: object

    def __str__(self) -> str:
        if self.before is None:
            return f"+ {self.where}: {self.after}"
        if self.after is None:
            return f"- {self.where}: {self.before}"
        return f"~ {self.where}: {self.before} → {self.after}"


def diff(before: Item, after: Item) -> tuple[Difference, ...]:
    """Every place in which two versions differ, in the order of the schema.

    >>> [str(each) for each in diff(old, new)]  # doctest: +SKIP
    ['~ version: 1 → 2', '~ effect: CAUTION → BLOCK']
    """
    old, new = _flat(before), _flat(after)
    return tuple(
        Difference(where, old.get(where), new.get(where))
        for where in dict.fromkeys([*old, *new])
        if old.get(where) != new.get(where)
    )


def _flat(item: Item) -> dict[str, object]:
    def walk(value: object, where: str) -> Iterator[tuple[str, object]]:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                yield from walk(inner, f"{where}.{key}" if where else str(key))
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                name = inner.get("code") or inner.get("reference") if isinstance(inner, Mapping) else None
                yield from walk(inner, f"{where}[{name or at}]")
        else:
            yield where, value

    return dict(walk(item.model_dump(mode="json", exclude_defaults=True), ""))


USE_OF_A_SECTION = {
    "type": "object",
    "description": "The section of `sections/` with this code, taken over unchanged",
    "properties": {"use": {"type": "string"}},
    "required": ["use"],
    "additionalProperties": False,
}


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one item of a kind, or of a datum for "data"."""
    models: dict[str, type[Strict]] = {"data": Datum, "sections": ConsentSection, **KINDS}
    model = models[kind]
    schema = model.model_json_schema()
    if kind == "consents":
        written = schema["properties"]["sections"]
        written["items"] = {"anyOf": [written["items"], USE_OF_A_SECTION]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"mooring:content:{kind}",
        **schema,
    }
