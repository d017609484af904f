"""Erasing what may go of a person who is no longer treated: how to reach them, then the clinical record.

What is left of a clinical record: the record number, the register's lines with the orders that they name, and events and
openings, which hold digests, numbers of rows and the names of who acted, and no health text.

The words of the controlled-drug register and the files that came in are erased by their own rooms (stock, papers), each
held by `refuse_while_kept` and its own rule.
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from mooring.audit import guards
from mooring.audit.kept import ERASED as NO_ROW
from mooring.audit.kept import is_of_kept_model
from mooring.audit.recording import name_rows, note, recorded, reference
from mooring.care.disclosures.models import DisclosureConsent, RecordDisclosure
from mooring.care.disclosures.queries import (
    ACCOUNTING,
    CLINICAL,
    CONTACT,
    ClinicalRows,
    address_is_held,
    clinical_rows,
    kept_kinds,
    refuse_while_kept,
)
from mooring.care.patients.models import Patient, PostalAddress, Sex, SupportPerson, search_keys_of
from mooring.identity.models import Person
from mooring.identity.queries import holders
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import withdraw_links_of
from mooring.work.models import Message, Task, TaskState

ERASED = "-"
NO_BIRTH_DATE = date(1900, 1, 1)
"""What stands in the place of an erased date of birth, which no row can be without."""


@recorded("care.disclosures.contact-erased")
def erase_contact(*, patient: Patient, by: Person, at: datetime) -> Patient:
    """Erase phone, e-mail, chosen name and pronouns, support people and the words of messages.

    The clinical record stays with name, birth date and number, as long as its own rule says. The postal address stays
    while the controlled-drug register needs it. Refused before the day.
    """
    refuse_while_kept(patient, CONTACT, at)
    person = patient.person
    if person.standing:
        raise Refused(_("This person works here, too. Their own details stay while they do."))
    Person.objects.filter(pk=person.pk).update(email=None, phone="", chosen_name="", pronouns="")
    person.refresh_from_db()
    Patient.objects.filter(pk__in=patient.records).update(**search_keys_of(person, patient.site))
    support = SupportPerson.objects.filter(patient__in=patient.records)
    support.filter(ended_at__isnull=True).update(ended_at=at)
    gone = support.update(name=ERASED, relation="", phone=ERASED)
    said = Message.objects.filter(person=person).update(title=ERASED, body=ERASED, to_email="")
    if not address_is_held(patient, at):
        erase_addresses(patient)
    withdraw_links_of(person=person, by=by, at=at)
    note(target=patient, support_people=gone, messages=said)
    return patient


def erase_addresses(patient: Patient) -> int:
    """Erase the postal addresses of a person, as a part of the act that is running; returns how many there were."""
    addresses = PostalAddress.objects.filter(patient__in=patient.records).exclude(lines=ERASED)
    return addresses.update(lines=ERASED)


@recorded("care.disclosures.clinical-erased")
def erase_clinical(*, patient: Patient, second: Person, by: Person, at: datetime) -> Patient:
    """Erase the clinical record of a person whose period is over; the medical director signs second.

    Name and date of birth go with it, unless the register still bears them or somebody may still ask what was disclosed:
    then they go when those periods are over. What the register points to stays. It cannot be undone.
    """
    if second == by or second not in holders(patient.site, Role.MEDICAL_DIRECTOR, at):
        raise Refused(_("The medical director of this site signs second."))
    refuse_while_kept(patient, CLINICAL, at)
    if Task.objects.filter(subject__in=patient.subject_refs, state=TaskState.OPEN).exists():
        raise Refused(_("There are open tasks about this patient. Close them first."))
    erase_contact(patient=patient, by=by, at=at)
    rows = clinical_rows(patient)
    gone = _delete(rows)
    Task.objects.filter(subject__in=patient.subject_refs).update(
        title=ERASED, reason=ERASED, subject_name=ERASED
    )
    unnamed = not address_is_held(patient, at) and not _may_be_asked_for(patient, at)
    if unnamed:
        _erase_identity(patient)
    kept = sum(len(found) for found in rows.stay.values())
    note(target=patient, second=second.actor_ref, rows=gone, kept_for_the_register=kept, name=unnamed)
    return patient


def _delete(rows: ClinicalRows) -> int:
    """Delete the rows past their guards; the event says of each signed one that it was erased by an act."""
    tables = [model._meta.db_table for model in rows.go]
    name_rows(
        {reference(row): NO_ROW for found in rows.go.values() for row in found if is_of_kept_model(row)}
    )
    gone = 0
    with guards.aside("default", tables):
        for model, found in rows.go.items():
            keys = [row.pk for row in found]
            for many in model._meta.many_to_many:
                through: Any = many.remote_field.through
                through._base_manager.filter(**{f"{many.m2m_field_name()}__in": keys}).delete()
            chosen = model._base_manager.filter(pk__in=keys)
            gone += chosen._raw_delete(chosen.db)
    return gone


def _may_be_asked_for(patient: Patient, at: datetime) -> bool:
    """Whether somebody may still ask what was disclosed, and under which consent."""
    if kept_kinds(patient, at)[ACCOUNTING].may_go:
        return False
    consents = DisclosureConsent.objects.filter(patient__in=patient.records)
    return consents.exists() or RecordDisclosure.objects.filter(patient__in=patient.records).exists()


def _erase_identity(patient: Patient) -> None:
    """The record number stays: the register names it."""
    person = patient.person
    Person.objects.filter(pk=person.pk).update(legal_name=ERASED, is_active=False)
    nobody = {
        "birth_date": NO_BIRTH_DATE,
        "search_names": "",
        "search_slips": "",
        "sex_at_birth": Sex.UNKNOWN,
    }
    Patient.objects.filter(pk__in=patient.records).update(**nobody)
    patient.refresh_from_db()
