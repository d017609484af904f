"""The lesson: text with its sources, and questions in their places, answered and explained on the spot."""

from functools import lru_cache
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from mooring.academy.checks.access import Study, get_item_for, get_lesson_for
from mooring.academy.checks.actions.lessons import answer_item, finish_reading
from mooring.academy.checks.forms import ItemForm, SettingsForm
from mooring.academy.checks.queries.cases import cases_ended
from mooring.academy.checks.queries.exploring import as_typed, shown, sources_of, start_of, table_of
from mooring.academy.checks.queries.lessons import (
    QuestionTries,
    items_of,
    lesson_status,
    neighbours,
    tried_in,
)
from mooring.academy.checks.queries.marking import explained
from mooring.academy.checks.queries.reading import reading_of
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import minutes_of, parsed
from mooring.academy.learning.actions import open_lesson
from mooring.academy.learning.queries import progress_of
from mooring.content.course.answers import NotAnAnswer, from_json
from mooring.content.course.items import ExplorableItem, Item, NumericItem
from mooring.content.course.loader import CourseContent, Embedded, Lesson
from mooring.content.course.practice import unit_of
from mooring.work.pages import SignedInRequest, attempt, page

KEPT_PAGES = 512
"""Rendered parts kept in a process; one takes some 20 kB."""
ADDRESS = "address-of-the-explorable"


def lesson(request: SignedInRequest, pk: int, lesson_id: str) -> HttpResponse:
    """One lesson. `?again=ITEM` puts an answered question once more."""
    study, found = get_lesson_for(request.user, pk, lesson_id)
    if study.enrolment.here != lesson_id:
        open_lesson(enrolment=study.enrolment, lesson_id=lesson_id, by=request.user, at=timezone.now())
    return _lesson_page(request, study, found, again=request.GET.get("again", ""))


def answer(request: SignedInRequest, pk: int, lesson_id: str, item_id: str) -> HttpResponse:
    """Answer one question; htmx swaps the question alone, and the line that says what is still asked."""
    study, found, item = get_item_for(request.user, pk, lesson_id, item_id)
    if request.method != "POST":
        return redirect(_address_of(study, found, item))
    form = ItemForm(request.POST, item=item, seed=_seed(study, item))
    if form.is_valid():
        with attempt(request, form) as tried:
            answer_item(
                enrolment=study.enrolment,
                lesson_id=lesson_id,
                item_id=item_id,
                digest=item.digest,
                given=form.given(),
                sure=form.sure,
                by=request.user,
                at=timezone.now(),
            )
        if tried.done and not request.htmx:
            return redirect(_address_of(study, found, item))
    sent = form if form.errors else None
    if not request.htmx:
        return _lesson_page(request, study, found, sent=sent)
    items = items_of(study.course, found)
    tried_before = tried_in(study.enrolment, items)
    context = {
        **_about(study, found, tried_before),
        "asked": _asked(study, item, tried_before.get(item_id), sent=sent),
        "form": sent,
        "swapped": True,
    }
    return page(request, "academy/checks/asked.html", context)


def finish(request: SignedInRequest, pk: int, lesson_id: str) -> HttpResponse:
    """Say that a lesson was read, where nothing else makes it done."""
    study, found = get_lesson_for(request.user, pk, lesson_id)
    if request.method == "POST":
        with attempt(request) as tried:
            finish_reading(enrolment=study.enrolment, lesson_id=lesson_id, by=request.user, at=timezone.now())
        if not tried.done:
            return _lesson_page(request, study, found, reasons=tried.reasons)
    return redirect("lesson", study.enrolment.pk, found.head.id)


def _lesson_page(
    request: SignedInRequest,
    study: Study,
    found: Lesson,
    *,
    again: str = "",
    sent: ItemForm | None = None,
    reasons: list[str] | None = None,
) -> HttpResponse:
    tried = tried_in(study.enrolment, items_of(study.course, found))
    reading = reading_of(found)
    ended = cases_ended(study.enrolment) if found.embedded("case") else frozenset()
    before, after = neighbours(study.course, found)
    context = {
        **_about(study, found, tried),
        "reading": reading,
        "parts": [
            _placed(study, found.head.id, part, tried, ended, again=again, sent=sent)
            if isinstance(part, Embedded)
            else {"is": "passages", "html": part}
            for part in rendered(found, get_language())
        ],
        "before": before,
        "after": after,
        "reasons": reasons or [],
        "form": sent,
    }
    return page(request, "academy/checks/lesson.html", context, status=422 if reasons else None)


