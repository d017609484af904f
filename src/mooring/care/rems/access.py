"""Who may be handed which session's form: always through the patient's record."""

from django.db.models import QuerySet
from django.http import Http404

from mooring.care.patients.access import get_patient_for
from mooring.care.rems.models import MonitoringForm
from mooring.care.rems.queries.board import dosed_sessions
from mooring.care.sessions.models import Session
from mooring.identity.access import must_hold, sites_for
from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission

READ = Permission.REMS_READ


def sites_with_board(person: Person) -> list[Site]:
    """The sites whose board this person may read; 403 for who may read none."""
    must_hold(person, READ)
    return list(sites_for(person, READ))


def get_session_with_form(person: Person, pk: int, *, to: Permission = READ) -> Session:
    """A session in which esketamine was given; 404 for a stranger to its patient, 403 for who may not do this."""
    found = dosed_sessions_of_all().filter(pk=pk).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found


def dosed_sessions_of_all() -> "QuerySet[Session]":
    return (
        dosed_sessions(Site.objects.values_list("pk", flat=True))
        .select_related(
            "patient__person",
            "patient__site",
            "cycle__treatment__patient__site",
            "order__weight",
            "pack",
            "opened_by",
        )
        .defer("pack__body")
    )


def get_form_for(person: Person, pk: int, *, to: Permission = READ) -> MonitoringForm:
    """One signed form; 404 for a stranger to its patient, 403 for who may not do this."""
    rows = MonitoringForm.objects.select_related(
        "session__cycle",
        "patient__person",
        "patient__site",
        "signed_by",
        "sent_by",
        "confirmed_by",
        "replaces",
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found
