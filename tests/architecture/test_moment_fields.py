"""Every day and time that somebody types goes through one field, which asks in the hour that comes twice.

A framework's field takes the first of the two without a word, and says "Enter a valid date/time" for the hour that the
clocks leave out (cases N8, N9). A day of the year 1 overflows what is counted from it.
"""

import ast
from pathlib import Path

import pytest
from django import forms
from django.urls import get_resolver

from mooring.work.moments import DayField
from tests.architecture.sources import parsed, walk
from tests.architecture.test_number_fields import SRC, subclasses

HOME = SRC / "work" / "moments.py"
BANNED = {"DateField", "DateTimeField", "SplitDateTimeField", "DateTimeInput", "SplitDateTimeWidget"}


def offences(source: str) -> list[int]:
    """Lines that build one of Django's moment fields or widgets for typing."""
    return sorted(
        getattr(node, "lineno", 0)
        for node in walk(parsed(source))
        if (isinstance(node, ast.Attribute) and node.attr in BANNED and _of_forms(node.value))
        or (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("django.forms")
            and any(alias.name in BANNED for alias in node.names)
        )
        or (
            isinstance(node, ast.Dict)
            and any(_types_moment(*pair) for pair in zip(node.keys, node.values, strict=True))
        )
    )


def _types_moment(key: ast.expr | None, value: ast.expr) -> bool:
    return (
        isinstance(key, ast.Constant)
        and key.value == "type"
        and isinstance(value, ast.Constant)
        and value.value == "datetime-local"
    )


def _of_forms(node: ast.AST) -> bool:
    return (node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")) in {"forms", "widgets"}


@pytest.mark.parametrize(
    "source",
    [
        "forms.DateTimeField()",
        "forms.DateField()",
        "class Mine(forms.DateTimeField): pass",
        "from django.forms import DateTimeInput",
        "forms.CharField(widget=forms.TextInput({'type': 'datetime-local'}))",
    ],
)
def test_planted_fields_are_found(source: str) -> None:
    assert offences(source)


def test_columns_of_tables_are_allowed() -> None:
    assert not offences("models.DateTimeField()\nMomentField()")


def test_no_source_makes_one() -> None:
    paths: list[Path] = [
        path for path in SRC.rglob("*.py") if path != HOME and "migrations" not in path.parts
    ]
    found = {path.relative_to(SRC): offences(path.read_text(encoding="utf-8")) for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_no_form_that_is_loaded_has_one() -> None:
    """Also where a model makes the field, as a `ModelForm` does."""
    assert get_resolver().url_patterns  # every address is loaded, and with it every form
    found = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in subclasses(forms.BaseForm)
        if form.__module__.startswith("mooring.")
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.DateTimeField | forms.DateField) and not isinstance(field, DayField)
    ]
    assert found == []
