"""The programme's forms as papers: the signed monitoring form, and work-sheets for the two enrolments."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _

from mooring.care.papers.queries import letterhead_with_address, practice_of
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import address_of, whose_words
from mooring.care.rems.models import MonitoringForm
from mooring.care.safety.models import RemsEnrolment, SiteCertification, Supply
from mooring.care.safety.queries.rems import enrolment_of, form_of
from mooring.care.stock.models import DrugRegistration
from mooring.content.loader import load
from mooring.content.schema.regulation import FormField, PaperForm
from mooring.identity.models import Site
from mooring.identity.queries import holders
from mooring.identity.roles import Role
from mooring.rules.rems import split_name
from mooring.rules.rems_programme import Acknowledgment, Attestation
from mooring.sentences.rems import ACKNOWLEDGMENTS, ATTESTATIONS
from mooring.sentences.times import dated_moment_words, full_day_words
from mooring.work.documents.sheet import Sheet, SheetSection

PATIENT_ENROLMENT, SITE_ENROLMENT = "rems-patient-enrolment", "rems-site-enrolment"


def edition_of(form: MonitoringForm) -> PaperForm:
    """The edition under which a form was signed, whatever is in force now."""
    return load().forms[form.edition]


def answer_words(field: FormField, value: str) -> str:
    if not value:
        return ""
    if field.kind == "yes-no":
        return _("Yes") if value == "yes" else _("No")
    if field.kind == "date":
        return full_day_words(date.fromisoformat(value))
    return f"{value} mg" if field.code == "dose" else value


def sections_of(edition: PaperForm, values: Mapping[str, str]) -> tuple[SheetSection, ...]:
    """The form section by section; an open field says that it is not recorded, never nothing."""
    made = []
    for title, fields in groupby(edition.fields, key=lambda field: field.section):
        facts = tuple(
            (_label(field), answer_words(field, values.get(field.code, "")) or _("not recorded"))
            for field in fields
        )
        made.append(SheetSection(title, facts))
    return tuple(made)


def _label(field: FormField) -> str:
    return field.label if field.seen else _("{label} (wording not seen)").format(label=field.label)


def monitoring_sheet(form: MonitoringForm) -> Sheet:
    """The signed form as a paper: what was answered, by whom, sent when and how, and which form it corrects."""
    edition, zone = edition_of(form), form.patient.site.zone
    signed = [(_("Signed by"), f"{form.signed_by.legal_name}, {dated_moment_words(form.signed_at, zone)}")]
    if form.replaces_id:
        signed.append((_("Replaces form"), f"{form.replaces_id}: {form.why_replaced}"))
    if form.sent_at and form.sent_by:
        how = f"{form.get_sent_how_display()}, {dated_moment_words(form.sent_at, zone)}, {form.sent_by.legal_name}"
        signed.append((_("Sent"), how))
    if form.confirmation and form.confirmed_by:
        signed.append((_("Confirmed"), f"{form.confirmation}, {form.confirmed_by.legal_name}"))
    return Sheet(
        "rems-monitoring",
        form.edition,
        edition.title,
        _("{issuer}. Form {number}.").format(issuer=edition.issuer, number=form.pk),
        letterhead_with_address(form.patient.site),
        whose_words(form.patient),
        (*sections_of(edition, form.facts), SheetSection(_("Signature"), tuple(signed))),
        (*_open(edition, form.facts), *edition.unseen),
    )


def _open(edition: PaperForm, values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(field.label for field in edition.fields if field.seen and not values.get(field.code))


def enrolment_sheet(patient: Patient, edition: PaperForm) -> Sheet:
    """The patient's enrolment as it was signed here; before that, what the record knows for it."""
    signed = enrolment_of(patient)
    values = _as_enrolled(signed) if signed else _to_enrol(patient)
    return _work_sheet(
        PATIENT_ENROLMENT,
        edition,
        values,
        patient.site,
        whose_words(patient),
        _became(signed) if signed else (),
    )


def _to_enrol(patient: Patient) -> dict[str, str]:
    name = split_name(patient.person.legal_name)
    return {
        "first-name": name[0] if name else "",
        "last-name": name[1] if name else "",
        "birth-date": patient.birth_date.isoformat(),
        "sex": "" if patient.sex_at_birth == "unknown" else patient.sex_at_birth,
        "patient-address": address_of(patient),
        "patient-phone": patient.person.phone,
        "setting-name": patient.site.name,
    }


