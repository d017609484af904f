"""The educator's pages about people: courses, roster, one learner, longer access and further attempts."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.checks.forms import FindLearnerForm, LongerAccessForm, MoreAttemptsForm
from mooring.academy.checks.queries.post_test import SENT_AFTER_ACCESS, post_test_status
from mooring.academy.checks.queries.teaching import courses_taught, lines_of
from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version
from mooring.academy.learning.access import enrolments_taught_by, get_enrolment_to_teach
from mooring.academy.learning.actions import extend_access, give_attempts
from mooring.academy.learning.models import Enrolment
from mooring.identity.access import must_hold
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

PAGE = 50


def courses(request: SignedInRequest) -> HttpResponse:
    """Every course, with how far the learners of one's own sites are."""
    must_hold(request.user, Permission.COURSES_TEACH)
    taught = courses_taught(enrolments_taught_by(request.user))
    return page(request, "academy/checks/teaching.html", {"taught": taught})


def roster(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who of one's own sites is enrolled in a course, and how far; a page at a time."""
    must_hold(request.user, Permission.COURSES_TEACH)
    course = get_object_or_404(Course, slug=slug, published__gt=0)
    form = FindLearnerForm(request.GET)
    words = form.cleaned_data["find"].strip() if form.is_valid() else ""
    enrolments = enrolments_taught_by(request.user).filter(course=course)
    if words:
        enrolments = enrolments.filter(learner__legal_name__icontains=words)
    shown = Paginator(enrolments.order_by("learner__legal_name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    return page(
        request,
        "academy/checks/teaching_roster.html",
        {
            "course": course,
            "version": newest_version(course),
            "find": form,
            "words": words,
            "shown": shown,
            "lines": lines_of(shown.object_list),
        },
        status=200,
    )


def learner(request: SignedInRequest, pk: int) -> HttpResponse:
    """One learner's way through a course; the looking leaves a row."""
    enrolment = get_enrolment_to_teach(request.user, pk)
    return _learner(request, enrolment, typed(request, LongerAccessForm), MoreAttemptsForm())


@require_POST
def longer_access(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a learner access until the end of a day."""
    enrolment = get_enrolment_to_teach(request.user, pk)
    form = LongerAccessForm(data=request.POST)
    if form.is_valid():
        until = _end_of(form.cleaned_data["until"])
        with attempt(request, form) as tried:
            extend_access(enrolment=enrolment, until=until, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Access extended. The learner sees it on the course page."))
            return redirect("learner-progress", enrolment.pk)
    return _learner(request, enrolment, form, MoreAttemptsForm())


def _end_of(day: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=1)


@require_POST
def more_attempts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a learner further attempts at the post-test."""
    enrolment = get_enrolment_to_teach(request.user, pk)
    form = MoreAttemptsForm(data=request.POST)
    if form.is_valid():
        with attempt(request, form) as tried:
            give_attempts(
                enrolment=enrolment,
                attempts=form.cleaned_data["attempts"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Attempts added. The learner can start at once."))
            return redirect("learner-progress", enrolment.pk)
    return _learner(request, enrolment, LongerAccessForm(), form)


def _learner(
    request: SignedInRequest, enrolment: Enrolment, access: LongerAccessForm, attempts: MoreAttemptsForm
) -> HttpResponse:
    wrong = (access.is_bound and access.errors) or (attempts.is_bound and attempts.errors)
    done = {each.lesson_id: each.at for each in enrolment.lessons_done.all()}
    [line] = lines_of([enrolment])
    return page(
        request,
        "academy/checks/teaching_learner.html",
        {
            "enrolment": enrolment,
            "line": line,
            "lessons": [
                (lesson, done.get(lesson.head.id)) for lesson in line.progress.course.lessons_in_order()
            ],
            "status": post_test_status(enrolment, timezone.now()),
            "access_form": access,
            "attempts_form": attempts,
            "days_after": SENT_AFTER_ACCESS.days,
            "open": enrolment.is_open(timezone.now()),
            "manages_credit": request.user.may(Permission.CREDITS_MANAGE),
        },
        status=422 if wrong else 200,
    )
