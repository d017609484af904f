"""Who may be handed which lead."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mooring.audit.looking import saw
from mooring.care.referrals.models import Lead
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def leads_for(person: Person, to: Permission = Permission.LEADS_WORK) -> "QuerySet[Lead]":
    """The leads of the sites where `person` answers them, the longest waiting first."""
    found = Lead.objects.filter(site__in=person.sites_where(to))
    return found.select_related("site", "owner", "patient__person").order_by("since", "pk")


def get_lead_for(person: Person, pk: int, *, to: Permission = Permission.LEADS_WORK) -> Lead:
    """The lead, and a row that says that `person` opened it.

    404 for a stranger to the site, 403 for a colleague there who does not answer leads.
    """
    lead = leads_for(person, to).filter(pk=pk).first()
    if lead is None:
        here = {each.site_id for each in person.standing}
        if Lead.objects.filter(pk=pk, site__in=here).exists():
            raise PermissionDenied
        raise Http404
    saw(person, [lead.subject_ref])
    return lead
