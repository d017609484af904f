"""Of whom a second step at sign-in is asked: who signs or administers, where the site's policy says so."""

from datetime import datetime

from django.utils import timezone

from mooring.identity.models import Person
from mooring.identity.queries import POLICY
from mooring.identity.roles import Permission, Role, reach_of

SIGNS_OR_ADMINISTERS = frozenset(
    {
        Permission.SCREENING_DECIDE,
        Permission.CONSENTS_TAKE,
        Permission.TREATMENTS_SIGN,
        Permission.TREATMENTS_END,
        Permission.ORDERS_SIGN,
        Permission.SESSIONS_SIGN_OFF,
        Permission.SESSIONS_WRITE,
        Permission.PEOPLE_MANAGE,
        Permission.SITES_MANAGE,
        Permission.CREDENTIALS_MANAGE,
        Permission.POLICY_SIGN,
        Permission.PACK_SIGN,
        Permission.AUDIT_READ,
        Permission.COURSES_PUBLISH,
        Permission.CREDITS_MANAGE,
    }
)


def sites_where_signing(person: Person) -> set[int]:
    """The sites at which a role of this person signs or administers."""
    return {
        held.site_id
        for held in person.standing
        if any(reach_of(held.role, permission) for permission in SIGNS_OR_ADMINISTERS)
    }


def is_asked_of(person: Person) -> bool:
    """Whether any of these sites asks for it; a site without a policy does. Of who comes from outside it always is."""
    if any(held.role == Role.EXTERNAL for held in person.standing):
        return True
    now = timezone.now()
    return any(_site_asks(site_id, now) for site_id in sites_where_signing(person))


def _site_asks(site_id: int, now: datetime) -> bool:
    return all(policy.second_step for policy in POLICY.records((site_id,), now))
