"""Who may be handed which patient's record. Every later room of care builds on these three."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from mooring.audit.looking import saw
from mooring.care.patients.models import Patient
from mooring.identity.models import CareTeamMember, Person
from mooring.identity.roles import Permission, Reach
from mooring.work.access import get_link_for

LOG_LINK = "record-log"


def patients_for(person: Person, to: Permission = Permission.PATIENTS_OPEN) -> "QuerySet[Patient]":
    """The patients on whom `person` holds the permission: those of the site, or of one's care teams.

    It hands out no record yet: who shows what is found calls `audit.looking.saw`.
    """
    teams = CareTeamMember.objects.filter(person=person, until__isnull=True).values("team")
    by_team = person.sites_where(to, Reach.TEAM)
    allowed = Q(site__in=person.sites_where(to, Reach.SITE)) | Q(site__in=by_team, care_team__in=teams)
    if by_team:  # a merged record is read by the team of the record that is kept, too
        allowed |= Q(merged_into__site__in=by_team, merged_into__care_team__in=teams)
    return Patient.objects.filter(allowed).select_related("person", "site").order_by("-pk")


def get_patient_for(person: Person, pk: int, *, to: Permission) -> Patient:
    """The record, and a row that says that `person` opened it.

    404 for a stranger to the patient, 403 for somebody who may open the record but not do this.
    """
    patient = patients_for(person, to).filter(pk=pk).first()
    if patient is None:
        if patients_for(person).filter(pk=pk).exists():
            raise PermissionDenied
        raise Http404
    saw(person, [patient.subject_ref])
    return patient


def may_on(person: Person, patient: Patient, permission: Permission) -> bool:
    """Whether `person` holds the permission on this patient; it opens nothing."""
    if patient.site_id in person.sites_where(permission, Reach.SITE):
        return True
    return (
        patient.site_id in person.sites_where(permission, Reach.TEAM)
        and CareTeamMember.objects.filter(
            team__patient__in={patient.pk, patient.merged_into_id}, person=person, until__isnull=True
        ).exists()
    )


def get_own_record(request: HttpRequest, link_pk: int, at: datetime) -> Patient:
    """The visitor's own record, for reading who opened it, behind the link that they opened.

    404 without an opened link; `Refused` with a sentence for the visitor when it is over.
    """
    link = get_link_for(request, link_pk, kind=LOG_LINK, at=at)
    patient = Patient.objects.select_related("person", "site").filter(person=link.person_id).first()
    if patient is None:
        raise Http404
    saw(link.person, [patient.subject_ref])
    return patient
