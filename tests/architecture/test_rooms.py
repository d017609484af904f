"""What the import contracts cannot see: foreign keys, views, and the files a room may have."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.sources import SRC, modules, walk

FLOORS = ["audit", "identity", "work"]
CARE_ROOMS = [
    "patients",
    "disclosures",
    "observations",
    "measures",
    "referrals",
    "screening",
    "consents",
    "treatments",
    "stock",
    "safety",
    "schedule",
    "sessions",
    "integration",
    "outcomes",
    "papers",
    "rems",
    "floor",
]
ACADEMY_ROOMS = [
    "courses",
    "learning",
    "checks",
    "events",
    "discussion",
    "credits",
    "registers",
    "cohorts",
    "orders",
    "reports",
]
ORDER = [
    *FLOORS,
    *(f"care_{room}" for room in CARE_ROOMS),
    *(f"academy_{room}" for room in ACADEMY_ROOMS),
]
HEIGHT = {label: height for height, label in enumerate(ORDER)}
LINES = ("**Owns**", "**Does not own**", "**Uses**", "**Start reading at**")
PAGES = {"views", "forms", "urls"}
GROUPS = {"care", "academy"}
MAY_IMPORT_PAGES = {
    # A worker renders the first lessons while nobody waits, with the views that the first reader would call.
    "web/reading_ahead.py": {"academy.checks.views.placing.opening", "academy.checks.views.lesson.rendered"},
    # The one address of `work` that stands at the root: /t/…, the door of a single-task link.
    "web/urls.py": {"work.views"},
}
"""Imports of another room's pages, each with its reason. The list only shrinks."""
STILL_BY_STRING = {"pharmacology/result.py"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("mooring.")]


def points_up(label: str, target: str) -> bool:
    """Whether a key of the app `label` to `target` goes to a higher room; an unknown app of ours is a fault."""
    return HEIGHT.get(target, -1) > HEIGHT[label]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_a_foreign_key_never_points_up(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey | models.ManyToManyField):  # a OneToOneField is a ForeignKey
            target = field.related_model._meta.app_label
            assert not points_up(model._meta.app_label, target), f"{field.name} points up to {target}"


def test_a_key_that_points_up_is_found() -> None:
    assert points_up("care_patients", "care_sessions")
    assert points_up("identity", "academy_courses")
    assert not points_up("care_sessions", "care_patients")
    assert not points_up("identity", "auth")


def room_of(module: str) -> str:
    """The room that a dotted name below `mooring` belongs to: `care.sessions`, `academy.checks`, `lab`."""
    parts = module.split(".")
    return ".".join(parts[: 2 if parts[0] in GROUPS else 1])


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module or name below `mooring` that is imported, in whatever syntax, as a dotted name."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
            "import_module",
            "__import__",
            "import_string",
        }:
            names = [str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant)]
        else:
            continue
        for name in names:
            if name.startswith("mooring."):
                yield node.lineno, name.removeprefix("mooring.")


def pages_of_another_room(path: str, tree: ast.Module) -> list[tuple[int, str]]:
    """Imports of another room's views, forms or urls: a room is entered by its acts and queries."""
    here = room_of(path.removesuffix(".py").replace("/", "."))
    wrong = []
    for line, name in imported(tree):
        parts = name.split(".")
        inside = parts[len(room_of(name).split(".")) :]
        if here != room_of(name) and PAGES & set(inside[:1]):
            wrong.append((line, name))
    return wrong


IMPORTS = {
    "from a module": "from mooring.care.sessions.views import live",
    "a module": "import mooring.care.sessions.forms",
    "a module by its package": "from mooring.care.sessions import views",
    "a file of a folder": "from mooring.academy.checks.views.lesson import opening",
    "a folder's file as a name": "from mooring.academy.checks.views import lesson",
    "inside a function": "def ahead():\n    from mooring.lab.views import index",
    "renamed": "import mooring.care.sessions.views as pages",
    "by a string": 'importlib.import_module("mooring.care.sessions.views")',
    "only for types": "if TYPE_CHECKING:\n    from mooring.care.sessions.forms import VitalsForm",
}


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS.keys())
def test_an_import_of_another_rooms_pages_is_found_in_every_syntax(source: str) -> None:
    assert pages_of_another_room("care/outcomes/queries.py", ast.parse(source))
    assert pages_of_another_room("web/reading_ahead.py", ast.parse(source))


def test_a_room_may_import_its_own_pages() -> None:
    own = ast.parse("from mooring.care.sessions.forms import VitalsForm")
    assert not pages_of_another_room("care/sessions/views/live.py", own)
    assert not pages_of_another_room(
        "care/outcomes/queries.py", ast.parse("from mooring.care.sessions import queries")
    )


def test_no_room_imports_another_rooms_pages() -> None:
    wrong = {
        path: found
        for path, tree in modules().items()
        if (found := {name for _, name in pages_of_another_room(path, tree)})
    }
    assert wrong == MAY_IMPORT_PAGES


def by_string(tree: ast.Module) -> list[tuple[int, str]]:
    """Imports of ours that are written as a text in a call."""
    calls = [node for node in walk(tree) if isinstance(node, ast.Call)]
    return list(imported(ast.Module([ast.Expr(call) for call in calls], [])))


def test_an_import_by_a_string_is_found() -> None:
    assert by_string(ast.parse('def run():\n    return import_module("mooring.web.settings")'))
    assert not by_string(ast.parse("from mooring.web import settings"))


def test_no_module_is_imported_by_a_string() -> None:
    """The contracts do not see such an import."""
    found = {path for path, tree in modules().items() if by_string(tree) and not path.startswith("web/")}
    assert found <= STILL_BY_STRING


def rooms() -> list[Path]:
    found = [path.parent for path in SRC.glob("*/__init__.py")]
    found += [path.parent for group in sorted(GROUPS) for path in SRC.glob(f"{group}/*/__init__.py")]
    return sorted(path for path in found if path.name not in GROUPS)


def missing_lines(docstring: str) -> list[str]:
    return [line for line in LINES if line not in docstring]


@pytest.mark.parametrize("room", rooms(), ids=lambda path: path.relative_to(SRC).as_posix())
def test_a_room_says_what_it_owns_in_four_lines(room: Path) -> None:
    words = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert not missing_lines(words)


def test_a_room_without_its_lines_is_found() -> None:
    assert missing_lines("**Owns** nothing.\n**Uses** nothing.") == [
        "**Does not own**",
        "**Start reading at**",
    ]


def test_every_room_of_the_house_is_known_here() -> None:
    """A new room is entered in the order above, or its keys would never be looked at."""
    assert {path.name for path in SRC.glob("care/*/") if (path / "__init__.py").exists()} == set(CARE_ROOMS)
    assert {path.name for path in SRC.glob("academy/*/") if (path / "__init__.py").exists()} == set(
        ACADEMY_ROOMS
    )
    assert {model._meta.app_label for model in own_models()} <= set(HEIGHT)


def drawers(paths: list[str]) -> list[str]:
    return [
        path for path in paths if Path(path).stem in {"utils", "helpers", "util", "helper", "misc", "common"}
    ]


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert drawers(["care/utils.py", "helpers/__init__.py", "a/helpers.py"]) == [
        "care/utils.py",
        "a/helpers.py",
    ]
    assert not drawers(list(modules()))
    assert not [name for name in modules() for part in Path(name).parts if part in {"utils", "helpers"}]
