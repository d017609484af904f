"""A certified setting and an enrolled patient, told through the acts."""

from datetime import datetime, timedelta

from mooring.care.patients.models import Patient
from mooring.care.safety import actions
from mooring.care.safety.models import RemsEnrolment, SiteCertification
from mooring.identity.models import RoleAssignment
from mooring.identity.roles import Role
from mooring.rules.rems_programme import Acknowledgment, Attestation
from tests.people import NOW, Cast
from tests.told import told


@told
def certified(cast: Cast, at: datetime = NOW) -> SiteCertification:
    """The director is the authorised representative, has signed, and the programme has confirmed it."""
    RoleAssignment.objects.create(
        person=cast.director,
        role=Role.AUTHORISED_REPRESENTATIVE,
        site=cast.site,
        held_from=at - timedelta(days=90),
    )
    signed = actions.certify_site(
        site=cast.site,
        form=actions.CertificationForm(
            kind="outpatient",
            setting_name="Elm Quay clinic",
            address="1 Elm Quay",
            phone="+1 503 555 0100",
            supply=["pharmacy"],
            representative_credential="MD",
            representative_contact="amara@example.org",
            attested=list(Attestation),
        ),
        by=cast.director,
        at=at - timedelta(days=60),
    )
    return actions.confirm_certification(
        certification=signed,
        certified_on=(at - timedelta(days=58)).date(),
        confirmation="RC-1",
        by=cast.director,
        at=at - timedelta(days=58),
    )


@told
def signed_form(cast: Cast, patient: Patient | None = None, at: datetime = NOW) -> RemsEnrolment:
    who = patient or cast.patient
    first, *_middle, last = who.person.legal_name.split()
    return actions.enrol_patient(
        patient=who,
        form=actions.EnrolmentForm(
            first_name=first,
            last_name=last,
            address="27 Alder Row",
            phone=who.person.phone,
            prescriber_phone="+1 503 555 0111",
            acknowledged=list(Acknowledgment),
            patient_signed_name=who.person.legal_name,
        ),
        by=cast.prescriber,
        at=at - timedelta(days=3),
    )


@told
def enrolled(cast: Cast, at: datetime = NOW) -> RemsEnrolment:
    """Certified, enrolled and verified a moment before `at`."""
    certified(cast, at)
    enrolment = signed_form(cast, at=at)
    actions.move_enrolment(
        enrolment=enrolment,
        to="enrolled",
        on=(at - timedelta(days=2)).date(),
        reference="PE-77",
        by=cast.coordinator,
        at=at - timedelta(days=2),
    )
    verified(cast, enrolment, at - timedelta(minutes=45))
    return enrolment


def verified(cast: Cast, enrolment: RemsEnrolment, at: datetime) -> None:
    actions.verify_enrolment(enrolment=enrolment, enrolled=True, how="online", by=cast.monitor, at=at)
