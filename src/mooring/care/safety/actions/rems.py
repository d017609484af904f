"""Acts of esketamine's safety programme (REMS): certify the setting, enrol a patient, verify before dispensing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.patients.models import Patient
from mooring.care.safety.models import (
    EnrolmentState,
    EnrolmentStep,
    EnrolmentVerification,
    RemsEnrolment,
    SiteCertification,
)
from mooring.care.safety.queries.rems import certification_of, enrolment_of, represents
from mooring.identity.models import Person, Site
from mooring.rules.rems_programme import Acknowledgment, Attestation
from mooring.rules.verdict import Refused
from mooring.sentences.rems import ACKNOWLEDGMENTS, ATTESTATIONS
from mooring.words.names import clean_line, same_name

AFTER = {
    EnrolmentState.SIGNED: (EnrolmentState.SENT, EnrolmentState.ENROLLED, EnrolmentState.ENDED),
    EnrolmentState.SENT: (EnrolmentState.ENROLLED, EnrolmentState.REFUSED, EnrolmentState.ENDED),
    EnrolmentState.ENROLLED: (EnrolmentState.TRANSFERRED, EnrolmentState.ENDED),
}
"""The steps that may follow; the others are the end of this form."""


@dataclass(frozen=True, kw_only=True)
class CertificationForm:
    """The setting's enrolment form, as its authorised representative signs it."""

    kind: str
    setting_name: str
    address: str
    phone: str
    supply: Sequence[str]
    representative_credential: str
    representative_contact: str
    attested: Sequence[str]
    fax: str = ""
    dea_number: str = ""
    alternate_name: str = ""
    alternate_contact: str = ""


@dataclass(frozen=True, kw_only=True)
class EnrolmentForm:
    """The patient's enrolment form with the name that the patient signed."""

    first_name: str
    last_name: str
    address: str
    phone: str
    prescriber_phone: str
    acknowledged: Sequence[str]
    patient_signed_name: str
    middle_name: str = ""
    prescriber_npi: str = ""
    prescriber_dea: str = ""


@recorded("care.safety.setting-signed")
def certify_site(*, site: Site, form: CertificationForm, by: Person, at: datetime) -> SiteCertification:
    """Sign the setting's form as its authorised representative; it counts once the programme has confirmed it."""
    if not represents(by, site, at):
        raise Refused(_("Only the site’s authorised representative signs this form."))
    missing = [str(words) for code, words in ATTESTATIONS.items() if code.value not in set(form.attested)]
    if missing:
        raise Refused(_("Not attested yet: {missing}").format(missing=" ".join(missing)))
    if not form.supply:
        raise Refused(_("Choose how the product will be got."))
    fields = {name: getattr(form, name) for name in CertificationForm.__dataclass_fields__}
    try:
        with transaction.atomic():
            made = SiteCertification.objects.create(
                site=site,
                representative=by,
                by=by,
                signed_at=at,
                **{
                    **fields,
                    "supply": list(form.supply),
                    "attested": sorted(Attestation(a) for a in form.attested),
                },
            )
    except IntegrityError as error:
        raise Refused(_("This site has a form already. End it before another is signed.")) from error
    note(target=made, site=site.pk)
    return made


@recorded("care.safety.setting-certified")
def confirm_certification(
    *, certification: SiteCertification, certified_on: date, confirmation: str, by: Person, at: datetime
) -> SiteCertification:
    """Record the programme's confirmation: from that day the setting is certified."""
    if certified_on > certification.site.today(at):
        raise Refused(_("The confirmation’s day lies in the future."))
    if not confirmation.strip():
        raise Refused(_("Enter the reference of the confirmation."))
    confirmed = SiteCertification.objects.filter(
        pk=certification.pk, ended_at__isnull=True, certified_on__isnull=True
    ).update(certified_on=certified_on, confirmation=confirmation.strip())
    if confirmed != 1:
        raise Refused(_("This form is confirmed or ended already."))
    certification.refresh_from_db()
    note(target=certification, reference=confirmation.strip())
    return certification


