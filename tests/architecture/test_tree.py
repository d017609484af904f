"""What the repository holds and what it must never hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.sources import parsed, walk

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


def lock_faults(text: str) -> list[str]:
    """Lines of a lock file that name an address, or pin without a version or a hash."""
    lines = text.splitlines()
    pins = [line for line in lines if re.match(r"^[a-z0-9]", line)]
    wrong = [line for line in lines if "://" in line or line.startswith(("-i ", "--index", "--extra-index"))]
    return [*wrong, *(line for line in pins if "==" not in line or not line.endswith("\\"))]


def test_a_lock_file_without_hash_or_with_an_address_is_found() -> None:
    right = "django==5.2.19 \\\n    --hash=sha256:00\n    # via -r runtime.in\n"
    assert not lock_faults(right)
    for wrong in (
        "django==5.2.19\n",
        "django \\\n",
        "--index-url https" + "://x\n",
        "-i x\n",
        "a @ file" + "://x\n",
    ):
        assert lock_faults(right + wrong), wrong


def test_no_lock_file_records_an_address() -> None:
    locks = tracked("requirements/*.txt", "*.lock")
    assert len(locks) >= 6
    assert not {
        path.name: faults for path in locks if (faults := lock_faults(path.read_text(encoding="utf-8")))
    }
    assert not tracked("uv.lock", "pylock*.toml")


def without_reason(text: str) -> list[str]:
    return [
        line for line in text.splitlines() if line and not line.startswith(("#", "-")) and " #" not in line
    ]


def test_every_dependency_says_why_it_is_there() -> None:
    assert without_reason("django==5.2.19\nnumpy  # arrays\n# a line\n-c runtime.txt\n") == ["django==5.2.19"]
    for path in tracked("requirements/*.in"):
        assert not without_reason(path.read_text(encoding="utf-8")), path.name


def drives_a_browser(source: str) -> bool:
    """Whether a test file takes a browser: by its mark in any syntax, or by the browser's fixtures."""
    return bool(re.search(r"mark\.browser\b|\bpage: Page\b|\bcontext: BrowserContext\b", source))


def test_every_test_of_the_browser_stands_where_the_browser_lane_looks() -> None:
    """`./run test` reads only that folder with a browser, and everything else without."""
    assert drives_a_browser("pytestmark = [pytest.mark.browser, pytest.mark.soak]")
    assert drives_a_browser("def test_one(page: Page) -> None: ...")
    assert not drives_a_browser("def test_one(client: Client) -> None: ...")
    marked = {
        path
        for path in tracked("tests/test_*.py", "tests/**/test_*.py")
        if drives_a_browser(path.read_text(encoding="utf-8"))
    }
    marked.discard(Path(__file__).resolve())
    assert marked == set(tracked("tests/browser/test_*.py"))


COLOURS = {"color-scheme", "color", "background", "background-color", "border-color", "fill", "stroke"}


def themed(styles: str) -> set[str]:
    """What rules for one theme change, apart from custom properties."""
    blocks = re.findall(r"\[data-theme[^{]*\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL))
    names = {line.split(":")[0].strip() for line in " ".join(blocks).split(";") if line.strip()}
    return {name for name in names if not name.startswith("--")}


def test_a_theme_changes_only_colours_and_sizes() -> None:
    """So the second look of axe, in the other theme, asks only the rules that these can change."""
    assert themed('[data-theme="room"] .a { display: none; --gap: 2px }') == {"display"}
    assert themed("[data-theme=room]{color:red}") == {"color"}
    styles = "\n".join(path.read_text(encoding="utf-8") for path in tracked("src/*.css"))
    assert styles.count("[data-theme") > 3
    assert not themed(styles) - COLOURS


def test_nothing_of_another_project_is_committed() -> None:
    assert not tracked("*.min.js", "*.min.css", "*/vendor/*", "*/node_modules/*")


OF_ONE_MACHINE = re.compile(
    r"(?<![\w.])/(?:"
    + "|".join(["ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk/(?:main|wt|shared)"])
    + r")/|(?<!\w)/t"
    + r"mp/[a-z]"
)


def test_no_path_of_one_machine_is_committed() -> None:
    for planted in ("/ho" + "me/anna/x", "open('/t" + "mp/x')", "file:///Us" + "ers/anna", "(/ro" + "ot/x)"):
        assert OF_ONE_MACHINE.search(planted), planted
    assert not OF_ONE_MACHINE.search("https-like/ho" + "me/page and tests/t" + "mp/x")
    left_out = {".png", ".ico", ".woff2", ".pdf", ".wav", ".mp3"}
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked()
        if path.suffix not in left_out
        for found in [OF_ONE_MACHINE.search(path.read_text(encoding="utf-8", errors="ignore"))]
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
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_functions(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > FUNCTION_LINES
    ]


def test_a_long_function_is_found_in_every_syntax() -> None:
    body = "\n".join("        x = 1" for _ in range(FUNCTION_LINES + 1))
    for head in ("def f():", "async def f():", "class A:\n    def f(self):", "def g():\n    def f():"):
        assert "f" in long_functions(ast.parse(f"{head}\n{body}\n")), head
    assert not long_functions(ast.parse('def f():\n    """' + "\n" * 60 + '"""\n    return 1'))


def test_functions_keep_to_their_budget() -> None:
    long = {
        f"{path.relative_to(ROOT).as_posix()}:{name}"
        for path in source_files()
        for name in long_functions(parsed(path.read_text(encoding="utf-8")))
    }
    assert long == set(LONG_FUNCTIONS)


def named_by_machine(names: list[str]) -> list[str]:
    return [name for name in names if re.search(r"_auto_|_initial$|^\d+_alter_|_and_more$", name)]


def test_migrations_are_named_by_hand() -> None:
    machine = ["0002_auto_20260101_1200", "0001_initial", "0003_alter_note_text", "0004_a_b_and_more"]
    assert named_by_machine([*machine, "0001_first"]) == machine
    names = [path.stem for path in tracked("src/*/migrations/*.py") if path.stem != "__init__"]
    assert names
    assert not named_by_machine(names)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def decision_faults(name: str, text: str) -> list[str]:
    lines = text.splitlines()
    return [
        *(
            ["not numbered like its file"]
            if not lines or not lines[0].startswith(f"# {name.split('-')[0]}. ")
            else []
        ),
        *(["names no rejected alternative"] if "## Rejected" not in text else []),
    ]


def test_decisions_are_numbered_like_their_files() -> None:
    assert decision_faults("0002-x.md", "# 0003. X\n\n## Rejected\n") == ["not numbered like its file"]
    assert decision_faults("0002-x.md", "# 0002. X\n") == ["names no rejected alternative"]
    decisions = [path for path in tracked("docs/decisions/*.md") if path.name != "README.md"]
    numbers = [path.name.split("-")[0] for path in decisions]
    assert decisions
    assert len(set(numbers)) == len(numbers)
    assert not {
        path.name: faults
        for path in decisions
        if (faults := decision_faults(path.name, path.read_text(encoding="utf-8")))
    }
