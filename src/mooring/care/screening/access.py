"""Who may be handed which screening: by the patient's record, or by the single-task link."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.care.patients.access import get_patient_for
from mooring.care.screening.models import Screening, ScreeningState
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.access import get_link_for
from mooring.work.models import TaskLink

LINK = "screening"
FIELDS = ("patient__person", "patient__site", "pack", "sent_by", "decided_by")


def get_screening_for(person: Person, pk: int, *, to: Permission) -> Screening:
    """The screening, and a row that says that `person` opened the patient's record."""
    screening = Screening.objects.filter(pk=pk).select_related(*FIELDS).defer("pack__body").first()
    if screening is None:
        raise Http404
    get_patient_for(person, screening.patient_id, to=to)
    return screening


def get_screening_on_link(
    request: HttpRequest, link_pk: int, at: datetime, *, shown: bool = True
) -> tuple[TaskLink, Screening]:
    """The patient's own screening behind the link that the page's address names.

    404 without an opened link; `Refused` with a sentence for the visitor when it is over. An answer that
    shows nothing of the record (`shown` False: a draft is kept) is no opening.
    """
    link = get_link_for(request, link_pk, kind=LINK, at=at)
    pk = int(link.about.rpartition(":")[2])
    screening = Screening.objects.filter(pk=pk).select_related(*FIELDS).defer("pack__body").first()
    if screening is None or screening.patient.person_id != link.person_id:
        raise Http404
    if screening.state != ScreeningState.SENT:
        raise Refused(_("These questions are already answered. You do not need to do anything more."))
    if shown:
        saw(link.person, [screening.subject_ref])
    return link, screening
