"""Acts on the post-test: beginning an attempt, keeping answers, sending it once."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.checks.queries.corrections import corrections_of, hold_marking
from mooring.academy.checks.queries.marking import mark
from mooring.academy.checks.queries.post_test import (
    answers_of,
    may_be_sent_until,
    post_test_status,
    questions_of,
    too_late,
    unanswered,
)
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import note, recorded
from mooring.content.course.answers import LearnerAnswer, NotAnAnswer, as_json, from_json, is_right, passed
from mooring.content.course.items import Item
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


class Unanswered(Refused):
    """Questions were left empty, and nobody said that they shall stay so. `questions` names them by place."""

    def __init__(self, questions: list[tuple[int, Item]]) -> None:
        self.questions = questions
        super().__init__(
            ngettext(
                "One question has no answer yet. Nothing was sent; your other answers are saved.",
                "{n} questions have no answer yet. Nothing was sent; your other answers are saved.",
                len(questions),
            ).format(n=len(questions))
        )


@recorded("academy.checks.post-test-begun")
def begin_attempt(*, enrolment: Enrolment, by: Person, at: datetime) -> PostTestAttempt:
    """Begin an attempt: drawn from a stored seed, pinned to the version that the learner is in.

    Refused with every reason: lessons are missing, the access is over, all attempts are used, the test is
    passed, or an attempt is open already.
    """
    status = post_test_status(enrolment, at)
    if status.why_not:
        raise Refused(*status.why_not)
    try:
        with transaction.atomic():
            attempt = PostTestAttempt.objects.create(
                enrolment=enrolment,
                version=enrolment.version,
                place=len(status.attempts) + 1,
                seed=secrets.token_hex(16),
                asked=status.test.draw,
                started_at=at,
            )
    except IntegrityError as fault:
        raise Refused(
            _("This attempt was started a moment ago in another window. Continue there.")
        ) from fault
    note(place=attempt.place, version=enrolment.version.number)
    return attempt


@recorded("academy.checks.answers-kept")
def keep_answers(
    *, attempt: PostTestAttempt, answers: Mapping[str, LearnerAnswer | None], by: Person, at: datetime
) -> PostTestAttempt:
    """Keep answers of an open attempt as drafts, by item; None takes an answer back.

    Refused when the attempt was sent, is too late, or does not ask such a question.
    """
    _hold_open(attempt, at)
    asked = {item.id: item for item in questions_of(attempt)}
    for item_id, given in answers.items():
        item = asked.get(item_id)
        if item is None:
            raise Refused(_("This attempt does not ask that question. Load the page again."))
        if given is None:
            AttemptAnswer.objects.filter(attempt=attempt, item=item_id).delete()
        else:
            AttemptAnswer.objects.update_or_create(
                attempt=attempt,
                item=item_id,
                defaults={"digest": item.digest, "given": _storable(item, given), "saved_at": at},
            )
    note(kept=len(answers))
    return attempt


def _storable(item: Item, given: LearnerAnswer) -> object:
    try:
        is_right(item, given, explorable_value=0.0)
    except NotAnAnswer as fault:
        raise Refused(_("This is not an answer to the question. Load the page again.")) from fault
    return as_json(given)


def _hold_open(attempt: PostTestAttempt, at: datetime) -> None:
    """Make sure that the attempt is open, and that it is not sent before this act is over."""
    if at >= may_be_sent_until(attempt):
        raise Refused(too_late(attempt))
    still = PostTestAttempt.objects.filter(pk=attempt.pk, sent_at__isnull=True)
    if still.update(asked=F("asked")) != 1:
        raise _sent_already()


def _sent_already() -> Refused:
    return Refused(_("This attempt was already sent. The first submission counts."))


@recorded("academy.checks.post-test-sent")
def send_attempt(*, attempt: PostTestAttempt, leave_empty: bool, by: Person, at: datetime) -> PostTestAttempt:
    """Send the answers that are kept, once, and mark them; an empty question counts as wrong.

    Refused when it was sent before, is too late, or (unless `leave_empty`) when questions are unanswered.
    """
    if at >= may_be_sent_until(attempt):
        raise Refused(too_late(attempt))
    hold_marking(attempt.version.course)
    taken = PostTestAttempt.objects.filter(pk=attempt.pk, sent_at__isnull=True).update(sent_at=at, right=0)
    if taken != 1:
        raise _sent_already()
    stored = answers_of(attempt)
    empty = unanswered(attempt, stored)
    if empty and not leave_empty:
        raise Unanswered(empty)
    right = _mark(attempt, stored)
    through = passed(parsed(attempt.version).post_test, right=right, asked=attempt.asked)
    PostTestAttempt.objects.filter(pk=attempt.pk).update(right=right, passed_at=at if through else None)
    attempt.refresh_from_db(fields=["sent_at", "right", "passed_at"])
    note(right=right, asked=attempt.asked, passed=through, empty=len(empty))
    return attempt


def _mark(attempt: PostTestAttempt, stored: Mapping[str, AttemptAnswer]) -> int:
    course, corrections = parsed(attempt.version), corrections_of(attempt.version.course)
    for item in questions_of(attempt):
        if item.id in stored:
            answer = stored[item.id]
            by_key = mark(course, item, from_json(item, answer.given))
            answer.right = by_key or corrections.accept((item.id, answer.digest), answer.given)
    AttemptAnswer.objects.bulk_update(stored.values(), ["right"])
    return sum(bool(answer.right) for answer in stored.values())
