"""Who may be handed which safe, container, entry, count or request: by the permissions at the safe's site."""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404

from mooring.audit.looking import saw
from mooring.care.stock.models import (
    BlindCount,
    ClosedDay,
    Container,
    Discrepancy,
    LedgerEntry,
    Lot,
    Safe,
    StockStatement,
    WitnessRequest,
)
from mooring.identity.access import must_hold, sites_for
from mooring.identity.models import Person
from mooring.identity.roles import Permission

M = TypeVar("M", bound=models.Model)
READ = Permission.STOCK_READ


def safes_for(person: Person, *, to: Permission = READ) -> "QuerySet[Safe]":
    """The safes of the sites at which `person` holds the permission; 403 for who holds it nowhere."""
    must_hold(person, to)
    return Safe.objects.filter(site__in=sites_for(person, to)).select_related("site").order_by("site", "name")


def get_safe_for(person: Person, pk: int, *, to: Permission = READ) -> Safe:
    """The safe; 404 for a stranger to its site's ledger, 403 for a reader who may not do this."""
    found = _found(Safe.objects.select_related("site").filter(pk=pk))
    _let_pass(person, found.site_id, to)
    return found


def get_container_for(person: Person, pk: int, *, to: Permission = READ) -> Container:
    """The container with its lot and safe; one that belongs to a patient is an opening of their record."""
    rows = Container.objects.select_related("lot", "safe__site", "patient__person")
    found = _found(rows.filter(pk=pk))
    _let_pass(person, found.safe.site_id, to)
    saw(person, [found.subject_ref])
    return found


def get_entry_for(person: Person, pk: int, *, to: Permission = READ) -> LedgerEntry:
    """One line of a ledger; for whom it was drawn is an opening of their record."""
    rows = LedgerEntry.objects.select_related(
        "container__lot",
        "container__safe__site",
        "safe__site",
        "patient__person",
        "patient__site",
        "order__cycle__treatment__patient",
        "draw",
        "by",
    )
    found = _found(rows.filter(pk=pk))
    _let_pass(person, found.safe.site_id, to)
    saw(person, [found.subject_ref])
    return found


def get_lot_for(person: Person, pk: int, *, to: Permission = READ) -> Lot:
    """A lot of a site, or of which a container came to one by transfer."""
    found = _found(Lot.objects.select_related("site").filter(pk=pk))
    held = found.containers.values_list("safe__site", flat=True).distinct()
    may = person.sites_where(to)
    _let_pass(person, next((site for site in held if site in may), found.site_id), to)
    return found


def get_count_for(person: Person, pk: int, *, to: Permission = Permission.STOCK_WITNESS) -> BlindCount:
    found = _found(BlindCount.objects.select_related("safe__site", "container", "started_by").filter(pk=pk))
    _let_pass(person, found.safe.site_id, to)
    return found


def get_discrepancy_for(person: Person, pk: int, *, to: Permission = READ) -> Discrepancy:
    rows = Discrepancy.objects.select_related(
        "container__lot", "container__safe__site", "count", "settled_by"
    )
    found = _found(rows.filter(pk=pk))
    _let_pass(person, found.container.safe.site_id, to)
    return found


def get_statement_for(person: Person, pk: int, *, to: Permission = READ) -> StockStatement:
    found = _found(
        StockStatement.objects.select_related("safe__site", "by", "countersigned_by").filter(pk=pk)
    )
    _let_pass(person, found.safe.site_id, to)
    return found


def get_closed_day_for(person: Person, pk: int) -> ClosedDay:
    found = _found(ClosedDay.objects.select_related("safe__site", "by").filter(pk=pk))
    _let_pass(person, found.safe.site_id, READ)
    return found


def get_witness_request_for(person: Person, pk: int) -> WitnessRequest:
    """What was asked of this person, or what whoever writes in the site's ledger may ask of another; else 404."""
    rows = WitnessRequest.objects.select_related(
        "entry__container__lot", "entry__safe__site", "entry__draw", "entry__patient__person", "asked", "by"
    )
    found = _found(rows.filter(pk=pk))
    if found.asked_id != person.pk:
        _let_pass(person, found.entry.safe.site_id, Permission.STOCK_WRITE)
    saw(person, [found.subject_ref])
    return found


def _found(rows: "QuerySet[M]") -> M:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _let_pass(person: Person, site: int, to: Permission) -> None:
    if site in person.sites_where(to):
        return
    if site in person.sites_where(READ):
        raise PermissionDenied
    raise Http404
