"""One public name, one meaning, one place: two classes of one name on different floors are renamed apart."""

import ast
from collections import defaultdict
from collections.abc import Mapping

from tests.architecture.sources import modules

STILL_TWICE: set[str] = {
    "Answer",
    "Dose",
    "Effect",
    "Question",
}
"""Names that two classes share today. The list only shrinks."""
GIVEN_BY_THE_FRAMEWORK = {"DatabaseWrapper"}
"""By this name the framework finds the class of a database engine, and there are two."""


def shared_names(trees: Mapping[str, ast.Module]) -> dict[str, list[str]]:
    """Public top-level classes and type aliases whose name is defined in more than one module.

    The numerical library is a distribution of its own with the analyst's words: it is held by itself.
    """
    places: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for module, tree in trees.items():
        for node in tree.body:
            for name in _defined(node):
                places[module.startswith("pharmacology/"), name].append(module)
    return {name: found for (_, name), found in places.items() if len(found) > 1}


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef):
        names = [node.name]
    elif isinstance(node, ast.If | ast.Try):
        names = [name for child in node.body for name in _defined(child)]
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        maker = getattr(node.value.func, "id", getattr(node.value.func, "attr", ""))
        makers = {"NewType", "namedtuple", "NamedTuple", "TypedDict", "Enum", "make_dataclass"}
        names = [target.id for target in node.targets if isinstance(target, ast.Name) and maker in makers]
    else:
        names = []
    return [name for name in names if not name.startswith("_")]


def test_a_shared_name_is_found_in_every_syntax() -> None:
    first = ast.parse("class Standing: ...")
    for second in (
        "class Standing(Enum): ...",
        "@dataclass\nclass Standing:\n    at: int",
        "if True:\n    class Standing: ...",
        "try:\n    class Standing: ...\nexcept ImportError: ...",
        'Standing = namedtuple("Standing", "at")',
        'Standing = NewType("Standing", int)',
    ):
        assert shared_names({"care/a.py": first, "rules/b.py": ast.parse(second)}) == {
            "Standing": ["care/a.py", "rules/b.py"]
        }
    assert not shared_names({"care/a.py": first, "rules/b.py": ast.parse("class _Standing: ...")})


def test_a_public_name_has_one_meaning() -> None:
    known = STILL_TWICE | GIVEN_BY_THE_FRAMEWORK
    assert not {name: where for name, where in shared_names(modules()).items() if name not in known}


def test_the_list_of_shared_names_shrinks() -> None:
    assert set(shared_names(modules())) >= STILL_TWICE
