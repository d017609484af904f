"""Who may be handed which questionnaire: by the patient's record, or by the single-task link."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.care.measures.models import Asked, AskedState, Concern
from mooring.care.patients.access import get_patient_for
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.access import get_link_for
from mooring.work.models import TaskLink
from mooring.work.queries import open_tasks_about

LINK = "measure"
FIELDS = ("patient__person", "patient__site", "asked_by")


def get_asked_for(person: Person, pk: int, *, to: Permission) -> Asked:
    """The questionnaire, and a row that says that `person` opened the patient's record."""
    asked = Asked.objects.filter(pk=pk).select_related(*FIELDS).first()
    if asked is None:
        raise Http404
    get_patient_for(person, asked.patient_id, to=to)
    return asked


def get_concern_for(person: Person, pk: int) -> Concern:
    """A concern: for whoever reads questionnaires of the patient, and for whoever was asked to answer it."""
    concern = (
        Concern.objects.filter(pk=pk).select_related("patient__person", "patient__site", "asked").first()
    )
    if concern is None:
        raise Http404
    task = open_tasks_about(concern, "concern").first()
    if task is not None and person in (task.owner, task.fallback):
        saw(person, [concern.subject_ref])
    else:
        get_patient_for(person, concern.patient_id, to=Permission.MEASURES_READ)
    return concern


def get_asked_on_link(
    request: HttpRequest, link_pk: int, at: datetime, *, shown: bool = True
) -> tuple[TaskLink, Asked]:
    """The patient's own questionnaire behind the link that the page's address names.

    404 without an opened link; `Refused` with a sentence for the visitor when it is over. An answer that
    shows nothing of the record (`shown` False: a draft is kept) is no opening.
    """
    link = get_link_for(request, link_pk, kind=LINK, at=at)
    asked = Asked.objects.filter(pk=int(link.about.rpartition(":")[2])).select_related(*FIELDS).first()
    if asked is None or asked.patient.person_id != link.person_id:
        raise Http404
    if asked.state != AskedState.OPEN:
        raise Refused(_("These questions are already answered. You do not need to do anything more."))
    if shown:
        saw(link.person, [asked.subject_ref])
    return link, asked
