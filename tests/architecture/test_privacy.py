"""Every field is classified for privacy, and what people wrote can be erased."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.db import models

from mooring.audit import append_only

ROOT = Path(__file__).resolve().parents[2]
CLASSES = {"identifier", "contact", "health", "words", "apart", "link", "work", "secret", "technical"}
FILE = ROOT / "src" / "mooring" / "web" / "privacy.yaml"


@cache
def classified() -> dict[str, dict[str, list[str]]]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("mooring.")]


def fields_of(model: type[models.Model]) -> list[str]:
    return sorted(field.name for field in model._meta.get_fields() if field.concrete)


def faults_of(fields: list[str], classes: dict[str, list[str]]) -> list[str]:
    """What is wrong with a table's classes: an unknown class, a field left out, named twice, or gone."""
    named = sorted(name for names in classes.values() for name in names)
    return [
        *(f"unknown class {kind}" for kind in classes if kind not in CLASSES),
        *(f"{name} is not classified" for name in fields if name not in named),
        *(f"{name} does not exist" for name in named if name not in fields),
        *(f"{name} is classified twice" for name in dict.fromkeys(named) if named.count(name) > 1),
    ]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_field_is_classified_once(model: type[models.Model]) -> None:
    assert not faults_of(fields_of(model), classified().get(model._meta.label, {}))


def test_a_field_that_is_not_classified_once_is_found() -> None:
    right = {"technical": ["id"], "health": ["text"]}
    assert not faults_of(["id", "text"], right)
    assert faults_of(["id", "text", "note"], right)
    assert faults_of(["id"], right)
    assert faults_of(["id", "text"], {**right, "words": ["text"]})
    assert faults_of(["id", "text"], {"technical": ["id"], "secrets": ["text"]})


def test_nothing_is_classified_that_does_not_exist() -> None:
    assert set(classified()) == {model._meta.label for model in own_models()}


def keeps_for_ever(table: str, classes: dict[str, list[str]], tables: set[str]) -> list[str]:
    """Kinds of text that an append-only table must not hold, since nothing could ever erase them."""
    return [kind for kind in ("words", "contact") if table in tables and classes.get(kind)]


def test_append_only_tables_hold_no_words_and_no_contact() -> None:
    tables = set(append_only.tables())
    wrong = {
        model._meta.label: kinds
        for model in own_models()
        if (kinds := keeps_for_ever(model._meta.db_table, classified()[model._meta.label], tables))
    }
    assert tables
    assert not wrong


def test_words_in_an_append_only_table_are_found() -> None:
    assert keeps_for_ever("log", {"words": ["text"], "technical": ["id"]}, {"log"}) == ["words"]
    assert keeps_for_ever("log", {"contact": ["phone"]}, {"log"}) == ["contact"]
    assert not keeps_for_ever("notes", {"words": ["text"]}, {"log"})
    assert not keeps_for_ever("log", {"health": ["digest"]}, {"log"})


def not_listed(labels: list[str], page: str) -> list[str]:
    return [label for label in labels if f"`{label}`" not in page]


def test_the_document_lists_every_table() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert not_listed(["work.Task", "work.Tas"], "`work.Task`") == ["work.Tas"]
    assert not not_listed(list(classified()), page)
