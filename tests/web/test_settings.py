"""docs/settings.md names every setting that the code reads, and none that it does not."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mooring.web import environment

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parents[2]
READERS = {
    "text",
    "flag",
    "number",
    "words",
    "folder",
    "address",
    "database",
    "recipient",
    "command",
    "get",
    "key",
    "places",
    "file",
    "networks",
}


def read_by_the_code() -> set[str]:
    names: set[str] = set()
    for path in (ROOT / "src" / "mooring").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "MOORING_" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in READERS
            ):
                given = {str(each.value) for each in node.args if isinstance(each, ast.Constant)}
                names |= {each for each in given if re.fullmatch(r"MOORING_[A-Z_]*[A-Z]", each)}
    return names


def test_the_page_and_the_code_name_the_same_settings() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(MOORING_[A-Z_]+)` \|", page, re.MULTILINE))
    assert documented == read_by_the_code()


def test_the_demonstration_sets_aside_a_clinics_settings(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from mooring.web.environment import for_demonstration; import os;"
        "for_demonstration(folder=Path('demo'), port=8123);"
        "print(sorted(n for n in os.environ if n.startswith('MOORING_')), os.environ['MOORING_PUBLIC_ADDRESS'])"
    )
    settings = {"MOORING_DATABASE_URL": "postgresql://clinic/clinic", "MOORING_SMTP_HOST": "mail.example.org"}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT / "src"), "MOORING_CONTENT": "ours"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "SMTP" not in ran.stdout
    assert "MOORING_CONTENT" in ran.stdout
    assert "http://localhost:8123" in ran.stdout


def test_options_of_the_database_address_are_honoured_and_unknown_ones_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = (
        "postgresql://u:p@db.example/clinic?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=5"
    )
    monkeypatch.setenv("MOORING_DATABASE_URL", address)
    options = environment.database("MOORING_DATABASE_URL", Path("x"))["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["sslmode"], options["sslrootcert"], options["connect_timeout"]) == (
        "verify-full",
        "/etc/ca.pem",
        "5",
    )
    monkeypatch.setenv("MOORING_DATABASE_URL", "postgresql://u:p@db.example/clinic?ssl=true")
    with pytest.raises(environment.SettingError, match="no options but"):
        environment.database("MOORING_DATABASE_URL", Path("x"))


def test_a_pool_in_the_database_address(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://u:p@db.example/clinic?pool_min_size=1&pool_max_size=3&pool_timeout=7"
    monkeypatch.setenv("MOORING_DATABASE_URL", address)
    found = environment.database("MOORING_DATABASE_URL", Path("x"))
    assert isinstance(found["OPTIONS"], dict)
    assert found["OPTIONS"]["pool"] == {"min_size": 1, "max_size": 3, "timeout": 7}
    assert found["CONN_MAX_AGE"] == 0, "the framework refuses a pool beside lasting connections"
    for wrong in (
        "pool_max_size=many",
        "pool_timeout=0",
        "pool_max_size=3",
        "pool_min_size=5&pool_max_size=4",
    ):
        monkeypatch.setenv("MOORING_DATABASE_URL", f"postgresql://u:p@db.example/clinic?{wrong}")
        with pytest.raises(environment.SettingError, match="pool_"):
            environment.database("MOORING_DATABASE_URL", Path("x"))
