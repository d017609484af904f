"""Who may be handed which order: the buyer their own, who manages orders everybody's at their sites."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mooring.academy.courses.models import Course
from mooring.academy.learning.models import CourseOffer
from mooring.academy.learning.queries import open_offer
from mooring.academy.orders.models import Order, RefundRequest
from mooring.audit.looking import saw
from mooring.identity.access import must_hold
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Permission


def _orders() -> "QuerySet[Order]":
    return Order.objects.select_related("buyer", "course", "offer", "code")


def get_order_for(person: Person, pk: int, *, to: str = "read") -> Order:
    """An order: its buyer's own; 404 for a stranger. To manage it takes the permission at the buyer's site."""
    found = _orders().filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.buyer_id == person.pk:
        if to == "manage" and not _manages(person, found.buyer_id):
            raise PermissionDenied
        return found
    if not _manages(person, found.buyer_id):
        raise Http404
    saw(person, [found.subject_ref])
    return found


def _manages(person: Person, buyer_pk: int) -> bool:
    sites = person.sites_where(Permission.ORDERS_MANAGE)
    return RoleAssignment.objects.filter(site__in=sites, person=buyer_pk).exists()


def orders_to_manage(person: Person) -> "QuerySet[Order]":
    """Orders of everybody at the sites where `person` manages orders; 403 for who does nowhere."""
    must_hold(person, Permission.ORDERS_MANAGE)
    sites = person.sites_where(Permission.ORDERS_MANAGE)
    buyers = RoleAssignment.objects.filter(site__in=sites).values("person")
    return _orders().filter(buyer__in=buyers).order_by("-ordered_at", "-pk")


def get_refund_request_for(person: Person, pk: int) -> RefundRequest:
    """A request for a refund, for who manages the buyer's orders; 404 for everybody else."""
    found = (
        RefundRequest.objects.select_related("order__buyer", "order__course", "order__offer")
        .filter(pk=pk)
        .first()
    )
    if found is None or not _manages(person, found.order.buyer_id):
        raise Http404
    saw(person, [found.subject_ref])
    return found


def get_course_to_sell(person: Person, slug: str) -> Course:
    """A published course, for who manages orders; 403 for everybody else, 404 when there is none."""
    must_hold(person, Permission.ORDERS_MANAGE)
    found = Course.objects.filter(slug=slug, published__gt=0).first()
    if found is None:
        raise Http404
    return found


def get_offer_to_buy(slug: str) -> CourseOffer:
    """The open offer of a course; 404 when it is not sold."""
    course = Course.objects.filter(slug=slug, published__gt=0).first()
    offer = open_offer(course) if course is not None else None
    if offer is None:
        raise Http404
    return offer
