"""Acts in a discussion: asking, answering, editing, deleting; reporting, deciding, appealing; endorsing, subscribing."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.discussion.models import Post, PostEdit, PostReport, PostState, Subscription, Thread
from mooring.academy.discussion.queries import places_in
from mooring.academy.learning.queries import site_of
from mooring.audit.recording import Actor, note, recorded
from mooring.content.patient_guard import patient_marks
from mooring.identity.models import Person
from mooring.identity.roles import Permission, Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, best_channel, close_tasks_about, make_task, write_message
from mooring.work.models import Channel

ANSWERED_WITHIN = timedelta(days=3)
"""How soon faculty promises an answer. Design default; the task passes to the next educator when it is missed."""
DECIDED_WITHIN = timedelta(days=1)
LONGEST_WORDS = 5000
EDITED_WITHIN = timedelta(days=7)
"""How long a post that was answered may still be edited by its author. Design default."""


@recorded("academy.discussion.asked")
def open_thread(
    *, course: Course, lesson: str, place: str = "", title: str, words: str, by: Person, at: datetime
) -> Thread:
    """Ask a question at a lesson, or at a passage or question of it. Faculty is asked to answer by a promised time.

    The asker is subscribed. Refused for a lesson or a place that the course does not have, or an empty text.
    """
    content = parsed(newest_version(course))
    if lesson not in content.lessons:
        raise Refused(_("Choose the lesson that your question is about."))
    if place and place not in places_in(content, lesson):
        raise Refused(_("Choose the passage or question again: the lesson was changed."))
    if not title.strip() or patient_marks(title):
        raise Refused(_("Write a short title without names, numbers or dates of a patient."))
    thread = Thread.objects.create(
        course=course,
        lesson=lesson,
        place=place,
        title=title.strip()[:160],
        opened_by=by,
        opened_at=at,
        answer_due_at=at + ANSWERED_WITHIN,
    )
    Subscription.objects.create(thread=thread, person=by, since=at)
    write_post(thread=thread, words=words, by=by, at=at)
    note(course=course.slug, lesson=lesson)
    return thread


@recorded("academy.discussion.posted")
def write_post(*, thread: Thread, words: str, by: Person, at: datetime) -> Post:
    """Write in a thread. A text with marks of patient data is held for a moderator instead of shown.

    The first answer of faculty that is shown settles the promise.
    """
    words = _checked(words)
    marks = patient_marks(words)
    post = Post.objects.create(
        thread=thread,
        author=by,
        words=words,
        posted_at=at,
        faculty=by.may(Permission.COURSES_TEACH),
        state=PostState.HELD if marks else PostState.SHOWN,
        marks=list(marks),
    )
    note(held=bool(marks), marks=list(marks))
    if marks:
        _ask_moderator(post, at)
    else:
        _now_shown(post, by, at)
    return post


def _checked(words: str) -> str:
    words = words.strip()
    if not words:
        raise Refused(_("Write your text first."))
    if len(words) > LONGEST_WORDS:
        raise Refused(_("Shorten it to {most} characters.").format(most=LONGEST_WORDS))
    return words


def _now_shown(post: Post, by: Actor, at: datetime) -> None:
    """What follows when a post is seen: faculty is asked, or the promise is settled; subscribers are told."""
    thread = post.thread
    if post.faculty:
        Thread.objects.filter(pk=thread.pk, answered_at__isnull=True).update(answered_at=at)
        close_tasks_about(thread, kind="answer", outcome="answered", by=by, at=at)
    elif Thread.objects.filter(pk=thread.pk, answered_at__isnull=True).exists():
        _ask_faculty(thread, at, by)
    for each in thread.subscriptions.exclude(person=post.author).select_related("person"):
        person = each.person
        write_message(
            channel=Channel.EMAIL if person.email else best_channel(person),
            person=person,
            site=site_of(person),
            title=_("New in: {title}").format(title=thread.title)[:200],
            body=_(
                "There is a new post in a discussion that you follow. You can stop these e-mails on its page."
            ),
            address=reverse("thread", args=[thread.pk]),
            subject="",
            by=by,
            at=at,
        )


def _ask_faculty(thread: Thread, at: datetime, by: Actor) -> None:
    make_task(
        owed=Owed(
            kind="answer",
            about=thread,
            title=_("Answer a learner’s question"),
            reason=thread.title,
            address=reverse("thread", args=[thread.pk]),
            act=_("Answer"),
            role=Role.EDUCATOR,
            due_at=thread.answer_due_at,
            escalate_at=thread.answer_due_at,
        ),
        site=site_of(thread.opened_by),
        by=by,
        at=at,
    )


def _ask_moderator(post: Post, at: datetime) -> None:
    make_task(
        owed=Owed(
            kind="moderation",
            about=post,
            title=_("Decide about a post"),
            reason=post.thread.title,
            address=reverse("moderation"),
            act=_("Decide"),
            role=Role.EDUCATOR,
            due_at=at + DECIDED_WITHIN,
            escalate_at=at + DECIDED_WITHIN,
        ),
        site=site_of(post.author),
        by=post.author,
        at=at,
    )


@recorded("academy.discussion.edited")
def edit_post(*, post: Post, words: str, by: Person, at: datetime) -> Post:
    """Change one's own post; what it said before is kept. A held text that is clean now is shown.

    Refused for a post that is hidden or deleted, or was posted more than a week ago.
    """
    words = _checked(words)
    if at - post.posted_at > EDITED_WITHIN and post.state == PostState.SHOWN:
        raise Refused(_("A post can be edited for {n} days. Write a new one.").format(n=EDITED_WITHIN.days))
    marks = patient_marks(words)
    before, was_held = post.words, post.state == PostState.HELD
    done = Post.objects.filter(pk=post.pk, words=before, state__in=[PostState.SHOWN, PostState.HELD]).update(
        words=words,
        edited_at=at,
        state=PostState.HELD if marks else PostState.SHOWN,
        marks=list(marks),
        endorsed_at=None,
        endorsed_by=None,
    )
    if done != 1:
        raise Refused(_("This post was changed, hidden or deleted a moment ago."))
    PostEdit.objects.create(post=post, words=before, replaced_at=at)
    post.refresh_from_db()
    note(held=bool(marks))
    if marks:
        _ask_moderator(post, at)
    elif was_held:
        close_tasks_about(post, kind="moderation", outcome="reworded", by=by, at=at)
        _now_shown(post, by, at)
    return post


@recorded("academy.discussion.deleted")
def delete_post(*, post: Post, by: Person, at: datetime) -> Post:
    """Delete one's own post: its text and its earlier versions go, the place in the thread stays."""
    done = (
        Post.objects.filter(pk=post.pk)
        .exclude(state=PostState.DELETED)
        .update(state=PostState.DELETED, words="", appeal="", marks=[], edited_at=at)
    )
    if done != 1:
        raise Refused(_("This post is already deleted."))
    post.edits.all().delete()
    PostReport.objects.filter(post=post, settled_at__isnull=True).update(settled_at=at)
    close_tasks_about(post, kind="moderation", outcome="deleted", by=by, at=at)
    post.refresh_from_db()
    return post


