"""Reads of discussions: the threads of a course, found by words; a thread as somebody sees it; the moderation queue."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from mooring.academy.checks.queries.lessons import items_of
from mooring.academy.checks.queries.reading import Passage, reading_of
from mooring.academy.courses.models import Course
from mooring.academy.discussion.models import Post, PostReport, PostState, Subscription, Thread
from mooring.content.course.loader import CourseContent
from mooring.identity.models import Person
from mooring.identity.roles import Permission

MOST_FOUND = 100


@dataclass(frozen=True)
class AskedPlace:
    """A passage or a question of a lesson: its words, and where it stands in the lesson's page."""

    words: str
    anchor: str


def places_in(content: CourseContent, lesson_id: str) -> dict[str, AskedPlace]:
    """What of a lesson a question can be asked about, in reading order: its passages by heading, then its questions."""
    lesson = content.lessons[lesson_id]
    passages = {
        f"passage:{part.heading}"[:220]: AskedPlace(part.heading, part.anchor)
        for part in reading_of(lesson).parts
        if isinstance(part, Passage) and part.anchor
    }
    questions = {
        f"item:{item.id}": AskedPlace(item.stem, f"q-{item.id}")
        for item in items_of(content, lesson).values()
    }
    return passages | questions


def threads_of(course: Course, *, words: str = "", lesson: str = "", place: str = "") -> "QuerySet[Thread]":
    """Threads of a course with at least one post that is shown, newest first; those that hold the words."""
    shown = Post.objects.filter(thread=OuterRef("pk"), state=PostState.SHOWN)
    found = Thread.objects.filter(Exists(shown), course=course).select_related("opened_by")
    if lesson:
        found = found.filter(lesson=lesson)
    if place:
        found = found.filter(place=place)
    for word in words.split()[:8]:
        inside = Post.objects.filter(thread=OuterRef("pk"), state=PostState.SHOWN, words__icontains=word)
        found = found.filter(Q(title__icontains=word) | Exists(inside))
    return found.order_by("-opened_at", "-pk")


@dataclass(frozen=True)
class SeenPost:
    """A post as one person sees it."""

    post: Post
    own: bool
    readable: bool
    """Shown, or one's own, or seen by a moderator."""


def posts_seen_by(person: Person, thread: Thread) -> list[SeenPost]:
    """The posts of a thread: endorsed answers first after the question, then in order."""
    moderates = person.may(Permission.COURSES_TEACH)
    posts = list(thread.posts.select_related("author", "endorsed_by").order_by("posted_at", "pk"))
    first, rest = posts[:1], posts[1:]
    rest.sort(key=lambda post: (post.endorsed_at is None, post.posted_at, post.pk))
    found = []
    for post in (*first, *rest):
        own = post.author_id == person.pk
        shown = post.state == PostState.SHOWN
        if shown or own or moderates or post.state == PostState.DELETED:
            found.append(SeenPost(post, own, shown or own or moderates))
    return found


def queue_of(person: Person) -> "QuerySet[Post]":
    """Posts that wait for a moderator: held by the guard, reported, or appealed against."""
    open_reports = PostReport.objects.filter(post=OuterRef("pk"), settled_at__isnull=True)
    waiting = (
        Q(state=PostState.HELD) | Exists(open_reports) | Q(appealed_at__isnull=False, state=PostState.HIDDEN)
    )
    found = (
        Post.objects.filter(waiting).select_related("thread__course", "author").prefetch_related("reports")
    )
    return found.order_by("posted_at", "pk")[:MOST_FOUND]


def is_subscribed(person: Person, thread: Thread) -> bool:
    return Subscription.objects.filter(person=person, thread=thread).exists()
