"""Esketamine's safety programme as it stands: the setting's certification, a patient's enrolment, today's check."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

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


def represented(sites: Sequence[int], at: datetime) -> "QuerySet[SiteCertification]":
    """The confirmed certifications of these sites (ids) whose representative still holds the role.

    One whose representative left must be renewed.
    """
    held = RoleAssignment.objects.filter(
        Q(held_until__isnull=True) | Q(held_until__gt=at),
        role=Role.AUTHORISED_REPRESENTATIVE,
        site=OuterRef("site"),
        person=OuterRef("representative"),
        held_from__lte=at,
    )
    return SiteCertification.objects.filter(
        Exists(held), site__in=sites, ended_at__isnull=True, certified_on__isnull=False
    ).order_by("pk")


def certification_of(site: Site, at: datetime) -> SiteCertification | None:
    """The confirmed certification that stands: its representative still holds the role, or it must be renewed."""
    standing = represented([site.pk], at).filter(certified_on__lte=site.today(at))
    return standing.select_related("representative").first()


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
