"""Esketamine's safety programme as it stands: the setting's certification, a patient's enrolment, today's check."""

from datetime import datetime

from mooring.care.patients.models import Patient
from mooring.care.safety.models import (
    EnrolmentVerification,
    RemsEnrolment,
    SiteCertification,
)
from mooring.identity.models import Person, RoleAssignment, Site
from mooring.identity.roles import Role


def represents(person: Person, site: Site, at: datetime) -> bool:
    """Whether the person is the site's authorised representative at this moment."""
    held = RoleAssignment.objects.filter(
        person=person, site=site, role=Role.AUTHORISED_REPRESENTATIVE, held_from__lte=at
    )
    return any(each.held_until is None or each.held_until > at for each in held)


def certification_of(site: Site, at: datetime) -> SiteCertification | None:
    """The confirmed certification that stands: its representative still holds the role, or it must be renewed."""
    found = (
        SiteCertification.objects.filter(site=site, ended_at__isnull=True, certified_on__isnull=False)
        .select_related("representative")
        .first()
    )
    if found is None or found.certified_on is None or found.certified_on > site.today(at):
        return None
    return found if represents(found.representative, site, at) else None


def form_of(site: Site) -> SiteCertification | None:
    """The setting's form that is not ended, confirmed or not."""
    return (
        SiteCertification.objects.filter(site=site, ended_at__isnull=True)
        .select_related("representative", "by")
        .first()
    )


def enrolment_of(patient: Patient) -> RemsEnrolment | None:
    """The newest enrolment form of a patient, with its steps."""
    return (
        RemsEnrolment.objects.filter(patient__in=patient.records)
        .select_related("prescriber", "certification")
        .prefetch_related("steps__by")
        .order_by("-signed_at", "-pk")
        .first()
    )


def verified_today(patient: Patient, at: datetime) -> EnrolmentVerification | None:
    """The newest check of the day with the programme."""
    site = patient.site
    newest = (
        EnrolmentVerification.objects.filter(enrolment__patient__in=patient.records, at__lte=at)
        .select_related("by")
        .order_by("-at", "-pk")
        .first()
    )
    return newest if newest is not None and site.today(newest.at) == site.today(at) else None
