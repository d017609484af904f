"""How long a learner took part, as far as their acts tell: openings, answers, steps of cases, attempts."""

from datetime import datetime, timedelta
from itertools import pairwise

from mooring.academy.checks.models import Answer, CaseStep, PostTestAttempt
from mooring.academy.learning.models import Enrolment

IDLE_AFTER = timedelta(minutes=20)
"""A longer gap between two acts is a pause, and counts as nothing. Design default."""


def minutes_studied(enrolment: Enrolment) -> int:
    """Whole minutes between acts that follow one another within twenty minutes.

    A lesson opened at 10:00, answered at 10:09 and 10:12, the next opened on another day: 12 minutes.
    """
    gaps = (later - earlier for earlier, later in pairwise(sorted(_moments(enrolment))))
    total = sum((gap for gap in gaps if gap <= IDLE_AFTER), timedelta(0))
    return round(total.total_seconds() / 60)


def _moments(enrolment: Enrolment) -> list[datetime]:
    found = list(enrolment.moments.values_list("at", flat=True))
    found += Answer.objects.filter(enrolment=enrolment).values_list("at", flat=True)
    found += CaseStep.objects.filter(run__enrolment=enrolment).values_list("at", flat=True)
    found += enrolment.lessons_done.values_list("at", flat=True)
    attempts = PostTestAttempt.objects.filter(enrolment=enrolment)
    for started, sent in attempts.values_list("started_at", "sent_at"):
        found += [started, *([sent] if sent else [])]
    found += [saved for attempt in attempts for saved in attempt.answers.values_list("saved_at", flat=True)]
    return found
