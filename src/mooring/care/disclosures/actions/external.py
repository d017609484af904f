"""Acts on access from outside: a professional elsewhere reads one patient's record until a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.care.disclosures.actions import record_disclosure
from mooring.care.disclosures.models import DisclosureChannel, DisclosureConsent
from mooring.care.disclosures.queries import ToDisclose
from mooring.care.patients.access import open_external
from mooring.care.patients.models import ExternalAccess, ExternalKind, Patient
from mooring.identity.actions import add_person, close_account, end_role, give_role
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Role
from mooring.rules.disclosure import DisclosureBasis
from mooring.rules.verdict import Refused
from mooring.sentences.times import full_day_words
from mooring.work.actions import withdraw_links_of
from mooring.work.chores import each_alone
from mooring.work.invitations import send_invitation

LONGEST = timedelta(days=90)  # a design default: then somebody decides again
KINDS_READ = {
    ExternalKind.THERAPIST: (
        "care_patients",
        "care_observations",
        "care_measures",
        "care_consents",
        "care_treatments",
        "care_integration",
    ),
    ExternalKind.PRESCRIBER: (
        "care_patients",
        "care_observations",
        "care_measures",
        "care_screening",
        "care_treatments",
    ),
    ExternalKind.INTERPRETER: ("care_consents",),
}
"""What the disclosure says that each of them reads."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Who gets access, as what, where they work, why and until the end of which day."""

    legal_name: str
    email: str
    kind: str
    works_at: str
    purpose: str
    until: datetime


@recorded("care.disclosures.external-opened")
def open_to_external(
    *, patient: Patient, outside: Outside, consent: DisclosureConsent | None, by: Person, at: datetime
) -> ExternalAccess:
    """Open one record for reading to a professional from outside; it is a disclosure, and is recorded as one.

    They sign in with a second step, see this patient alone, and the access ends by itself.
    """
    if not at < outside.until <= at + LONGEST:
        raise Refused(
            _("Access from outside ends within 90 days. Choose an earlier day, and open it again then.")
        )
    person = _person_of(outside, patient, by, at)
    if open_external(person).filter(patient__in=patient.records).exists():
        raise Refused(_("{person} has access to this record already.").format(person=person))
    leaving = ToDisclose(
        basis=DisclosureBasis.AUTHORISATION if consent else DisclosureBasis.TREATMENT,
        recipient=outside.legal_name,
        recipient_address=outside.works_at,
        what=_("Reading of the record until {day}").format(
            day=full_day_words(patient.site.today(outside.until))
        ),
        kinds=KINDS_READ[ExternalKind(outside.kind)],
        purpose=outside.purpose,
        channel=DisclosureChannel.HEALTH_RECORD,
    )
    record_disclosure(patient=patient, leaving=leaving, consent=consent, by=by, at=at)
    opened = ExternalAccess.objects.create(
        patient=patient,
        person=person,
        kind=outside.kind,
        works_at=outside.works_at,
        purpose=outside.purpose,
        given_by=by,
        given_at=at,
        ends_at=outside.until,
    )
    if not person.has_usable_password():
        send_invitation(person=person, site=patient.site, by=by, at=at)
    note(kind=outside.kind, until=outside.until.isoformat())
    return opened


def _person_of(outside: Outside, patient: Patient, by: Person, at: datetime) -> Person:
    """The person with this address, who comes from outside already, or a new one."""
    email = outside.email.strip().lower()
    person = Person.objects.filter(email=email).first()
    if person is None:
        new = Person(legal_name=outside.legal_name.strip(), email=email, time_zone=patient.site.time_zone)
        person = add_person(person=new, by=by, at=at)
    elif not person.roles.filter(role=Role.EXTERNAL).exists():
        raise Refused(
            _(
                "This address belongs to someone who works or is treated here. Add a colleague to the care team."
            )
        )
    held = RoleAssignment.objects.filter(
        person=person, role=Role.EXTERNAL, site=patient.site, held_until__isnull=True
    )
    if not held.exists():
        give_role(person=person, role=Role.EXTERNAL, site=patient.site, by=by, at=at)
        person.refresh_from_db()
    return person


@recorded("care.disclosures.external-ended")
def end_external(*, access: ExternalAccess, by: Person, at: datetime) -> ExternalAccess:
    """End it now; who has no other record open here signs in no more."""
    open_now = ExternalAccess.objects.filter(pk=access.pk, ends_at__gt=at)
    if open_now.update(ends_at=at, ended_by=by) != 1:
        raise Refused(_("This access has ended already."))
    access.refresh_from_db()
    note(target=access)
    _leave_if_nothing_is_open(access.person, by, at)
    return access


def _leave_if_nothing_is_open(person: Person, by: Actor, at: datetime) -> bool:
    if ExternalAccess.objects.filter(person=person, ends_at__gt=at).exists():
        return False
    roles = list(person.roles.filter(role=Role.EXTERNAL, held_until__isnull=True))
    for assignment in roles:
        end_role(assignment=assignment, by=by, at=at)
    withdraw_links_of(person=person, by=by, at=at)
    if person.is_active and not person.roles.filter(held_until__isnull=True).exists():
        close_account(person=person, by=by, at=at)
    return True


def close_expired(*, at: datetime) -> int:
    """The clock's turn: whose last access from outside is over leaves."""
    over = Person.objects.filter(roles__role=Role.EXTERNAL, roles__held_until__isnull=True)
    over = over.exclude(external_accesses__ends_at__gt=at).distinct()
    return each_alone("external", over, lambda person: leave_external(person=person, by=CLOCK, at=at), at=at)


@recorded("care.disclosures.external-expired")
def leave_external(*, person: Person, by: Actor, at: datetime) -> bool:
    """Access from outside has run out: role, links and account end with it."""
    note(target=person)
    return _leave_if_nothing_is_open(person, by, at)
