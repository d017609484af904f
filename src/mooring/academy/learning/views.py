"""A learner's courses: the list, the overview of one, enrolling, a newer version, reference lists."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import acts_of, minutes_of, parsed
from mooring.academy.learning.access import get_enrolment_for
from mooring.academy.learning.actions import enrol as enrol_learner
from mooring.academy.learning.actions import take_version
from mooring.academy.learning.models import Enrolment
from mooring.academy.learning.queries import (
    CourseProgress,
    delta_lessons_owed,
    enrolments_of,
    go_on_with,
    offered_version,
    open_offer,
    progress_of,
)
from mooring.identity.roles import Permission
from mooring.references.bibliography import ama, bibliography
from mooring.work.pages import SignedInRequest, attempt, page


def courses(request: SignedInRequest) -> HttpResponse:
    """Every course of the person who is signed in: what is open, what is over, what was done."""
    return page(
        request,
        "academy/learning/courses.html",
        {
            "rows": enrolments_of(request.user, timezone.now()),
            "teaches": request.user.may(Permission.COURSES_TEACH),
            "manages_credit": request.user.may(Permission.CREDITS_MANAGE),
            "manages_credentials": request.user.may(Permission.CREDENTIALS_MANAGE),
            "now": timezone.now(),
        },
    )


def overview(request: SignedInRequest, pk: int) -> HttpResponse:
    """One course: lessons with their marks, where to go on, what is owed, until when it is open."""
    enrolment = get_enrolment_for(request.user, pk, open_now=False)
    return _overview_page(request, enrolment, [])


def _overview_page(request: SignedInRequest, enrolment: Enrolment, reasons: list[str]) -> HttpResponse:
    progress = progress_of(enrolment)
    course = progress.course
    owed = delta_lessons_owed(enrolment, progress.done)
    minutes = minutes_of(enrolment.version)
    resumed = go_on_with(enrolment, progress, owed)
    context = {
        "enrolment": enrolment,
        "course": course,
        "modules": _module_rows(progress, minutes),
        "progress": progress,
        "total": len(course.lessons),
        "open": enrolment.is_open(timezone.now()),
        "go_on": resumed,
        "go_on_minutes": minutes[resumed.head.id] if resumed else 0,
        "owed": [course.lessons[each] for each in owed if each in course.lessons],
        "offered": offered_version(enrolment),
        "offer": open_offer(enrolment.course),
        "reasons": reasons,
    }
    return page(request, "academy/learning/overview.html", context, status=422 if reasons else None)


def _module_rows(progress: CourseProgress, minutes: Mapping[str, int]) -> list[dict[str, Any]]:
    """The modules in order, each with its lessons, their marks and minutes, and what there is to do in them."""
    course, rows = progress.course, []
    for number, module_id in enumerate(course.about.modules, 1):
        module = course.modules[module_id]
        lessons = [
            {
                "lesson": course.lessons[each],
                "done": each in progress.done,
                "minutes": minutes[each],
                "acts": acts_of(course, course.lessons[each]),
            }
            for each in module.lessons
        ]
        rows.append(
            {
                "number": number,
                "module": module,
                "lessons": lessons,
                "done": sum(bool(each["done"]) for each in lessons),
                "minutes": sum(minutes[each] for each in module.lessons),
                "references": len(course.references_of(module_id)),
            }
        )
    return rows


@require_POST
def enrol(request: SignedInRequest, slug: str) -> HttpResponse:
    """Enrol oneself; who is enrolled already is led to the course. A paid enrolment is an act of staff."""
    course = get_object_or_404(Course, slug=slug, published__gt=0)
    with attempt(request) as tried:
        enrol_learner(learner=request.user, course=course, paid=False, by=request.user, at=timezone.now())
    if not tried.done:
        messages.info(request, " ".join(tried.reasons))
    enrolment = Enrolment.objects.filter(learner=request.user, course=course, ended_at__isnull=True).first()
    return redirect("overview", enrolment.pk) if enrolment else redirect("course", slug)


@require_POST
def newer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the newer version that is offered."""
    enrolment = get_enrolment_for(request.user, pk)
    offered = offered_version(enrolment)
    if offered is None:
        return redirect("overview", pk)
    with attempt(request) as tried:
        take_version(enrolment=enrolment, version=offered, by=request.user, at=timezone.now())
    if not tried.done:
        return _overview_page(request, enrolment, tried.reasons)
    messages.success(request, _("You are now in version {number}.").format(number=offered.number))
    return redirect("overview", pk)


def references(request: SignedInRequest, pk: int, module_id: str) -> HttpResponse:
    """The works that a module cites, in AMA style, as a text file."""
    enrolment = get_enrolment_for(request.user, pk, open_now=False)
    course = parsed(enrolment.version)
    if module_id not in course.modules:
        raise Http404
    known = bibliography()
    works = [known[key] for key in course.references_of(module_id) if key in known]
    lines = [
        f"{course.about.title}",
        _("{module}. Version {version}.").format(
            module=course.modules[module_id].title, version=course.about.version
        ),
        "",
        *(f"{number}. {ama(work)}" for number, work in enumerate(works, 1)),
    ]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    name = f"references-{course.about.id}-{module_id}.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
