"""No module writes an address of the program: `reverse()` does, so that a page can move."""

import ast
import re

import pytest

from tests.architecture.prose import docstrings
from tests.architecture.sources import modules, walk

ROOTS = ("academy", "account", "audit", "care", "knowledge", "lab", "links", "people", "work")
ADDRESS = re.compile(rf"^/(?:{'|'.join(ROOTS)})/")
READ_BACK = {
    "demonstration/copying.py": "rewrites the addresses that stored rows hold (docs/decisions/0015)",
}


def addresses_in(tree: ast.Module) -> list[int]:
    """Lines with a text that starts like an address of the program, formatted or not."""
    left_out, found = docstrings(tree), set()
    for node in walk(tree):
        if isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            text = first.value if isinstance(first, ast.Constant) else ""
        elif isinstance(node, ast.Constant) and id(node) not in left_out:
            text = node.value
        else:
            continue
        if isinstance(text, str) and ADDRESS.match(text):
            found.add(node.lineno)
    return sorted(found)


def test_no_module_writes_an_address() -> None:
    written = {name: addresses_in(tree) for name, tree in modules().items() if name not in READ_BACK}
    assert not {name: lines for name, lines in written.items() if lines}


def test_every_exception_is_still_needed() -> None:
    assert all(addresses_in(modules()[name]) for name in READ_BACK)


@pytest.mark.parametrize(
    "planted",
    [
        'task = Task(address="/care/sessions/3/")',
        'address = f"/care/sessions/{session.pk}/"',
        'ROOTS = {"learning": "/academy/"}',
        'return redirect("/people/sites/" + str(pk))',
        'address = "/care/tasks/%s/" % pk',
        'address = "/audit/".format()',
        "value.startswith('/care/')",
    ],
)
def test_a_planted_address_is_found(planted: str) -> None:
    assert addresses_in(ast.parse(planted)) == [1]


@pytest.mark.parametrize(
    "fine", ['reverse("session", args=[pk])', 'path("care/", include(x))', '"a / b"', "'/'"]
)
def test_what_is_no_address_passes(fine: str) -> None:
    assert not addresses_in(ast.parse(fine))
