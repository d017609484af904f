"""Erasing what may go of a person who is no longer treated: how to reach them, and whom to call for them."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.disclosures.queries import CONTACT, kept_kinds
from mooring.care.patients.models import Patient, SupportPerson, search_keys_of
from mooring.identity.models import Person
from mooring.rules.retention import Keeping
from mooring.rules.verdict import Refused
from mooring.sentences.times import full_day_words
from mooring.work.actions import withdraw_links_of
from mooring.work.models import Message

ERASED = "-"


@recorded("care.disclosures.contact-erased")
def erase_contact(*, patient: Patient, by: Person, at: datetime) -> Patient:
    """Erase phone, e-mail, chosen name and pronouns, support people and the words of messages.

    The clinical record stays with name, birth date and number, as long as its own rule says. Refused before the day.
    """
    judged = kept_kinds(patient, at)[CONTACT].judged
    if judged.keeping == Keeping.STAYS_UNTIL and judged.from_day is not None:
        raise Refused(
            _("Contact details are kept until {day}, by the rule of this site.").format(
                day=full_day_words(judged.from_day)
            )
        )
    if judged.keeping != Keeping.MAY_GO:
        raise Refused(_("No rule in the pack in force says that contact details may go."))
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
    withdraw_links_of(person=person, by=by, at=at)
    note(target=patient, support_people=gone, messages=said)
    return patient
