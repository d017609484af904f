"""Acts of a learner: enrolling, seeing the disclosures, finishing a lesson, taking a newer version."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course, CourseVersion
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.learning.models import CourseOffer, Enrolment, LessonDone, StudyMoment
from mooring.academy.learning.queries import destination, open_offer
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("academy.learning.enrolled")
def enrol(*, learner: Person, course: Course, paid: bool, by: Actor, at: datetime) -> Enrolment:
    """Enrol a learner in the newest version, or open an enrolment again whose access is over.

    How long the access lasts, and whether an expired one opens again without payment, is what the open offer
    says; without an offer the course's own days count and nothing opens again. A paid enrolment also renews the
    access to every course that the learner is enrolled in. Refused when the access is open already.
    """
    version, offer = newest_version(course), open_offer(course)
    until = at + timedelta(days=offer.access_days if offer else version.access_days)
    enrolment, new = Enrolment.objects.get_or_create(
        learner=learner,
        course=course,
        ended_at=None,
        defaults={
            "version": version,
            "first_version": version,
            "enrolled_at": at,
            "paid": paid,
            "access_until": until,
        },
    )
    if new and not paid and by == learner and offer is not None and not offer.free:
        raise Refused(_("This course is bought. Order it first."))
    if not new:
        if not paid and enrolment.access_until <= at:
            _may_reopen(offer)
        _open_again(enrolment, until, paid, at)
    renewed = _renew_earlier(learner, until) if paid else 0
    note(course=course.slug, version=version.number, paid=paid, renewed=renewed)
    return enrolment


def _may_reopen(offer: CourseOffer | None) -> None:
    if offer is None or offer.renewal_price is None:
        raise Refused(_("This access is not renewed. Ask your educator to extend it."))
    if offer.renewal_price > 0:
        raise Refused(_("Renewing this access is bought. Order it first."))


def _open_again(enrolment: Enrolment, until: datetime, paid: bool, at: datetime) -> None:
    reopened = Enrolment.objects.filter(pk=enrolment.pk, access_until__lte=at).update(
        access_until=until, paid=paid
    )
    if reopened != 1:
        raise Refused(
            _("You are already enrolled in {course}. Continue where you left off.").format(
                course=enrolment.course
            )
        )
    enrolment.refresh_from_db()


def _renew_earlier(learner: Person, until: datetime) -> int:
    """The renewal rule: no access of the learner ends before that of a course paid for later."""
    return Enrolment.objects.filter(learner=learner, ended_at__isnull=True, access_until__lt=until).update(
        access_until=until
    )


@recorded("academy.learning.disclosures-seen")
def see_disclosures(*, enrolment: Enrolment, by: Person, at: datetime) -> Enrolment:
    """The learner was shown who made the course and what they disclosed; the first time counts."""
    Enrolment.objects.filter(pk=enrolment.pk, disclosures_seen_at__isnull=True).update(disclosures_seen_at=at)
    enrolment.refresh_from_db()
    return enrolment


@recorded("academy.learning.lesson-opened")
def open_lesson(*, enrolment: Enrolment, lesson_id: str, by: Person, at: datetime) -> Enrolment:
    """Remember which lesson was open last, to go on there from any device."""
    Enrolment.objects.filter(pk=enrolment.pk).update(here=lesson_id)
    StudyMoment.objects.create(enrolment=enrolment, lesson_id=lesson_id, at=at)
    enrolment.here = lesson_id
    note(lesson=lesson_id)
    return enrolment


@recorded("academy.learning.lesson-done")
def complete_lesson(*, enrolment: Enrolment, lesson_id: str, by: Person, at: datetime) -> LessonDone:
    """Store that a lesson is done; a lesson that is done already stays as it was.

    Refused when the version has no such lesson, the access is over, or the disclosures were not seen.
    """
    if lesson_id not in parsed(enrolment.version).lessons:
        raise Refused(_("This version of the course does not hold that lesson. Go back to the overview."))
    if not enrolment.is_open(at):
        raise Refused(_("Your access to this course has expired. Your earlier answers are saved."))
    if enrolment.disclosures_seen_at is None:
        raise Refused(_("First read who made this course and what they disclosed."))
    done, new = LessonDone.objects.get_or_create(
        enrolment=enrolment, lesson_id=lesson_id, defaults={"version": enrolment.version, "at": at}
    )
    note(lesson=lesson_id, new=new)
    return done


@recorded("academy.learning.version-taken")
def take_version(*, enrolment: Enrolment, version: CourseVersion, by: Person, at: datetime) -> Enrolment:
    """The learner accepts a newer version that is offered; what is done stays done."""
    if version.course_id != enrolment.course_id or version.place <= enrolment.version.place:
        raise Refused(_("This version is not newer than yours."))
    moved = Enrolment.objects.filter(pk=enrolment.pk, version=enrolment.version).update(version=version)
    if moved != 1:
        raise Refused(_("The course moved to another version a moment ago. Reload the overview."))
    note(taken=version.number)
    return Enrolment.objects.select_related("course", "version", "learner").get(pk=enrolment.pk)


@recorded("academy.learning.moved")
def follow_versions(*, course: Course, by: Actor, at: datetime) -> Course:
    """Move the enrolments of a course along typo and safety changes, as each version asks."""
    versions = list(CourseVersion.objects.filter(course=course).order_by("place"))
    moved = 0
    for version in versions:
        to = destination(version, versions)
        if to != version:
            moved += Enrolment.objects.filter(course=course, version=version, ended_at__isnull=True).update(
                version=to
            )
    note(moved=moved)
    return course


@recorded("academy.learning.access-extended")
def extend_access(*, enrolment: Enrolment, until: datetime, by: Person, at: datetime) -> Enrolment:
    """An educator gives a learner more time; access is never made shorter."""
    if Enrolment.objects.filter(pk=enrolment.pk, access_until__lt=until).update(access_until=until) != 1:
        raise Refused(_("The learner already has access until that day."))
    note(until=until.isoformat())
    enrolment.refresh_from_db()
    return enrolment


@recorded("academy.learning.offer-opened")
def open_course_offer(
    *,
    course: Course,
    price: Decimal,
    currency: str,
    access_days: int,
    renewal_price: Decimal | None,
    guarantee_days: int = 0,
    tax_name: str = "",
    tax_percent: Decimal = Decimal(0),
    by: Person,
    at: datetime,
) -> CourseOffer:
    """Say what access to a course costs from now on; the offer before it closes. Orders keep what they were told."""
    CourseOffer.objects.filter(course=course, closed_at__isnull=True).update(closed_at=at)
    offer = CourseOffer.objects.create(
        course=course,
        price=price,
        currency=currency,
        access_days=access_days,
        renewal_price=renewal_price,
        guarantee_days=guarantee_days,
        tax_name=tax_name,
        tax_percent=tax_percent,
        opened_at=at,
        opened_by=by,
    )
    note(course=course.slug, price=str(price), currency=currency)
    return offer


@recorded("academy.learning.ended")
def end_enrolment(*, enrolment: Enrolment, reason: str, by: Actor, at: datetime) -> Enrolment:
    """End an enrolment: the lessons close and nothing more can be claimed. What was done stays stored."""
    if Enrolment.objects.filter(pk=enrolment.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        raise Refused(_("This enrolment has already ended."))
    note(reason=reason)
    enrolment.refresh_from_db()
    return enrolment


@recorded("academy.learning.attempts-given")
def give_attempts(*, enrolment: Enrolment, attempts: int, by: Person, at: datetime) -> Enrolment:
    """An educator gives a learner further attempts at the post-test, 1 to 5 at a time."""
    if not 1 <= attempts <= 5:
        raise Refused(_("Between one and five further attempts can be given at a time."))
    Enrolment.objects.filter(pk=enrolment.pk).update(extra_attempts=F("extra_attempts") + attempts)
    note(attempts=attempts)
    enrolment.refresh_from_db()
    return enrolment
