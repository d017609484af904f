"""Threads and posts. Nobody is ranked: no counts of posts, likes or answers are kept of a person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course
from mooring.identity.models import Person


class Thread(models.Model):
    """A question at a lesson, or at a `place` in it: `item:…` with a question's id, `passage:…` with a heading's words.

    Words, because the numbers of passages shift when a lesson is edited. `answer_due_at` is what faculty promised.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="threads")
    lesson = models.CharField(max_length=80)
    place = models.CharField(max_length=220, blank=True)
    title = models.CharField(max_length=160)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="threads")
    opened_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["course", "-opened_at"], name="academy_thread_course")]

    def __str__(self) -> str:
        return self.title


class PostState(models.TextChoices):
    SHOWN = "shown", _("Shown")
    HELD = "held", _("Held for a moderator")
    HIDDEN = "hidden", _("Hidden by a moderator")
    DELETED = "deleted", _("Deleted by its author")


class Post(models.Model):
    """One contribution. `marks` are the codes for which the guard held it; `faculty` that the author teaches."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    words = models.TextField()
    posted_at = models.DateTimeField()
    faculty = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=PostState.choices, default=PostState.SHOWN)
    marks = models.JSONField(default=list, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    endorsed_at = models.DateTimeField(null=True, blank=True)
    endorsed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    appeal = models.CharField(max_length=500, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="hidden") | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="academy_hidden_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="deleted") | Q(words=""), name="academy_deleted_holds_no_words"
            ),
        ]
        indexes = [models.Index(fields=["thread", "posted_at"], name="academy_post_thread")]

    def __str__(self) -> str:
        return f"{self.thread}: {self.author}"

    @property
    def subject_ref(self) -> str:
        return self.author.subject_ref


class PostEdit(models.Model):
    """What a post said before it was edited. Goes when its author deletes the post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    words = models.TextField()
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.post)


class PostReport(models.Model):
    """That somebody asked a moderator to look at a post, and why."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="reports")
    reported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reported_by"],
                condition=Q(settled_at__isnull=True),
                name="academy_post_reported_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.post)


class Subscription(models.Model):
    """That somebody gets new posts of a thread by e-mail, until they stop it."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="subscriptions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="subscriptions")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person"], name="academy_subscribed_once")]

    def __str__(self) -> str:
        return f"{self.thread}: {self.person}"
