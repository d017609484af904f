"""What the import contracts cannot see: foreign keys, views, and the files a room may have."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "mooring"
FLOORS = ["audit", "identity", "work"]
CARE_ROOMS = [
    "patients",
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
    "floor",
]
ACADEMY_ROOMS = ["courses", "learning", "checks", "credits"]
ORDER = [
    *FLOORS,
    *(f"care_{room}" for room in CARE_ROOMS),
    *(f"academy_{room}" for room in ACADEMY_ROOMS),
]
HEIGHT = {label: height for height, label in enumerate(ORDER)}
LINES = ("**Owns**", "**Does not own**", "**Uses**", "**Start reading at**")


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("mooring.")]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_a_foreign_key_never_points_up(model: type[models.Model]) -> None:
    here = HEIGHT.get(model._meta.app_label, len(HEIGHT))
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey | models.ManyToManyField):
            target = field.related_model._meta.app_label
            assert HEIGHT.get(target, -1) <= here, f"{model._meta.label}.{field.name} points up to {target}"


def test_no_room_imports_another_rooms_views_or_forms() -> None:
    wrong = []
    for path in SRC.glob("*/*/*.py"):
        own = path.parent.relative_to(SRC).as_posix().replace("/", ".")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("mooring."):
                parts = node.module.split(".")
                if parts[-1] in {"views", "forms"} and not node.module.startswith(f"mooring.{own}."):
                    wrong.append(f"{path.relative_to(ROOT)}: {node.module}")
    assert not wrong


def rooms() -> list[Path]:
    found = [path.parent for path in SRC.glob("*/__init__.py")]
    found += [path.parent for path in [*SRC.glob("care/*/__init__.py"), *SRC.glob("academy/*/__init__.py")]]
    return sorted(path for path in found if path.name not in {"care", "academy"})


@pytest.mark.parametrize("room", rooms(), ids=lambda path: path.relative_to(SRC).as_posix())
def test_a_room_says_what_it_owns_in_four_lines(room: Path) -> None:
    words = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert [line for line in LINES if line in words] == list(LINES)


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert not [path for name in ("utils.py", "helpers.py") for path in SRC.rglob(name)]
