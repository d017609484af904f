"""Who may be handed what of the registers: learners their own, who manages credit those of their sites' people."""

from django.db.models import QuerySet
from django.http import Http404

from mooring.academy.credits.access import get_course_to_manage
from mooring.academy.events.access import may_take_part
from mooring.academy.registers.models import Accommodation, ActivityPaper, Grievance
from mooring.audit.looking import saw
from mooring.identity.access import must_hold
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Permission


def must_take_part(person: Person) -> None:
    """404 for who takes no part in courses."""
    if not may_take_part(person):
        raise Http404


def _people(person: Person) -> "QuerySet[RoleAssignment]":
    """The people at the sites where `person` manages credit; 403 for who does nowhere."""
    must_hold(person, Permission.CREDITS_MANAGE)
    return RoleAssignment.objects.filter(site__in=person.sites_where(Permission.CREDITS_MANAGE))


def accommodations_for(person: Person) -> "QuerySet[Accommodation]":
    """The requests of everybody at the sites where `person` manages credit."""
    found = Accommodation.objects.filter(person__in=_people(person).values("person"))
    return found.select_related("person", "course", "decided_by")


def grievances_for(person: Person) -> "QuerySet[Grievance]":
    """The complaints of everybody at the sites where `person` manages credit."""
    found = Grievance.objects.filter(person__in=_people(person).values("person"))
    return found.select_related("person", "course", "acknowledged_by", "answered_by")


def get_accommodation_for(person: Person, pk: int) -> Accommodation:
    """A request, for who decides it; the look leaves a row."""
    found = accommodations_for(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    saw(person, [found.subject_ref])
    return found


def get_grievance_for(person: Person, pk: int) -> Grievance:
    """A complaint, for who answers it; the look leaves a row."""
    found = grievances_for(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    saw(person, [found.subject_ref])
    return found


def get_paper_for(person: Person, slug: str, pk: int) -> ActivityPaper:
    """A filed PDF of a course, for who manages credit."""
    course = get_course_to_manage(person, slug)
    found = ActivityPaper.objects.filter(course=course, pk=pk).exclude(sha256="").first()
    if found is None:
        raise Http404
    return found
