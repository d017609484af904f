"""Who may be handed which patient's record. Every later room of care builds on these three."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import is_reading, saw
from mooring.audit.prepared import Prepared
from mooring.care.patients.models import (
    EmergencyAccess,
    EmergencyReason,
    ExternalAccess,
    ExternalKind,
    Patient,
)
from mooring.identity.models import CareTeamMember, Person
from mooring.identity.roles import READ_IN_EMERGENCY, Permission, Reach, Role
from mooring.work.access import get_link_for

LOG_LINK = "record-log"


READS_OUTSIDE: dict[str, frozenset[Permission]] = {
    ExternalKind.THERAPIST: frozenset(
        {
            Permission.PATIENTS_OPEN,
            Permission.MEASURES_READ,
            Permission.CONSENTS_READ,
            Permission.TREATMENTS_READ,
            Permission.INTEGRATION_READ,
        }
    ),
    ExternalKind.PRESCRIBER: frozenset(
        {
            Permission.PATIENTS_OPEN,
            Permission.MEASURES_READ,
            Permission.SCREENING_READ,
            Permission.TREATMENTS_READ,
        }
    ),
    ExternalKind.INTERPRETER: frozenset({Permission.CONSENTS_READ}),
}
"""What a professional from outside reads of the one patient: never more than reading, and for whom it was opened."""


@dataclass(frozen=True)
class _Ways:
    """By which ways a person reaches records: what `_reached` writes one statement for."""

    sites: tuple[int, ...]
    team_sites: tuple[int, ...]
    kinds: tuple[str, ...]
    emergency: bool

    @property
    def any(self) -> bool:
        return bool(self.sites or self.team_sites or self.kinds or self.emergency)


def _ways_of(person: Person, to: Permission, *, emergency: bool) -> _Ways:
    outside = any(held.role == Role.EXTERNAL for held in person.standing)
    return _Ways(
        sites=tuple(sorted(person.sites_where(to, Reach.SITE))),
        team_sites=tuple(sorted(person.sites_where(to, Reach.TEAM))),
        kinds=tuple(kind for kind, permissions in READS_OUTSIDE.items() if outside and to in permissions),
        emergency=emergency and _may_read_in_emergency(person, to),
    )


def own_patients_for(person: Person, to: Permission = Permission.PATIENTS_OPEN) -> "QuerySet[Patient]":
    """The patients on whom a role gives `person` the permission: those of the site, or of one's care teams."""
    return _reached(_ways_of(person, to, emergency=False), person.pk, timezone.now())


def patients_for(person: Person, to: Permission = Permission.PATIENTS_OPEN) -> "QuerySet[Patient]":
    """The same, and those whose record an emergency access opens for reading now.

    It hands out no record yet: who shows what is found calls `audit.looking.saw`.
    """
    return _reached(_ways_of(person, to, emergency=True), person.pk, timezone.now())


def _reached(ways: _Ways, person: int, now: datetime) -> "QuerySet[Patient]":
    teams = CareTeamMember.objects.filter(person=person, until__isnull=True).values("team")
    allowed = Q(site__in=ways.sites) | Q(site__in=ways.team_sites, care_team__in=teams)
    if ways.kinds:
        outside = ExternalAccess.objects.filter(person=person, ends_at__gt=now, kind__in=ways.kinds)
        allowed |= Q(pk__in=outside.values("patient"))
    if ways.team_sites:  # a merged record is read by the team of the record that is kept, too
        allowed |= Q(merged_into__site__in=ways.team_sites, merged_into__care_team__in=teams)
    if ways.emergency:
        opened = EmergencyAccess.objects.filter(person=person, ends_at__gt=now)
        allowed |= Q(pk__in=opened.values("patient"))
    return Patient.objects.filter(allowed).select_related("person", "site").order_by("-pk")


def _may_read_in_emergency(person: Person, to: Permission) -> bool:
    """An emergency lends reading only, and nothing that the person's role does not read of its own patients.

    A form that is sent is no reading, whichever permission its page asks for.
    """
    if to not in READ_IN_EMERGENCY or not is_reading():
        return False
    return person.may(Permission.EMERGENCY_OPEN) and person.may(to)


