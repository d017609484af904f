"""A new course: a small whole one, written into an empty folder to be written over.

The files stand in `example/`. `@slug@`, `@title@` and three dates are filled in, so that the new folder
is free of lint problems on the day it is made.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

EXAMPLE = Path(__file__).parent / "example"
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
REVIEW_YEARS, OFFERED_YEARS = 2, 3
"""How long the example stands before its review, and how long its certificate is offered. Design defaults."""


class CannotWrite(ValueError):
    """The name cannot be a course's, or the folder holds something already."""


def write_example(folder: Path, *, slug: str, day: date) -> list[Path]:
    """Write the example course as `slug` into `folder`, which is made; answers its files in order.

    Raises:
        CannotWrite: for a slug that is no id, or a folder that is not empty. Nothing is written then.
    """
    if not SLUG.fullmatch(slug) or len(slug) > 80:
        raise CannotWrite(f"{slug!r} cannot be a course's id: small letters and figures, joined by single -.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotWrite(f"{folder} holds something already. Name another course, or an empty folder.")
    said = {
        "@slug@": slug,
        "@title@": slug.replace("-", " ").capitalize(),
        "@today@": day.isoformat(),
        "@review@": _years_later(day, REVIEW_YEARS).isoformat(),
        "@until@": _years_later(day, OFFERED_YEARS).isoformat(),
    }
    written = []
    for source in sorted(path for path in EXAMPLE.rglob("*") if path.is_file()):
        text = source.read_text(encoding="utf-8")
        for mark, value in said.items():
            text = text.replace(mark, value)
        path = folder / source.relative_to(EXAMPLE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _years_later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
