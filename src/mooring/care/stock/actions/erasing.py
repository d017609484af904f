"""Erasing what the register holds of a patient in words, once the rule of the place lets it go."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.disclosures.actions.erasing import ERASED, erase_addresses
from mooring.care.disclosures.queries import LEDGER, refuse_while_kept
from mooring.care.patients.models import Patient
from mooring.care.stock.models import EntryNote
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("care.stock.words-erased")
def erase_ledger_words(*, patient: Patient, by: Person, at: datetime) -> Patient:
    """Erase the words at the ledger's lines about a patient, and the postal address that the register bears.

    The lines stay with their digests, so that balance and chain are what they were. Refused before the day of the rule
    of the place (in the United States two years after the last line, 21 CFR 1304.04).
    """
    refuse_while_kept(patient, LEDGER, at)
    notes = EntryNote.objects.filter(entry__patient__in=patient.records).exclude(text=ERASED)
    erased, addresses = notes.update(text=ERASED), erase_addresses(patient)
    if not erased and not addresses:
        raise Refused(_("The register holds no words about this patient."))
    note(target=patient, notes=erased, addresses=addresses)
    return patient