@recorded("care.safety.setting-ended")
def end_certification(
    *, certification: SiteCertification, reason: str, by: Person, at: datetime
) -> SiteCertification:
    """End a certification: no dose of esketamine starts here until another is confirmed."""
    if not reason.strip():
        raise Refused(_("Say why it ends."))
    ended = SiteCertification.objects.filter(pk=certification.pk, ended_at__isnull=True).update(
        ended_at=at, ended_by=by, ended_reason=reason.strip()
    )
    if ended != 1:
        raise Refused(_("This certification was already ended a moment ago."))
    certification.refresh_from_db()
    note(target=certification)
    return certification


@recorded("care.safety.patient-enrolled")
def enrol_patient(*, patient: Patient, form: EnrolmentForm, by: Person, at: datetime) -> RemsEnrolment:
    """Sign the patient's enrolment form: the patient by their name in the room, the prescriber (`by`) by password."""
    site = patient.site
    certification = certification_of(site, at)
    if certification is None:
        raise Refused(_("This site is not certified. Its authorised representative signs first."))
    standing = enrolment_of(patient)
    if standing is not None and standing.state in AFTER:
        raise Refused(_("An enrolment of this patient is open already."))
    missing = [
        str(words) for code, words in ACKNOWLEDGMENTS.items() if code.value not in set(form.acknowledged)
    ]
    if missing:
        raise Refused(_("Not acknowledged yet: {missing}").format(missing=" ".join(missing)))
    names = (patient.person.legal_name, patient.person.chosen_name)
    if not any(same_name(form.patient_signed_name, name) for name in names):
        raise Refused(
            _("The typed name is not the name on this record. Ask the patient to type their own full name.")
        )
    made = RemsEnrolment.objects.create(
        patient=patient,
        certification=certification,
        first_name=clean_line(form.first_name),
        middle_name=clean_line(form.middle_name),
        last_name=clean_line(form.last_name),
        birth_date=patient.birth_date,
        sex=patient.sex_at_birth,
        address=clean_line(form.address),
        phone=form.phone.strip(),
        prescriber=by,
        prescriber_phone=form.prescriber_phone.strip(),
        prescriber_npi=form.prescriber_npi.strip(),
        prescriber_dea=form.prescriber_dea.strip(),
        acknowledged=sorted(Acknowledgment(code) for code in form.acknowledged),
        patient_signed_name=clean_line(form.patient_signed_name),
        signed_at=at,
    )
    note(target=made)
    return made


@recorded("care.safety.enrolment-moved")
def move_enrolment(
    *,
    enrolment: RemsEnrolment,
    to: str,
    on: date,
    reference: str = "",
    words: str = "",
    by: Person,
    at: datetime,
) -> EnrolmentStep:
    """Record what the programme answered, a transfer, or the end of the enrolment."""
    state = EnrolmentState(enrolment.state)
    if to not in AFTER.get(state, ()):
        raise Refused(_("This enrolment is “{state}”; that step does not follow.").format(state=state.label))
    if to == EnrolmentState.ENROLLED and not reference.strip():
        raise Refused(_("Enter the reference that the programme gave."))
    if on > enrolment.patient.site.today(at):
        raise Refused(_("This day lies in the future."))
    step = EnrolmentStep.objects.create(
        enrolment=enrolment, state=to, on=on, reference=reference.strip(), note=words.strip(), by=by, at=at
    )
    note(target=enrolment, state=to)
    return step


@recorded("care.safety.enrolment-verified")
def verify_enrolment(
    *, enrolment: RemsEnrolment, enrolled: bool, how: str, reference: str = "", by: Person, at: datetime
) -> EnrolmentVerification:
    """Record the question to the programme before dispensing; its answer holds for the day."""
    made = EnrolmentVerification.objects.create(
        enrolment=enrolment, enrolled=enrolled, how=how, reference=reference.strip(), by=by, at=at
    )
    note(target=enrolment, enrolled=enrolled)
    return made
