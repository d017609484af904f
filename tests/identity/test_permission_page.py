"""docs/permissions.md is the table of `identity/roles.py`, in words."""

from pathlib import Path

from mooring.identity.permission_page import as_markdown
from mooring.identity.roles import TABLE, Permission

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown(), "write it anew: mooring permissions"


def test_every_permission_has_a_line() -> None:
    assert set(TABLE) == set(Permission)
