"""Who may be handed what, for sites and people."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission


def must_hold(person: Person, permission: Permission) -> None:
    """403 for who holds the permission at no site at all: the first line of a page that lists records."""
    if not person.may(permission):
        raise PermissionDenied


def sites_for(person: Person, to: Permission) -> "QuerySet[Site]":
    """The sites at which `person` holds the permission."""
    return Site.objects.filter(pk__in=person.sites_where(to)).order_by("name")


def get_site_for(person: Person, pk: int, *, to: Permission) -> Site:
    """The site; 404 for a stranger to it, 403 for one of its people without the permission."""
    here = {each.site_id: each.site for each in person.standing}
    if pk not in here:
        raise Http404
    if pk not in person.sites_where(to):
        raise PermissionDenied
    return here[pk]


def get_colleague_for(person: Person, pk: int, *, to: Permission) -> Person:
    """A person who holds a role at a site where `person` holds the permission."""
    if not person.may(to):
        raise PermissionDenied
    found = Person.objects.filter(pk=pk, roles__site_id__in=person.sites_where(to)).distinct().first()
    if found is None:
        raise Http404
    return found
