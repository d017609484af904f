"""`mooring where ADDRESS`: which files stand behind a page."""

import ast
import inspect
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from mooring.web.settings import PACKAGE
from mooring.work.mistakes import Mistake


def show(address: str) -> int:
    """Print the view behind an address with its line, then the files of its room and what each holds."""
    path = urlsplit(address).path or "/"
    try:
        match = resolve(path if path.startswith("/") else f"/{path}")
    except Resolver404 as error:
        raise Mistake(f"No page is at {path}. Addresses start in src/mooring/web/urls.py.") from error
    view = inspect.unwrap(getattr(match.func, "view_class", match.func))
    file = Path(inspect.getsourcefile(view) or "")
    _, line = inspect.getsourcelines(view)
    print(f"{path}\n  name      {match.view_name}\n  view      {_near(file)}:{line} {view.__name__}")
    if not file.is_relative_to(PACKAGE):
        print("  This view comes with a package; its templates are ours, if any.")
        return 0
    room = file.parent
    inside = room.relative_to(PACKAGE)
    for label, folder in (
        ("templates", PACKAGE / "web" / "templates" / inside),
        ("tests", PACKAGE.parent.parent / "tests" / inside),
    ):
        if folder.is_dir():
            print(f"  {label:9} {_near(folder)}/")
    print(f"\n{_near(room)}/")
    for each in sorted(room.glob("*.py")):
        print(f"  {each.name:22} {_first_line(each)}")
    return 0


def _first_line(file: Path) -> str:
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return said.splitlines()[0] if said else ""


def _near(path: Path) -> str:
    """The path as seen from here, where it lies below; otherwise whole."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
