"""Every code of the number parser has words, and every placeholder a value."""

import ast
import inspect

import pytest

from mooring.sentences import numbers
from mooring.words import parsing
from mooring.words.parsing import CODES, Misread

VALUES = {"typed": "1,250", "point": "1.250", "thousands": "1250", "unit": "kg"}


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_words(code: str) -> None:
    words = numbers.misread_words(Misread(code, **VALUES))
    assert "{" not in words
    assert words.endswith(".")


def test_every_code_that_is_raised_is_listed_and_all_that_are_listed_are_raised() -> None:
    raised = {
        call.args[0].value
        for call in ast.walk(ast.parse(inspect.getsource(parsing)))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Misread"
        and isinstance(call.args[0], ast.Constant)
    }
    assert raised == CODES
