"""YAML read with line numbers, by the C parser, refusing what data never needs.

Anchors, aliases, merge keys, own tags and doubled keys are refused: an alias can make a small file endless,
and a doubled key hides a value.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]
LARGEST_BYTES = 2_000_000
DEEPEST = 30


class BadYaml(ValueError):
    """A text that is not plain YAML; `line` counts from 1."""

    def __init__(self, line: int, expected: str) -> None:
        self.line = line
        self.expected = expected
        super().__init__(f"line {line}: {expected}")


@dataclass(frozen=True)
class Read:
    """The data of a text, and the line of every part of it."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of a part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Scalars(yaml.constructor.SafeConstructor):
    """Only its scalar constructors are used."""


_SCALAR_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ["null", "bool", "int", "float", "timestamp", "str"]
)


def read(text: str) -> Read:
    """The data and lines of a YAML text; `BadYaml` with the line and what was expected."""
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        raise BadYaml(1, f"at most {LARGEST_BYTES} bytes")
    try:
        _refuse_references(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(mark.line + 1 if mark else 1, f"plain YAML; {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, BadYaml):
            raise
        raise BadYaml(1, f"plain YAML; {error}") from None
    lines: dict[Path, int] = {}
    data = None if node is None else _Builder(lines).build(node, (), 0)
    return Read(data, lines)


def _refuse_references(text: str) -> None:
    """Anchors and aliases, and nesting without end, are seen in the stream before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml(_line(event), "no anchors (&) and aliases (*)")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if event.tag is not None:
                raise BadYaml(_line(event), f"plain values, found the tag {event.tag}")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise BadYaml(_line(event), f"at most {DEEPEST} levels")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


class _Builder:
    def __init__(self, lines: dict[Path, int]) -> None:
        self.lines = lines

    def build(self, node: yaml.Node, path: Path, depth: int) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(each, (*path, at), depth + 1) for at, each in enumerate(node.value)]
        if node.tag not in _SCALAR_TAGS:
            raise BadYaml(node.start_mark.line + 1, f"plain values, found the tag {node.tag}")
        if node.tag == "tag:yaml.org,2002:str":
            return node.value
        try:
            return _constructed(node.tag, node.value)
        except (ValueError, OverflowError):
            raise BadYaml(node.start_mark.line + 1, f"a possible value, found {node.value!r}") from None

    def _mapping(self, node: yaml.MappingNode, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key == "<<":
                raise BadYaml(line, "plain keys")
            if key in found:
                raise BadYaml(line, f"{key!r} once, found it twice")
            found[key] = self.build(value_node, (*path, key), depth + 1)
            self.lines[(*path, key)] = line
        return found


@functools.lru_cache(maxsize=2048)
def _constructed(tag: str, value: str) -> Any:
    return _Scalars().construct_object(yaml.ScalarNode(tag, value), deep=False)
