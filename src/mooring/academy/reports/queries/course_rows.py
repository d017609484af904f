"""Rows about a course as a whole: learners' progress, the evaluation, what is remembered."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Count

from mooring.academy.checks.models import Answer, PostTestAttempt, Where
from mooring.academy.checks.queries.evaluation import aggregate_of
from mooring.academy.checks.queries.study_time import minutes_studied
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.credits.queries.offerings import day_of
from mooring.academy.learning.models import Enrolment
from mooring.academy.reports.queries.scope import ReportScope

WINDOWS = {"30": (15, 59), "90": (60, 134), "180": (135, 270)}
"""Days after the post-test whose answers stand for 30, 90 and 180 days. Design default."""


def enrolments_in(scope: ReportScope) -> list[int]:
    """The enrolments of these days, by the day where each learner lives, for learners whom the maker may see."""
    found = Enrolment.objects.filter(course=scope.course, learner__in=scope.learners.values("pk"))
    rows = found.select_related("learner").only("enrolled_at", "learner__time_zone").order_by("pk")
    return [row.pk for row in rows if scope.since <= day_of(row.learner, row.enrolled_at) <= scope.through]


def progress_rows(enrolments_pks: list[int]) -> list[dict[str, str]]:
    """How far each learner is."""
    enrolments = (
        Enrolment.objects.filter(pk__in=enrolments_pks)
        .select_related("learner", "version")
        .annotate(done=Count("lessons_done"))
        .order_by("pk")
    )
    passed = set(
        PostTestAttempt.objects.filter(passed_at__isnull=False, enrolment__in=enrolments_pks).values_list(
            "enrolment_id", flat=True
        )
    )
    return [
        {
            "learner": each.learner.legal_name,
            "version": each.version.number,
            "enrolled": day_of(each.learner, each.enrolled_at).isoformat(),
            "access_until": day_of(each.learner, each.access_until).isoformat(),
            "lessons_done": str(each.done),
            "lessons": str(each.version.lessons),
            "post-test": "passed" if each.pk in passed else "",
            "minutes_recorded": str(minutes_studied(each)),
        }
        for each in enrolments
    ]


def evaluation_rows(scope: ReportScope) -> list[dict[str, str]]:
    """Counts by question and by what it was put for; no free text, and nothing while too few have answered."""
    aggregate = aggregate_of(newest_version(scope.course))
    return [
        {
            "question": counted.put.text,
            "answer": label,
            "people": str(number),
            "of": str(counted.n),
        }
        for counted in aggregate.counted
        for label, number, _share in counted.options
    ]


def retention_rows(scope: ReportScope) -> list[dict[str, str]]:
    """How much was right in the review, by objective and by how long after the post-test."""
    course = parsed(newest_version(scope.course))
    objective_of = {item.id: item.objective for item in course.check_items()}
    objective_of |= {item.id: item.objective for item in course.post_test.items}
    passed = {
        enrolment: at
        for enrolment, at in PostTestAttempt.objects.filter(
            passed_at__isnull=False,
            enrolment__course=scope.course,
            enrolment__learner__in=scope.learners.values("pk"),
        ).values_list("enrolment_id", "passed_at")
        if at is not None
    }
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    answers = Answer.objects.filter(where=Where.REVIEW, enrolment_id__in=passed)
    for enrolment, item, was_right, at in answers.values_list("enrolment_id", "item", "right", "at"):
        for window, (first, last) in WINDOWS.items():
            if timedelta(days=first) <= at - passed[enrolment] < timedelta(days=last + 1):
                right[objective_of.get(item, ""), window].append(was_right)
    return [
        {
            "objective": objective.text,
            "days": window,
            "answers": str(len(found := right.get((name, window), []))),
            "right": str(sum(found)),
        }
        for name, objective in course.objectives.items()
        for window in WINDOWS
    ]
