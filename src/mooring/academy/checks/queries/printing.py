"""A whole course as a page for paper: its lessons with their sources, its questions without the key, its pictures."""

import base64
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from mooring.academy.checks.queries.reading import Passage, reading_of
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.content.course.items import Item
from mooring.content.course.loader import CourseContent, Embedded, Lesson

IMAGE_TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


def print_html(version: CourseVersion) -> str:
    """The version as HTML with everything that it shows inside it."""
    course = parsed(version)
    modules = [
        {
            "number": number,
            "module": course.modules[name],
            "lessons": [
                _printed(version, course, course.lessons[each]) for each in course.modules[name].lessons
            ],
        }
        for number, name in enumerate(course.about.modules, start=1)
    ]
    context = {"about": course.about, "version": version, "modules": modules, "course": course}
    return render_to_string("academy/checks/course_print.html", context)


def _printed(version: CourseVersion, course: CourseContent, lesson: Lesson) -> dict[str, Any]:
    reading = reading_of(lesson)
    return {
        "lesson": lesson,
        "parts": [
            _passage(part, lesson) if isinstance(part, Passage) else _part(version, course, part)
            for part in reading.parts
        ],
        "sources": reading.sources,
    }


def _passage(part: Passage, lesson: Lesson) -> dict[str, Any]:
    """A passage whose numbers lead to the sources of its own lesson: on paper all lessons are one page."""
    html = part.html.replace('href="#source-', f'href="#{lesson.head.id}-source-')
    return {"html": mark_safe(html), "word": part.word}  # noqa: S308 - cleaned when it was rendered


def _part(version: CourseVersion, course: CourseContent, part: Embedded) -> dict[str, Any]:
    """What stands on paper in the place of something that moves or asks."""
    if part.kind == "check" and part.ref in course.checks:
        return {"items": [_asked(item) for item in course.checks[part.ref].items]}
    if part.kind == "item":
        found = [item for item in course.check_items() if item.id == part.ref]
        return {"items": [_asked(item) for item in found]}
    if part.kind == "media" and part.ref in course.media:
        medium = course.media[part.ref]
        return {"medium": medium, "picture": _picture(version, medium.file)}
    named = {
        "case": course.cases,
        "explorable": course.explorables,
        "figure": course.figures,
        "prediction": course.predictions,
    }
    found_part = named.get(part.kind, {}).get(part.ref)
    title = getattr(found_part, "title", "") or getattr(found_part, "question", "") or part.ref
    return {"online": part.kind, "title": title}


def _asked(item: Item) -> dict[str, Any]:
    """A question as it is asked: options, steps or sides by their letters, never which is right."""
    options = getattr(item, "options", None)
    if options is not None:
        return {"stem": item.stem, "lines": [option.text for option in options.values()]}
    if getattr(item, "steps", None):
        return {"stem": item.stem, "lines": sorted(item.steps)}  # type: ignore[union-attr]
    if getattr(item, "pairs", None):
        pairs = item.pairs  # type: ignore[union-attr]
        sides = [*(pair.left for pair in pairs), *sorted(pair.right for pair in pairs)]
        return {"stem": item.stem, "lines": sides}
    return {"stem": item.stem, "lines": []}


def _picture(version: CourseVersion, file: str) -> str:
    """A picture of the course as an address that holds it; empty for what is none."""
    kind = IMAGE_TYPES.get(file.rpartition(".")[2].lower())
    found = version.files.filter(path__endswith=file).first() if kind else None
    if found is None or kind is None:
        return ""
    return f"data:{kind};base64,{base64.b64encode(bytes(found.body)).decode()}"
