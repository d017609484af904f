"""A signed pack's body is more than half a megabyte: whoever joins packs to rows leaves it out.

The record of a patient with twelve doses read it twelve times, 7.6 MB a page, which a worker never gave back.
"""

import ast
from collections.abc import Mapping

import pytest

from tests.architecture.sources import modules, walk


def whole_joins(trees: Mapping[str, ast.Module]) -> list[str]:
    """Joins of a pack in functions that do not leave its body out, as `file: path`."""
    found = []
    for path, tree in trees.items():
        tuples = {
            target.id: strings(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for function in walk(tree):
            if isinstance(function, ast.FunctionDef):
                left_out = called(function, "defer", tuples)
                joined = {each for each in called(function, "select_related", tuples) if is_pack(each)}
                found += [f"{path}: {each}" for each in joined if f"{each}__body" not in left_out]
    return sorted(found)


def is_pack(joined: str) -> bool:
    return joined.rpartition("__")[2] == "pack"


def called(function: ast.FunctionDef, name: str, tuples: Mapping[str, set[str]]) -> set[str]:
    """The strings that calls of the method `name` take, also out of a tuple of the module."""
    words: set[str] = set()
    for node in walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            for argument in node.args:
                words |= strings(argument)
                if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
                    words |= tuples.get(argument.value.id, set())
    return words


def strings(node: ast.AST) -> set[str]:
    return {
        each.value for each in walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_no_join_reads_the_body_of_a_pack() -> None:
    assert whole_joins(modules()) == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ('def f():\n    return Cycle.objects.select_related("treatment__pack")', True),
        ('F = ("pack", "site")\ndef f():\n    return Screening.objects.select_related(*F)', True),
        (
            'def f():\n    return Cycle.objects.select_related("treatment__pack").defer("treatment__pack__body")',
            False,
        ),
        ('def f():\n    return Cycle.objects.select_related("treatment")', False),
    ],
)
def test_a_planted_join_is_caught(source: str, caught: bool) -> None:
    assert bool(whole_joins({"care/x.py": ast.parse(source)})) is caught
