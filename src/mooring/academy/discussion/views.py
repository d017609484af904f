"""Pages of a discussion: the threads of a course, one thread, editing, reporting, appealing, the moderation queue."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.discussion.access import get_discussion_for, get_post_for, get_thread_for
from mooring.academy.discussion.actions import (
    appeal,
    decide_post,
    delete_post,
    edit_post,
    endorse,
    open_thread,
    report_post,
    set_subscription,
    write_post,
)
from mooring.academy.discussion.forms import AppealForm, PostForm, QuestionForm, ReasonForPostForm, SearchForm
from mooring.academy.discussion.models import PostState
from mooring.academy.discussion.queries import is_subscribed, places_in, posts_seen_by, queue_of, threads_of
from mooring.academy.learning.queries import enrolment_in
from mooring.identity.access import must_hold
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed

PAGE = 20
MARK_WORDS = {
    "name": gettext_lazy("a name"),
    "birth": gettext_lazy("a date of birth"),
    "date": gettext_lazy("the day of a treatment"),
    "number": gettext_lazy("a record number"),
    "phone": gettext_lazy("a telephone number"),
    "email": gettext_lazy("an e-mail address"),
    "address": gettext_lazy("a street address"),
    "age": gettext_lazy("an age of 90 or more"),
}


def discussion(request: SignedInRequest, slug: str) -> HttpResponse:
    """The threads of a course, found by words, lesson or a place in it; and asking a question there."""
    course = get_discussion_for(request.user, slug)
    content = parsed(newest_version(course))
    lessons = {each.head.id: each.head.title for each in content.lessons_in_order()}
    here, place = request.GET.get("lesson", ""), request.GET.get("place", "")
    places = places_in(content, here) if here in lessons else {}
    asked = {here: lessons[here]} if here in lessons else lessons
    initial = {"lesson": here, "place": place}
    form = typed(request, QuestionForm, lessons=list(asked.items()), places=places, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            thread = open_thread(course=course, by=request.user, at=timezone.now(), **form.cleaned_data)
        if tried.repeated:
            return redirect("discussion", slug)
        if tried.done:
            return redirect("thread", thread.pk)
    search = SearchForm(request.GET)
    words = search.cleaned_data["find"] if search.is_valid() else ""
    at_place = place if place in places else ""
    found = threads_of(course, words=words, lesson=here if here in lessons else "", place=at_place)
    return page(
        request,
        "academy/discussion/discussion.html",
        {
            "course": course,
            "shown": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "lesson": lessons.get(here, ""),
            "place": places.get(at_place),
            "form": form,
            "find": search,
            "words": words,
            "moderates": request.user.may(Permission.COURSES_TEACH),
        },
    )


def thread(request: SignedInRequest, pk: int) -> HttpResponse:
    """One thread, and answering in it. A text that the guard held is shown to its author with the reason."""
    found = get_thread_for(request.user, pk)
    form = typed(request, PostForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            write_post(thread=found, words=form.cleaned_data["words"], by=request.user, at=timezone.now())
        if tried.done:
            return redirect("thread", pk)
    content = parsed(newest_version(found.course))
    lesson = content.lessons.get(found.lesson)
    seen = posts_seen_by(request.user, found)
    return page(
        request,
        "academy/discussion/thread.html",
        {
            "thread": found,
            "lesson": lesson,
            "place": places_in(content, found.lesson).get(found.place) if lesson else None,
            "enrolment": enrolment_in(request.user, found.course_id),
            "seen": [(each, [MARK_WORDS.get(code, code) for code in each.post.marks]) for each in seen],
            "form": form,
            "follows": is_subscribed(request.user, found),
            "moderates": request.user.may(Permission.COURSES_TEACH),
            "now": timezone.now(),
        },
    )


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change one's own post."""
    found = get_post_for(request.user, pk, to="edit")
    form = typed(request, PostForm, initial={"words": found.words})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            edit_post(post=found, words=form.cleaned_data["words"], by=request.user, at=timezone.now())
        if tried.done:
            return redirect("thread", found.thread_id)
    return page(
        request,
        "academy/discussion/edit.html",
        {"post": found, "form": form, "marks": [MARK_WORDS.get(code, code) for code in found.marks]},
    )


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete one's own post, with its earlier versions."""
    found = get_post_for(request.user, pk, to="edit")
    with attempt(request) as tried:
        delete_post(post=found, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("thread", found.thread_id)


def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask a moderator to look at a post."""
    found = get_post_for(request.user, pk)
    form = typed(request, ReasonForPostForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            report_post(post=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Reported. A moderator decides within a day."))
            return redirect("thread", found.thread_id)
    return page(request, "academy/discussion/report.html", {"post": found, "form": form})


def appeal_post(request: SignedInRequest, pk: int) -> HttpResponse:
    """Appeal against the decision about one's own post."""
    found = get_post_for(request.user, pk, to="edit")
    form = typed(request, AppealForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            appeal(post=found, words=form.cleaned_data["words"], by=request.user, at=timezone.now())
        if tried.done:
            return redirect("thread", found.thread_id)
    return page(request, "academy/discussion/appeal.html", {"post": found, "form": form})


@require_POST
def endorse_post(request: SignedInRequest, pk: int) -> HttpResponse:
    """Faculty marks an answer as right."""
    found = get_post_for(request.user, pk, to="moderate")
    with attempt(request) as tried:
        endorse(post=found, by=request.user, at=timezone.now())
    if not tried.done:
        messages.warning(request, " ".join(tried.reasons))
    return redirect("thread", found.thread_id)


@require_POST
def follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Follow a thread by e-mail, or stop it."""
    found = get_thread_for(request.user, pk)
    with attempt(request):
        set_subscription(
            thread=found, follow=request.POST.get("follow") == "yes", by=request.user, at=timezone.now()
        )
    return redirect("thread", pk)


def moderation(request: SignedInRequest) -> HttpResponse:
    """Posts that wait for a decision: held, reported, appealed against."""
    must_hold(request.user, Permission.COURSES_TEACH)
    waiting = queue_of(request.user)
    return page(
        request,
        "academy/discussion/moderation.html",
        {"posts": [(each, [MARK_WORDS.get(code, code) for code in each.marks]) for each in waiting]},
    )


def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show or hide a post."""
    found = get_post_for(request.user, pk, to="moderate")
    form = typed(request, ReasonForPostForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            decide_post(
                post=found,
                show=request.POST.get("decision") == "show",
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("moderation")
    return page(
        request,
        "academy/discussion/decide.html",
        {
            "post": found,
            "form": form,
            "marks": [MARK_WORDS.get(code, code) for code in found.marks],
            "hidden": found.state == PostState.HIDDEN,
        },
    )
