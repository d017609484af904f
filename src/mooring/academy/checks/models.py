"""Questions and answers: what a learner answered, where, in which version of the question.

An item is named by its id and by the digest of its content, so that a stored answer says what it answered
after the course moved on. Whether an answer is right is decided once, by the server, when it is given; a wrong
key is put right by a `KeyCorrection`, never by changing an answer.
"""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mooring.academy.courses.models import Course, CourseVersion
from mooring.academy.learning.models import Enrolment
from mooring.audit.append_only import append_only
from mooring.identity.models import Person


class Where(models.TextChoices):
    """Where a question was put."""

    LESSON = "lesson", _("in a lesson")
    REVIEW = "review", _("in the review after the course")


@append_only
class Answer(models.Model):
    """One answer to a question of a lesson or of the review. Every try is kept; nobody is graded by it.

    `given` is what `content.course_answers.is_right` takes, as JSON. `sure` is what the learner said of it.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="answers")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    where = models.CharField(max_length=10, choices=Where.choices, default=Where.LESSON)
    item = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    given = models.JSONField()
    right = models.BooleanField()
    sure = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enrolment", "item"], name="academy_answer_item")]

    def __str__(self) -> str:
        return _("answer to {item}").format(item=self.item)

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref


@append_only
class Prediction(models.Model):
    """What a learner predicted before the answer was shown. Made once; it is never marked.

    `given` is the key of an option, or the amount as it was set.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="predictions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    prediction = models.CharField(max_length=80)
    given = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "prediction"], name="academy_predicted_once"),
        ]
        indexes = [models.Index(fields=["prediction", "given"], name="academy_predicted")]

    def __str__(self) -> str:
        return _("prediction of {prediction}").format(prediction=self.prediction)

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref


class PostTestAttempt(models.Model):
    """One attempt at the post-test, pinned to the version it was drawn from; `seed` draws it again exactly.

    Open until it is sent. `right` counts right answers out of `asked`, after every correction of a key.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    asked = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    right = models.PositiveSmallIntegerField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "place"], name="academy_attempt_place"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(sent_at__isnull=True), name="academy_one_open_attempt"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, right__isnull=True, passed_at__isnull=True)
                | Q(sent_at__isnull=False, right__isnull=False),
                name="academy_marked_when_sent",
            ),
        ]

    def __str__(self) -> str:
        return _("attempt {place} of {enrolment}").format(place=self.place, enrolment=self.enrolment)

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref


class AttemptAnswer(models.Model):
    """An answer within an attempt: a draft until the attempt is sent, never changed afterwards.

    `right` is empty until then.
    """

    attempt = models.ForeignKey(PostTestAttempt, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    given = models.JSONField()
    saved_at = models.DateTimeField()
    right = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "item"], name="academy_answered_once"),
        ]
        indexes = [models.Index(fields=["item", "digest"], name="academy_attempt_answer_item")]

    def __str__(self) -> str:
        return _("answer to {item}").format(item=self.item)


@append_only
class KeyCorrection(models.Model):
    """That the key of one question was wrong: which further answers count as right from now on.

    It names the question by id and digest. `accepts` lists answers as `given` stores them; an empty list
    accepts every answer. An answer that was right stays right.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="corrections")
    item = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    accepts = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return _("correction of {item}").format(item=self.item)


@append_only
class Regrade(models.Model):
    """What a correction changed in one attempt. Nobody loses a right answer or a pass by it."""

    attempt = models.ForeignKey(PostTestAttempt, on_delete=models.PROTECT, related_name="regrades")
    correction = models.ForeignKey(KeyCorrection, on_delete=models.PROTECT, related_name="regrades")
    right_before = models.PositiveSmallIntegerField()
    right_after = models.PositiveSmallIntegerField()
    now_passed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "correction"], name="academy_regraded_once"),
        ]

    def __str__(self) -> str:
        return _("regrade of {attempt}").format(attempt=self.attempt)


class CaseRun(models.Model):
    """A learner on a way through a branching case; the path is kept, not only the end."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="case_runs")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    case = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "case"],
                condition=Q(ended_at__isnull=True),
                name="academy_one_open_case_run",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} of {self.enrolment}"

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref


@append_only
class CaseStep(models.Model):
    """One choice of a run: at which node, which one. `place` counts from 0."""

    run = models.ForeignKey(CaseRun, on_delete=models.PROTECT, related_name="steps")
    place = models.PositiveSmallIntegerField()
    node = models.CharField(max_length=80)
    choice = models.CharField(max_length=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="academy_case_step_place")]

    def __str__(self) -> str:
        return f"{self.node}: {self.choice}"


@append_only
class EvaluationSent(models.Model):
    """That a learner sent the evaluation. What they answered stands apart, in `EvaluationAnswers`."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="evaluation")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return _("evaluation of {enrolment}").format(enrolment=self.enrolment)


class EvaluationAnswers(models.Model):
    """The answers of somebody, without a name and without a time. Keys are `question` or `question/subject`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    given = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return _("evaluation of {version}").format(version=self.version)


class ReviewPlan(models.Model):
    """That a learner is sent review questions after the course, until they say stop."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="review")
    since = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return _("review of {enrolment}").format(enrolment=self.enrolment)

    @property
    def subject_ref(self) -> str:
        return self.enrolment.subject_ref


class ReviewCard(models.Model):
    """Memory of one family of sibling questions, as the spacing library keeps it in `card`.

    `last_item` is the sibling that was asked last; a retired family is not asked again.
    """

    plan = models.ForeignKey(ReviewPlan, on_delete=models.PROTECT, related_name="cards")
    family = models.CharField(max_length=80)
    objective = models.CharField(max_length=80)
    card = models.JSONField()
    due_at = models.DateTimeField()
    last_item = models.CharField(max_length=80, blank=True)
    right_in_a_row = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "family"], name="academy_review_family")]
        indexes = [models.Index(fields=["due_at"], name="academy_review_due")]

    def __str__(self) -> str:
        return _("review of {family}").format(family=self.family)


class CoursePrint(models.Model):
    """A version of a course as one PDF for paper, made once, in the background, when somebody first asks for it."""

    version = models.OneToOneField(CourseVersion, on_delete=models.PROTECT, related_name="print")
    asked_at = models.DateTimeField()
    pdf = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, sha256="") | (Q(made_at__isnull=False) & ~Q(sha256="")),
                name="academy_print_made_has_digest",
            )
        ]

    def __str__(self) -> str:
        return str(self.version)
