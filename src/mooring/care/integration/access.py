"""Who may be handed which circle, which practice, and the patient's own page of practices."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from mooring.audit.looking import saw
from mooring.care.integration.models import Circle, Practice
from mooring.care.integration.queries.practices import LINK
from mooring.care.patients.access import get_patient_for
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.work.access import get_link_for
from mooring.work.models import TaskLink


def get_circle_for(person: Person, pk: int, *, to: Permission = Permission.INTEGRATION_READ) -> Circle:
    """The circle of a site where this person reads integration; 404 for a stranger, 403 for who may not do this.

    Its roster is shown seat by seat: a patient with whom the person does not work is counted, not named.
    """
    found = Circle.objects.select_related("site", "led_by").filter(pk=pk).first()
    if found is None or found.site_id not in person.sites_where(Permission.INTEGRATION_READ):
        raise Http404
    if found.site_id not in person.sites_where(to):
        raise PermissionDenied
    return found


def get_practice_for(person: Person, pk: int, *, to: Permission) -> Practice:
    """The practice, through its patient's record."""
    found = Practice.objects.select_related("patient__person", "patient__site").filter(pk=pk).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found


def get_practices_on_link(request: HttpRequest, link_pk: int, at: datetime) -> tuple[TaskLink, Patient]:
    """The patient's own page behind the link that the address names; `Refused` with a sentence when it is over."""
    link = get_link_for(request, link_pk, kind=LINK, at=at)
    patient = (
        Patient.objects.select_related("person", "site").filter(pk=int(link.about.rpartition(":")[2])).first()
    )
    if patient is None or patient.person_id != link.person_id:
        raise Http404
    saw(link.person, [patient.subject_ref])
    return link, patient