def open_emergencies(person: Person) -> "QuerySet[EmergencyAccess]":
    """The emergency accesses of this person whose time is not over; the newest first."""
    return EmergencyAccess.objects.filter(person=person, ends_at__gt=timezone.now()).order_by("-pk")


def open_external(person: Person) -> "QuerySet[ExternalAccess]":
    """The records that are open to a professional from outside now."""
    return ExternalAccess.objects.filter(person=person, ends_at__gt=timezone.now()).order_by("pk")


def get_patient_for(person: Person, pk: int, *, to: Permission) -> Patient:
    """The record, and a row that says that `person` opened it, with the reason where it was an emergency.

    404 for a stranger to the patient, 403 for somebody who may open the record but not do this.
    """
    found = _record(person, pk, to)
    if found is None:
        if _record(person, pk, Permission.PATIENTS_OPEN) is not None:
            raise PermissionDenied
        raise Http404
    patient, reason = found
    saw(person, [patient.subject_ref], reason=emergency_words(reason))
    return patient


def _record(person: Person, pk: int, to: Permission) -> tuple[Patient, str | None] | None:
    """The record where a way leads to it, with the reason of this person's newest emergency access to it."""
    ways = _ways_of(person, to, emergency=True)
    if not ways.any:
        return None
    statement = _statement(len(ways.sites), len(ways.team_sites), ways.kinds, emergency=ways.emergency)
    keys = (pk, person.pk, *ways.sites, *ways.team_sites)
    return next(((record, record.emergency) for record in statement.records(keys, timezone.now())), None)


@cache
def _statement(sites: int, team_sites: int, kinds: tuple[str, ...], *, emergency: bool) -> Prepared:
    """Every page of a record asks this, so it is written once for all who reach records by as many ways."""

    def build(keys: Sequence[Any], moments: Sequence[datetime]) -> "QuerySet[Patient]":
        pk, person, *others = keys
        ways = _Ways(tuple(others[:sites]), tuple(others[sites:]), kinds, emergency)
        newest = EmergencyAccess.objects.filter(person=person, ends_at__gt=moments[0], patient=OuterRef("pk"))
        reason = newest.order_by("-pk").values("reason")[:1]
        return _reached(ways, person, moments[0]).filter(pk=pk).annotate(emergency=Subquery(reason))

    return Prepared(build)


def emergency_words(reason: str | None) -> str:
    """Why a record was opened without an ordinary right, as the patient reads it; nothing where it was not."""
    if not reason:
        return ""
    return _("Emergency access: {reason}").format(reason=EmergencyReason(reason).label)


def may_on(person: Person, patient: Patient, permission: Permission) -> bool:
    """Whether `person` holds the permission on this patient; it opens nothing."""
    if patient.site_id in person.sites_where(permission, Reach.SITE):
        return True
    if (
        patient.site_id in person.sites_where(permission, Reach.TEAM)
        and CareTeamMember.objects.filter(
            team__patient__in={patient.pk, patient.merged_into_id}, person=person, until__isnull=True
        ).exists()
    ):
        return True
    if any(held.role == Role.EXTERNAL for held in person.standing):
        kinds = [kind for kind, permissions in READS_OUTSIDE.items() if permission in permissions]
        return open_external(person).filter(patient__in=patient.records, kind__in=kinds).exists()
    return (
        _may_read_in_emergency(person, permission)
        and open_emergencies(person).filter(patient=patient).exists()
    )


def get_emergency_for(person: Person, pk: int, *, to: Permission) -> EmergencyAccess:
    """An emergency access for whoever reviews those of its site; 404 for others, 403 for one's own."""
    found = (
        EmergencyAccess.objects.filter(pk=pk, patient__site__in=person.sites_where(to))
        .select_related("patient__person", "patient__site", "person", "reviewed_by")
        .first()
    )
    if found is None:
        if not person.may(to):
            raise PermissionDenied
        raise Http404
    saw(person, [found.subject_ref])
    return found


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