@recorded("academy.discussion.reported")
def report_post(*, post: Post, reason: str, by: Person, at: datetime) -> PostReport:
    """Ask a moderator to look at a post. Refused without a reason, or when one has asked already."""
    if not reason.strip():
        raise Refused(_("Say what is wrong with the post."))
    if PostReport.objects.filter(post=post, reported_by=by, settled_at__isnull=True).exists():
        raise Refused(_("You have already reported this post. A moderator decides about it."))
    report = PostReport.objects.create(post=post, reported_by=by, reason=reason.strip()[:300], reported_at=at)
    _ask_moderator(post, at)
    return report


@recorded("academy.discussion.decided")
def decide_post(*, post: Post, show: bool, reason: str, by: Person, at: datetime) -> Post:
    """Show or hide a post, with a reason that its author reads. Nobody decides about their own.

    Refused for a deleted post, for one's own, and for hiding without a reason.
    """
    if post.author_id == by.pk:
        raise Refused(_("Another moderator decides about your post."))
    if not show and not reason.strip():
        raise Refused(_("Give the reason. The author reads it and can appeal."))
    was = post.state
    done = (
        Post.objects.filter(pk=post.pk, state=was)
        .exclude(state=PostState.DELETED)
        .update(
            state=PostState.SHOWN if show else PostState.HIDDEN,
            reason=reason.strip()[:300],
            decided_at=at,
            decided_by=by,
            appealed_at=None,
        )
    )
    if done != 1:
        raise Refused(_("This post was changed or deleted a moment ago."))
    PostReport.objects.filter(post=post, settled_at__isnull=True).update(settled_at=at)
    close_tasks_about(post, kind="moderation", outcome="shown" if show else "hidden", by=by, at=at)
    post.refresh_from_db()
    note(shown=show)
    if show and was == PostState.HELD:
        _now_shown(post, by, at)
    if not show:
        _tell_author(post, by, at)
    return post


def _tell_author(post: Post, by: Actor, at: datetime) -> None:
    write_message(
        channel=Channel.EMAIL if post.author.email else best_channel(post.author),
        person=post.author,
        site=site_of(post.author),
        title=_("Your post was hidden"),
        body=_("Reason: {reason}\n\nYou can appeal on the page of the discussion.").format(
            reason=post.reason
        ),
        address=reverse("thread", args=[post.thread_id]),
        subject=post.subject_ref,
        by=by,
        at=at,
    )


@recorded("academy.discussion.appealed")
def appeal(*, post: Post, words: str, by: Person, at: datetime) -> Post:
    """Ask for another decision about one's own hidden post, once a decision."""
    if not words.strip():
        raise Refused(_("Say why the post should be shown."))
    done = Post.objects.filter(pk=post.pk, state=PostState.HIDDEN, appealed_at__isnull=True).update(
        appeal=words.strip()[:500], appealed_at=at
    )
    if done != 1:
        raise Refused(_("There is no decision to appeal against, or you have appealed already."))
    post.refresh_from_db()
    _ask_moderator(post, at)
    return post


@recorded("academy.discussion.endorsed")
def endorse(*, post: Post, by: Person, at: datetime) -> Post:
    """Faculty marks an answer as right; it stands first. Refused for one's own, the question itself, or twice."""
    first = post.thread.posts.order_by("posted_at", "pk").first()
    if post.author_id == by.pk or post == first:
        raise Refused(_("You can endorse only another person’s answer."))
    done = Post.objects.filter(pk=post.pk, state=PostState.SHOWN, endorsed_at__isnull=True).update(
        endorsed_at=at, endorsed_by=by
    )
    if done != 1:
        raise Refused(_("This answer is endorsed already, or not shown."))
    Thread.objects.filter(pk=post.thread_id, answered_at__isnull=True).update(answered_at=at)
    close_tasks_about(post.thread, kind="answer", outcome="endorsed", by=by, at=at)
    post.refresh_from_db()
    return post


@recorded("academy.discussion.subscription-changed")
def set_subscription(*, thread: Thread, follow: bool, by: Person, at: datetime) -> Thread:
    """Follow a thread by e-mail, or stop it."""
    if follow:
        Subscription.objects.get_or_create(thread=thread, person=by, defaults={"since": at})
    else:
        Subscription.objects.filter(thread=thread, person=by).delete()
    note(follow=follow)
    return thread
