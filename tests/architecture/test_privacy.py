"""Every field is classified for privacy, and what people wrote can be erased."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.db import models

from mooring.audit import append_only

ROOT = Path(__file__).resolve().parents[2]
CLASSES = {"identifier", "contact", "health", "words", "link", "work", "secret", "technical"}
FILE = ROOT / "src" / "mooring" / "web" / "privacy.yaml"


@cache
def classified() -> dict[str, dict[str, list[str]]]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("mooring.")]


def fields_of(model: type[models.Model]) -> list[str]:
    return sorted(field.name for field in model._meta.get_fields() if field.concrete)


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_field_is_classified_once(model: type[models.Model]) -> None:
    classes = classified().get(model._meta.label, {})
    assert set(classes) <= CLASSES
    assert sorted(name for names in classes.values() for name in names) == fields_of(model)


def test_nothing_is_classified_that_does_not_exist() -> None:
    assert set(classified()) == {model._meta.label for model in own_models()}


def test_append_only_tables_hold_no_words_and_no_contact() -> None:
    tables = set(append_only.tables())
    wrong = [
        (model._meta.label, kind)
        for model in own_models()
        for kind in ("words", "contact")
        if model._meta.db_table in tables and classified()[model._meta.label].get(kind)
    ]
    assert not wrong


def test_the_document_lists_every_table() -> None:
    words = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert not [label for label in classified() if f"`{label}`" not in words]
