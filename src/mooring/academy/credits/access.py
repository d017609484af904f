"""Who may be handed which credit record: the learner their own, who manages credit everybody's."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mooring.academy.courses.models import Course
from mooring.academy.credits.models import Batch, Certificate
from mooring.academy.learning.models import Enrolment
from mooring.audit.looking import saw
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Permission


def get_record_for(person: Person, pk: int) -> Enrolment:
    """An enrolment for its completion record; 404 for a stranger. Another's record leaves a row."""
    found = (
        Enrolment.objects.select_related("learner", "course", "version__course", "first_version")
        .filter(pk=pk)
        .first()
    )
    if found is None or not _may_see(person, found.learner_id):
        raise Http404
    if found.learner_id != person.pk:
        saw(person, [found.subject_ref])
    return found


def get_certificate_for(person: Person, pk: int, *, to_manage: bool = False) -> Certificate:
    """A certificate; 404 for a stranger, 403 for its learner when it is to be managed."""
    found = certificates().filter(pk=pk).first()
    if found is None or not _may_see(person, found.learner_id):
        raise Http404
    if to_manage and not person.may(Permission.CREDITS_MANAGE):
        raise PermissionDenied
    if found.learner_id != person.pk:
        saw(person, [found.subject_ref])
    return found


def get_course_to_manage(person: Person, slug: str) -> Course:
    """A published course, for who manages credit; 403 for everybody else, 404 when there is none."""
    if not person.may(Permission.CREDITS_MANAGE):
        raise PermissionDenied
    found = Course.objects.filter(slug=slug, published__gt=0).first()
    if found is None:
        raise Http404
    return found


def get_batch_for(person: Person, pk: int) -> Batch:
    if not person.may(Permission.CREDITS_MANAGE):
        raise PermissionDenied
    found = Batch.objects.select_related("course", "asked_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def certificates_for(person: Person) -> "QuerySet[Certificate]":
    """The certificates of everybody at the sites where `person` manages credit; 403 for who does nowhere."""
    if not person.may(Permission.CREDITS_MANAGE):
        raise PermissionDenied
    sites = person.sites_where(Permission.CREDITS_MANAGE)
    return certificates().filter(learner__in=RoleAssignment.objects.filter(site__in=sites).values("person"))


def certificates() -> "QuerySet[Certificate]":
    return Certificate.objects.select_related(
        "learner", "claim__enrolment", "claim__version", "course", "snapshot", "replaces", "ended_by"
    )


def _may_see(person: Person, learner_pk: int) -> bool:
    sites = person.sites_where(Permission.CREDITS_MANAGE)
    return (
        learner_pk == person.pk
        or RoleAssignment.objects.filter(person_id=learner_pk, site_id__in=sites).exists()
    )
