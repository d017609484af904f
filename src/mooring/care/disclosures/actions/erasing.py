"""Erasing what may go of a person who is no longer treated: how to reach them, and whom to call for them.

The words of the controlled-drug register and the files that came in are erased by their own rooms (stock, papers), each
held by `refuse_while_kept` and its own rule.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.disclosures.queries import CONTACT, address_is_held, refuse_while_kept
from mooring.care.patients.models import Patient, PostalAddress, SupportPerson, search_keys_of
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.actions import withdraw_links_of
from mooring.work.models import Message

ERASED = "-"


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
