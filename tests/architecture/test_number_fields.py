"""Nobody types into a browser's number field: it drops a comma and turns with the wheel (case N2).

Held twice: no source names one, and no form class that is loaded has one.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.urls import get_resolver

from tests.architecture.sources import parsed, walk

SRC = Path(__file__).resolve().parents[2] / "src" / "mooring"
HOME = SRC / "work" / "fields.py"
BANNED = {"NumberInput", "IntegerField", "FloatField", "DecimalField"}
QUIET = {"HiddenInput", "SliderInput", "slider"}  # widgets into which no digits are typed


def offences(source: str) -> list[int]:
    """Lines that build one of Django's number fields or widgets for typing."""
    tree = parsed(source)
    names = {
        alias.asname or alias.name
        for node in walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.forms")
        for alias in node.names
        if alias.name in BANNED
    }
    return sorted(node.lineno for node in walk(tree) if _offends(node, names))


def _offends(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Dict):
        return any(
            isinstance(key, ast.Constant)
            and key.value == "type"
            and isinstance(value, ast.Constant)
            and value.value == "number"
            for key, value in zip(node.keys, node.values, strict=True)
        )
    if isinstance(node, ast.ClassDef):
        return any(_is_banned(base, names) for base in node.bases)
    if not isinstance(node, ast.Call):
        return False
    handed_on = any(_is_banned(part, names) for part in [*node.args, *(word.value for word in node.keywords)])
    return handed_on or (_is_banned(node.func, names) and not _is_quiet(node))


def _is_banned(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        home = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        return node.attr in BANNED and home in {"forms", "widgets", "fields"}
    return isinstance(node, ast.Name) and node.id in names


def _is_quiet(call: ast.Call) -> bool:
    widget = next((word.value for word in call.keywords if word.arg == "widget"), None)
    made = widget.func if isinstance(widget, ast.Call) else widget
    return getattr(made, "attr", getattr(made, "id", "")) in QUIET


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


@pytest.mark.parametrize(
    "source",
    [
        "forms.IntegerField(min_value=1)",
        "forms.CharField(widget=forms.NumberInput())",
        "forms.CharField(widget=forms.NumberInput)",
        "field_classes = dict.fromkeys(names, forms.FloatField)",
        "class Mine(forms.DecimalField): pass",
        "from django.forms import IntegerField\nIntegerField()",
        "from django.forms.widgets import NumberInput as N\nN()",
        "forms.TextInput(attrs={'type': 'number'})",
        "django.forms.FloatField()",
    ],
)
def test_planted_number_fields_are_found(source: str) -> None:
    assert offences(source)


def test_what_nobody_types_into_is_allowed() -> None:
    assert not offences("forms.IntegerField(widget=forms.HiddenInput)\nmodels.IntegerField()")


def test_no_source_makes_a_number_field() -> None:
    paths = [path for path in SRC.rglob("*.py") if path != HOME and "migrations" not in path.parts]
    assert len(paths) > 300
    found = {path.relative_to(SRC): offences(path.read_text(encoding="utf-8")) for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_no_template_or_script_makes_one() -> None:
    pattern = re.compile(r"""type\s*=\s*\\?["']?number""")
    assert pattern.search('<input type="number">')
    paths = [path for kind in ("*.html", "*.js") for path in SRC.rglob(kind)]
    assert [path.name for path in paths if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_no_form_that_is_loaded_has_one() -> None:
    """Also where a model makes the field, as a `ModelForm` does for a whole number."""
    assert get_resolver().url_patterns  # every address is loaded, and with it every form
    found = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in subclasses(forms.BaseForm)
        if form.__module__.startswith("mooring.")
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.NumberInput) and field.widget.input_type == "number"
    ]
    assert found == []
