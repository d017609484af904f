"""Who may be handed which event: everybody who is signed in may read and register; who teaches plans."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from mooring.academy.events.models import SpeakerEvent
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Permission

TAKES_PART = {"inspector", "patient", "support-person"}


def may_take_part(person: Person) -> bool:
    """The series is for staff and learners: not for inspectors, patients and those beside them."""
    return RoleAssignment.objects.filter(person=person).exclude(role__in=TAKES_PART).exists()


def get_event_for(person: Person, pk: int, *, to: str = "read") -> SpeakerEvent:
    """An event; 404 for who does not take part, 403 for who may read it and not plan it."""
    found = (
        SpeakerEvent.objects.select_related("site", "recording_course", "credit_course").filter(pk=pk).first()
    )
    if found is None or not may_take_part(person):
        raise Http404
    if to == "plan" and not person.may(Permission.COURSES_TEACH):
        raise PermissionDenied
    return found
