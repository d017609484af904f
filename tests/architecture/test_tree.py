"""What the repository holds and what it must never hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES = 400, 40
# Longer than the budget, each with its reason. The list only shrinks.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def source_files() -> list[Path]:
    return [path for path in tracked("src/*.py") if "/migrations/" not in path.as_posix()]


def test_no_lock_file_records_an_address() -> None:
    locks = tracked("requirements/*.txt", "*.lock")
    assert len(locks) >= 6
    assert not [path.name for path in locks if "://" in path.read_text(encoding="utf-8")]
    assert not tracked("uv.lock", "pylock*.toml")
    for path in locks:
        pins = [
            line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"^[a-z0-9]", line)
        ]
        assert pins, path.name
        assert all("==" in line and line.endswith("\\") for line in pins), path.name


def test_every_dependency_says_why_it_is_there() -> None:
    for name in ("runtime", "postgres", "fast", "science"):
        for line in (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-")) and "#" not in line:
                pytest.fail(f"{name}.in: {line} has no reason")


def test_every_test_of_the_browser_stands_where_the_browser_lane_looks() -> None:
    """`./run test` reads only that folder with a browser, and everything else without."""
    marked = {
        path for path in tracked("tests/*.py") if "pytest.mark.browser" in path.read_text(encoding="utf-8")
    }
    marked.discard(Path(__file__).resolve())
    assert marked == set(tracked("tests/browser/test_*.py"))


def test_a_theme_changes_only_colours_and_sizes() -> None:
    """So the second look of axe, in the other theme, asks only the rules that these can change."""
    styles = "\n".join(path.read_text(encoding="utf-8") for path in tracked("src/*.css"))
    blocks = re.findall(r"\[data-theme[^{]*\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL))
    names = {line.split(":")[0].strip() for line in " ".join(blocks).split(";") if line.strip()}
    assert len(blocks) > 3
    assert len(names) > 40
    colours = {"color-scheme", "color", "background", "background-color", "border-color", "fill", "stroke"}
    assert not {name for name in names if not name.startswith("--")} - colours


def test_nothing_of_another_project_is_committed() -> None:
    assert not tracked("*.min.js", "*.min.css", "*/vendor/*", "*/node_modules/*")


def test_no_path_of_one_machine_is_committed() -> None:
    pattern = re.compile(
        r"(?<![\w.])/(?:"
        + "|".join(["ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk/(?:main|wt|shared)"])
        + r")/|(?<!\w)/t"
        + r"mp/[a-z]"
    )
    suffixes = {".py", ".md", ".toml", ".yaml", ".html", ".css", ".js", ".in", ""}
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked()
        if path.suffix in suffixes
        for found in [pattern.search(path.read_text(encoding="utf-8", errors="ignore"))]
        if found
    ]
    assert not wrong


def test_files_keep_to_their_budget() -> None:
    long = {
        path.relative_to(ROOT).as_posix()
        for path in [*source_files(), *tracked("src/*.css", "src/*.js")]
        if len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES
    }
    assert long == set(LONG_FILES)


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_keep_to_their_budget() -> None:
    long = {
        f"{path.relative_to(ROOT).as_posix()}:{node.name}"
        for path in source_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > FUNCTION_LINES
    }
    assert long == set(LONG_FUNCTIONS)


def test_migrations_are_named_by_hand() -> None:
    names = [path.stem for path in tracked("src/*/migrations/*.py") if path.stem != "__init__"]
    assert names
    assert not [name for name in names if "_auto_" in name or name.endswith("_initial")]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_decisions_are_numbered_like_their_files() -> None:
    decisions = [path for path in tracked("docs/decisions/*.md") if path.name != "README.md"]
    assert decisions
    for path in decisions:
        number = path.name.split("-")[0]
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(f"# {number}. "), path.name
        assert "## Rejected" in path.read_text(encoding="utf-8"), path.name
