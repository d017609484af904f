"""Acts on offerings and on those who make courses: pausing, disclosing, mitigating, taking a role."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course, CourseVersion
from mooring.academy.credits.models import Disclosure, MakerRole, Mitigation, OfferingPause
from mooring.academy.credits.queries.offerings import role_problems
from mooring.audit.recording import note, recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused

MOST_RELATIONSHIPS = 20


@recorded("academy.credits.offering-paused")
def pause_offering(*, course: Course, offering: str, reason: str, by: Person, at: datetime) -> OfferingPause:
    """From now on nobody claims this offering and its statement is shown nowhere."""
    if OfferingPause.objects.filter(course=course, offering=offering, resumed_at__isnull=True).exists():
        raise Refused(_("This offering is already paused."))
    if not reason.strip():
        raise Refused(_("Enter the reason. Learners see it."))
    return OfferingPause.objects.create(
        course=course, offering=offering, reason=reason.strip(), paused_at=at, paused_by=by
    )


@recorded("academy.credits.offering-resumed")
def resume_offering(*, pause: OfferingPause, by: Person, at: datetime) -> OfferingPause:
    resumed = OfferingPause.objects.filter(pk=pause.pk, resumed_at__isnull=True).update(
        resumed_at=at, resumed_by=by
    )
    if resumed != 1:
        raise Refused(_("A colleague resumed this offering a moment ago."))
    pause.refresh_from_db()
    return pause


@recorded("academy.credits.disclosed")
def record_disclosure(
    *,
    course: Course,
    maker: str,
    name: str,
    signed_on: date,
    relationships: Sequence[tuple[str, str]],
    by: Person,
    at: datetime,
) -> Disclosure:
    """Store what a maker disclosed: pairs of company and nature, none when there was no relationship.

    Refused for a day to come, and for a relationship without a company or a nature.
    """
    if signed_on > at.date():
        raise Refused(_("A disclosure is recorded when it is signed, not before."))
    if len(relationships) > MOST_RELATIONSHIPS:
        raise Refused(_("Twenty relationships are the most that one disclosure holds."))
    tidy = [(" ".join(company.split()), " ".join(nature.split())) for company, nature in relationships]
    if any(not company or not nature for company, nature in tidy):
        raise Refused(_("Each relationship names the company and what the relationship is."))
    note(maker=maker, relationships=len(tidy))
    return Disclosure.objects.create(
        course=course,
        maker=maker,
        name=name,
        signed_on=signed_on,
        relationships=[{"company": company, "nature": nature} for company, nature in tidy],
        recorded_at=at,
        recorded_by=by,
    )


@recorded("academy.credits.mitigated")
def record_mitigation(
    *, disclosure: Disclosure, place: int, steps: str, done_on: date, by: Person, at: datetime
) -> Mitigation:
    """Store how one relationship was mitigated. `place` counts the relationships from 0."""
    if not 0 <= place < len(disclosure.relationships):
        raise Refused(_("This disclosure has no such relationship."))
    if not steps.strip():
        raise Refused(_("Describe what was done. Accreditors ask for the steps."))
    if done_on > at.date():
        raise Refused(_("A mitigation is recorded when it is done, not before."))
    if Mitigation.objects.filter(disclosure=disclosure, place=place).exists():
        raise Refused(_("This relationship is already mitigated."))
    note(maker=disclosure.maker, place=place)
    return Mitigation.objects.create(
        disclosure=disclosure,
        place=place,
        steps=steps.strip(),
        done_on=done_on,
        recorded_at=at,
        recorded_by=by,
    )


@recorded("academy.credits.role-given")
def give_maker_role(
    *, version: CourseVersion, maker: str, role: str, since: date, by: Person, at: datetime
) -> MakerRole:
    """Let a person named in the course take up a role.

    Refused until the disclosure is recorded and every relationship is mitigated, and for a first day that lies
    before either: a role never begins before its mitigation.
    """
    problems = role_problems(version, maker, at.date())
    if problems:
        raise Refused(*problems)
    newest = (
        Disclosure.objects.filter(course=version.course, maker=maker).order_by("-signed_on", "-pk").first()
    )
    assert newest is not None  # role_problems found it
    ready = max([newest.signed_on, *(each.done_on for each in newest.mitigations.all())])
    if since < ready:
        raise Refused(
            _("A role starts after disclosure and mitigation: on {day} or later.").format(
                day=ready.isoformat()
            )
        )
    if MakerRole.objects.filter(
        course=version.course, maker=maker, role=role, ended_at__isnull=True
    ).exists():
        raise Refused(_("This person already has this role."))
    note(maker=maker, role=role)
    return MakerRole.objects.create(
        course=version.course, maker=maker, role=role, since=since, given_at=at, given_by=by
    )


@recorded("academy.credits.role-ended")
def end_maker_role(*, held: MakerRole, by: Person, at: datetime) -> MakerRole:
    if MakerRole.objects.filter(pk=held.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        raise Refused(_("This role has already ended."))
    held.refresh_from_db()
    return held
