"""Erasing what the register holds of a patient in words."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from mooring.care.disclosures.erase_page import erase_page
from mooring.care.disclosures.queries import LEDGER
from mooring.care.patients.access import get_patient_for
from mooring.care.stock import actions
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest


def erase(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """What would go, the rule that holds it, and the signature."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.RECORDS_ERASE)
    words = _(
        "The postal address and the words at the ledger’s lines are erased. The lines stay with their amounts and "
        "digests. This cannot be undone."
    )
    done = _("Words of the register are erased.")
    return erase_page(request, patient, LEDGER, actions.erase_ledger_words, words=words, done=done)