def _as_enrolled(signed: RemsEnrolment) -> dict[str, str]:
    zone = signed.patient.site.zone
    numbers = ((_("NPI"), signed.prescriber_npi), (_("DEA"), signed.prescriber_dea))
    return {
        "first-name": signed.first_name,
        "middle-initial": signed.middle_name[:1],
        "last-name": signed.last_name,
        "birth-date": signed.birth_date.isoformat(),
        "sex": signed.sex,
        "patient-address": signed.address,
        "patient-phone": signed.phone,
        "prescriber-name": signed.prescriber.legal_name,
        "prescriber-contact": ", ".join(
            part for part in (signed.prescriber_phone, signed.prescriber.email) if part
        ),
        "prescriber-number": ", ".join(f"{name} {number}" for name, number in numbers if number),
        "setting-name": signed.certification.setting_name,
        "patient-signature": f"{signed.patient_signed_name}, {dated_moment_words(signed.signed_at, zone)}",
        "prescriber-signature": f"{signed.prescriber.legal_name}, {dated_moment_words(signed.signed_at, zone)}",
    }


def _became(signed: RemsEnrolment) -> tuple[SheetSection, ...]:
    """What the patient acknowledged, what became of the enrolment, and the newest check with the programme."""
    steps = sorted(signed.steps.all(), key=lambda step: (step.at, step.pk))
    return (
        SheetSection(
            _("Acknowledged by the patient"),
            (),
            tuple(str(ACKNOWLEDGMENTS[Acknowledgment(code)]) for code in signed.acknowledged),
        ),
        SheetSection(
            _("What became of it"),
            (),
            (),
            (_("What"), _("Day"), _("Reference"), _("Recorded by"), _("Note")),
            tuple(
                (
                    str(step.get_state_display()),
                    full_day_words(step.on),
                    step.reference,
                    step.by.legal_name,
                    step.note,
                )
                for step in steps
            ),
        ),
    )


def site_sheet(site: Site, edition: PaperForm, at: datetime) -> Sheet:
    """The setting's form as its representative signed it; before that, what is known for it."""
    signed = form_of(site)
    values = _as_certified(signed) if signed else _to_certify(site, at)
    return _work_sheet(SITE_ENROLMENT, edition, values, site, site.name, _certified(signed) if signed else ())


def _to_certify(site: Site, at: datetime) -> dict[str, str]:
    practice = practice_of(site)
    registration = DrugRegistration.objects.filter(site=site).order_by("-expires_on").first()
    named = holders(site, Role.AUTHORISED_REPRESENTATIVE, at)
    person = named[0] if named else None
    return {
        "setting-name": site.name,
        "setting-address": ", ".join(practice.address_lines) if practice else "",
        "setting-phone": site.phone,
        "setting-fax": practice.fax if practice else "",
        "setting-dea": registration.number if registration else "",
        "representative-name": person.legal_name if person else "",
        "representative-contact": ", ".join(part for part in (person.phone, person.email) if part)
        if person
        else "",
    }


def _as_certified(signed: SiteCertification) -> dict[str, str]:
    alternate = (signed.alternate_name, signed.alternate_contact)
    signature = (signed.representative.legal_name, dated_moment_words(signed.signed_at, signed.site.zone))
    return {
        "setting-name": signed.setting_name,
        "setting-address": signed.address,
        "setting-type": str(signed.get_kind_display()),
        "setting-phone": signed.phone,
        "setting-fax": signed.fax,
        "setting-dea": signed.dea_number,
        "supply": "; ".join(str(Supply(each).label) for each in signed.supply),
        "representative-name": signed.representative.legal_name,
        "representative-credential": signed.representative_credential,
        "representative-contact": signed.representative_contact,
        "alternate-contact": ", ".join(part for part in alternate if part),
        "representative-signature": ", ".join(signature),
    }


def _certified(signed: SiteCertification) -> tuple[SheetSection, ...]:
    """What was attested, and the programme's confirmation."""
    confirmed = (
        ((_("Certified on"), full_day_words(signed.certified_on)), (_("Confirmation"), signed.confirmation))
        if signed.certified_on
        else ((_("Confirmation"), _("not recorded")),)
    )
    return (
        SheetSection(
            _("Attested"), (), tuple(str(ATTESTATIONS[Attestation(code)]) for code in signed.attested)
        ),
        SheetSection(_("Answer of the programme"), confirmed),
    )


def _work_sheet(
    name: str,
    edition: PaperForm,
    values: Mapping[str, str],
    site: Site,
    whose: str,
    more: tuple[SheetSection, ...],
) -> Sheet:
    return Sheet(
        name,
        edition.key,
        _("Work-sheet: {title}").format(title=edition.title),
        _("To copy onto the form of {issuer}; it is not that form.").format(issuer=edition.issuer),
        letterhead_with_address(site),
        whose,
        (*sections_of(edition, values), *more),
        (*_open(edition, values), *edition.unseen),
    )