def _about(study: Study, found: Lesson, tried: dict[str, QuestionTries]) -> dict[str, Any]:
    """What the frame of a lesson says: module, lessons with their marks, what makes this one done."""
    module = study.course.modules[found.module_id]
    progress = progress_of(study.enrolment)
    return {
        "enrolment": study.enrolment,
        "course": study.course,
        "module": module,
        "module_number": study.course.about.modules.index(module.id) + 1,
        "lesson": found,
        "minutes": minutes_of(study.enrolment.version)[found.head.id],
        "course_done": progress.lessons_done,
        "course_total": len(progress.course.lessons),
        "lesson_number": module.lessons.index(found.head.id) + 1,
        "lessons": [
            {"lesson": study.course.lessons[each], "done": each in progress.done} for each in module.lessons
        ],
        "objectives": [study.course.objectives[each] for each in found.head.objectives],
        "done": found.head.id in progress.done,
        "status": lesson_status(study.course, found, tried),
    }


def _placed(
    study: Study,
    lesson_id: str,
    part: Embedded,
    tried: dict[str, QuestionTries],
    ended: frozenset[str],
    *,
    again: str,
    sent: ItemForm | None,
) -> dict[str, Any]:
    """What stands at the place of an embed, by its kind."""
    placed: dict[str, Any] = {"is": part.kind, "ref": part.ref}
    if part.kind == "check":
        placed["items"] = [
            _asked(
                study,
                item,
                None if again == item.id else tried.get(item.id),
                sent=sent if sent is not None and sent.item.id == item.id else None,
            )
            for item in study.course.checks[part.ref].items
        ]
    elif part.kind == "explorable":
        address = reverse("explorable", args=[study.enrolment.pk, lesson_id, part.ref])
        html = opening(study.enrolment.version_id, part.ref, get_language())
        placed["html"] = mark_safe(html.replace(ADDRESS, address))  # noqa: S308 - our own page, and our own address
    elif part.kind == "figure":
        figure = study.course.figures[part.ref]
        placed |= {
            "figure": figure,
            "template": f"academy/figures/{figure.kind.value}.html",
            "sources": sources_of(figure),
        }
    elif part.kind == "case":
        placed |= {"case": study.course.cases[part.ref], "ended": part.ref in ended}
    else:
        placed["medium"] = study.course.media[part.ref]
    return placed


@lru_cache(maxsize=KEPT_PAGES)
def rendered(lesson: Lesson, language: str) -> tuple[SafeString | Embedded, ...]:
    """The lesson with its runs of passages as finished HTML; only what is asked differs between learners."""
    found: list[SafeString | Embedded] = []
    for embedded, parts in groupby(reading_of(lesson).parts, key=lambda part: isinstance(part, Embedded)):
        if embedded:
            found += [part for part in parts if isinstance(part, Embedded)]
        else:
            found.append(render_to_string("academy/checks/passages.html", {"passages": list(parts)}))
    return tuple(found)


@lru_cache(maxsize=KEPT_PAGES)
def opening(version_pk: int, explorable_id: str, language: str) -> str:
    """An explorable of a version as it opens, as finished HTML but for its address."""
    course = parsed(CourseVersion.objects.get(pk=version_pk))
    part = {"ref": explorable_id, **explored(course, explorable_id)}
    return render_to_string("academy/checks/explorable.html", {"part": part, "address": ADDRESS})


def explored(course: CourseContent, explorable_id: str, form: SettingsForm | None = None) -> dict[str, Any]:
    """An explorable with its controls: as it opens, or as a valid form sets it."""
    explorable = course.explorables[explorable_id]
    start = start_of(explorable)
    settings = form.settings() if form is not None and form.is_valid() else start
    return {
        "explorable": explorable,
        "controls": form or SettingsForm(explorable=explorable, initial=as_typed(start)),
        "shown": shown(explorable, settings),
        "table": table_of(explorable),
        "sources": sources_of(explorable),
    }


def _asked(study: Study, item: Item, tried: QuestionTries | None, *, sent: ItemForm | None) -> dict[str, Any]:
    """One question: its form, or its newest answer talked through."""
    asked: dict[str, Any] = {"item": item, "tried": tried}
    if tried is not None and sent is None and tried.newest.digest == item.digest:
        try:
            given = from_json(item, tried.newest.given)
        except NotAnAnswer:  # the same words under another schema: ask again
            tried = None
        else:
            unit = item.unit if isinstance(item, NumericItem) else ""
            if isinstance(item, ExplorableItem):
                unit = unit_of(item.output)
            return asked | {"explained": explained(study.course, item, given), "given": given, "unit": unit}
    return asked | {"form": sent or ItemForm(item=item, seed=_seed(study, item))}


def _seed(study: Study, item: Item) -> str:
    """The same order for the same learner, another for the next one."""
    return f"{study.enrolment.pk}/{item.id}"


def _address_of(study: Study, found: Lesson, item: Item) -> str:
    return f"{reverse('lesson', args=[study.enrolment.pk, found.head.id])}#q-{item.id}"
