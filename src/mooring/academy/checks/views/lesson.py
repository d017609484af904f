"""The lesson: text with its sources, and questions in their places, answered and explained on the spot."""

from functools import lru_cache
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from mooring.academy.checks.access import Study, get_item_for, get_lesson_for
from mooring.academy.checks.actions.lessons import answer_item, finish_reading
from mooring.academy.checks.forms import ItemForm
from mooring.academy.checks.queries.lessons import items_of, lesson_status, neighbours, tried_in
from mooring.academy.checks.queries.listening import SPEEDS, narration_of
from mooring.academy.checks.queries.reading import reading_of
from mooring.academy.checks.views.placing import (
    KEPT_PAGES,
    Placing,
    asked_of,
    contents_of,
    placed,
    seed_of,
)
from mooring.academy.courses.queries import minutes_of
from mooring.academy.learning.actions import open_lesson
from mooring.academy.learning.queries import progress_of
from mooring.content.course.items import Item
from mooring.content.course.loader import Embedded, Lesson
from mooring.work.pages import SignedInRequest, attempt, page


def lesson(request: SignedInRequest, pk: int, lesson_id: str) -> HttpResponse:
    """One lesson. `?again=ITEM` puts an answered question once more."""
    study, found = get_lesson_for(request.user, pk, lesson_id)
    if study.enrolment.here != lesson_id:
        open_lesson(enrolment=study.enrolment, lesson_id=lesson_id, by=request.user, at=timezone.now())
    return lesson_page(request, study, found, again=request.GET.get("again", ""))


def answer(request: SignedInRequest, pk: int, lesson_id: str, item_id: str) -> HttpResponse:
    """Answer one question; htmx swaps the question alone, and the line that says what is still asked."""
    study, found, item = get_item_for(request.user, pk, lesson_id, item_id)
    if request.method != "POST":
        return redirect(_address_of(study, found, item))
    form = ItemForm(request.POST, item=item, seed=seed_of(study, item))
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
        return lesson_page(request, study, found, sent=sent)
    now = Placing.of(study, found, tried_in(study.enrolment, items_of(study.course, found)))
    context = {
        **about(now),
        "asked": asked_of(study, item, now.tried.get(item_id), sent=sent),
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
            return lesson_page(request, study, found, reasons=tried.reasons)
    return redirect("lesson", study.enrolment.pk, found.head.id)


def lesson_page(
    request: SignedInRequest,
    study: Study,
    found: Lesson,
    *,
    reasons: list[str] | None = None,
    **sent: Any,
) -> HttpResponse:
    """The whole page; `sent` is what was just typed into it (see `Placing`)."""
    now = Placing.of(study, found, tried_in(study.enrolment, items_of(study.course, found)), **sent)
    before, after = neighbours(study.course, found)
    context = {
        **about(now),
        "reading": reading_of(found),
        "parts": [
            placed(now, part) if isinstance(part, Embedded) else {"is": "passages", "html": part}
            for part in rendered(found, get_language())
        ],
        "before": before,
        "after": after,
        "reasons": reasons or [],
        "form": now.sent or now.predicting,
    }
    return page(request, "academy/checks/lesson.html", context, status=422 if reasons else None)


def about(now: Placing) -> dict[str, Any]:
    """What the frame of a lesson says: module, lessons with their marks, contents, what makes this one done."""
    study, found = now.study, now.lesson
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
        "status": lesson_status(study.course, found, now.tried),
        "contents": contents_of(now),
        "narration": narration_of(study.course, found),
        "speeds": SPEEDS,
    }


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


def _address_of(study: Study, found: Lesson, item: Item) -> str:
    return f"{reverse('lesson', args=[study.enrolment.pk, found.head.id])}#q-{item.id}"
