"""The act on a wrong key: it is corrected, every attempt is marked again, and nobody loses."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.checks.models import KeyCorrection, PostTestAttempt, Regrade
from mooring.academy.checks.queries.corrections import (
    Gain,
    Question,
    corrections_of,
    gains_of,
    hold_marking,
    seal_of,
)
from mooring.academy.courses.models import CourseVersion
from mooring.audit.recording import note, recorded
from mooring.identity.models import Person, Site
from mooring.rules.verdict import Refused
from mooring.sentences.times import full_day_words
from mooring.work.actions import write_message
from mooring.work.models import Channel


@recorded("academy.checks.key-corrected")
def correct_key(
    *,
    version: CourseVersion,
    question: Question,
    accepts: list[Any],
    reason: str,
    seal: str,
    by: Person,
    at: datetime,
) -> KeyCorrection:
    """Count further answers to a question as right, and mark every attempt that was sent again.

    Args:
        question: id and digest; the correction holds in every version that asks exactly this.
        accepts: answers as they are stored; an empty list accepts every answer.
        seal: `seal_of` the dry run that was looked at.

    Refused when something changed since the dry run, or when these answers count as right already.
    """
    hold_marking(version.course)
    gains = gains_of(version, question, accepts)
    if seal_of(gains, accepts) != seal:
        raise Refused(
            _(
                "Since you opened this page, an attempt was sent or the key was corrected. Check again what would change."
            )
        )
    _must_add(version, question, accepts)
    correction = KeyCorrection.objects.create(
        course=version.course,
        item=question[0],
        digest=question[1],
        accepts=accepts,
        reason=reason,
        made_at=at,
        made_by=by,
    )
    for gain in gains:
        _regrade(gain, correction, at)
    told = [gain for gain in gains if gain.first_pass]
    for gain in told:
        _tell(gain, correction, by, at)
    note(item=question[0], gained=len(gains), passed=len(told))
    return correction


def _must_add(version: CourseVersion, question: Question, accepted: list[Any]) -> None:
    corrections = corrections_of(version.course)
    everything = any(not each.accepts for each in corrections.of(question))
    if everything or (accepted and all(corrections.accept(question, each) for each in accepted)):
        raise Refused(_("These answers already count as right. Nothing changed."))


def _regrade(gain: Gain, correction: KeyCorrection, at: datetime) -> None:
    """A pass by a correction dates from when the attempt was sent: the answers were right then."""
    changed = PostTestAttempt.objects.filter(pk=gain.attempt.pk, right=gain.before).update(
        right=gain.after, passed_at=gain.attempt.sent_at if gain.passes else gain.attempt.passed_at
    )
    if changed != 1:
        raise Refused(_("A colleague regraded these attempts a moment ago. Check again what would change."))
    Regrade.objects.create(
        attempt=gain.attempt,
        correction=correction,
        right_before=gain.before,
        right_after=gain.after,
        now_passed=gain.passes,
        at=at,
    )


def _tell(gain: Gain, correction: KeyCorrection, by: Person, at: datetime) -> None:
    learner = gain.attempt.enrolment.learner
    write_message(
        channel=Channel.EMAIL if learner.email else Channel.SCREEN,
        person=learner,
        site=_site_of(learner),
        title=_("You have passed the post-test"),
        body=_(
            "The key of a question was wrong and has been corrected: {reason}\n\n"
            "Your attempt of {day} now has {right} of {asked} right answers. That passes. The next step is the "
            "evaluation of the course; you find it on the course overview."
        ).format(
            reason=correction.reason,
            day=full_day_words(gain.attempt.sent_at) if gain.attempt.sent_at else "",
            right=gain.after,
            asked=gain.attempt.asked,
        ),
        address=reverse("post-test", args=[gain.attempt.enrolment_id]),
        subject=learner.subject_ref,
        by=by,
        at=at,
    )


def _site_of(learner: Person) -> Site:
    """Where the learner works, or worked last; for somebody without any role the first site writes."""
    held: Iterable[Any] = learner.roles.select_related("site").order_by("-held_from", "-pk")[:1]
    return next((each.site for each in held), None) or Site.objects.order_by("pk")[0]
