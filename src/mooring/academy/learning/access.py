"""Who may be handed which enrolment: the learner their own, an educator those of the own site."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.learning.models import Enrolment
from mooring.audit.looking import saw
from mooring.audit.prepared import Prepared
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused


class AccessExpired(Refused):
    """The lessons of an enrolment are closed. What was done, and every certificate, stays open."""

    def __init__(self, enrolment: Enrolment) -> None:
        self.enrolment = enrolment
        super().__init__(
            _(
                "Your access to {course} has expired. Your progress and your certificates are saved. "
                "The page of the course says how access is renewed."
            ).format(course=enrolment.course)
        )


def _enrolments() -> "QuerySet[Enrolment]":
    return Enrolment.objects.select_related("learner", "course", "version__course", "first_version")


OWN = Prepared(lambda keys, moments: _enrolments().filter(pk=keys[0], learner=keys[1]))


def get_enrolment_for(person: Person, pk: int, *, open_now: bool = True) -> Enrolment:
    """The learner's own enrolment; 404 for anybody else.

    Raises:
        AccessOver: with `open_now`, when the access is over; the shell answers it with a page that says
            what stays and what to do.
    """
    found: Enrolment | None = next(iter(OWN.records((pk, person.pk))), None)
    if found is None:
        raise Http404
    if open_now and not found.is_open(timezone.now()):
        raise AccessExpired(found)
    return found


def enrolments_taught_by(person: Person) -> "QuerySet[Enrolment]":
    """The enrolments of everyone who holds, or held, a role at a site where `person` teaches."""
    sites = person.sites_where(Permission.COURSES_TEACH)
    there = RoleAssignment.objects.filter(site__in=sites).values("person")
    return _enrolments().filter(learner__in=there).order_by("pk")


def get_enrolment_to_teach(person: Person, pk: int) -> Enrolment:
    """An enrolment for an educator of the learner's site; the looking leaves a row.

    403 for who teaches nowhere, 404 for an educator of another site.
    """
    if not person.may(Permission.COURSES_TEACH):
        raise PermissionDenied
    found = enrolments_taught_by(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    saw(person, [found.subject_ref])
    return found
