"""Who may see the board: by a role that reads every session of the site, or on a wall by its own credential."""

import hashlib

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from mooring.audit.looking import saw
from mooring.care.floor.models import WallScreen
from mooring.care.floor.queries import BoardRow
from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission, Reach

COOKIE = "mooring_wall"
SALT = "care.floor.wall"
OPENING_SALT = "care.floor.opening"
OPENING_S = 12 * 3600
"""A board is opened once a shift: so long it looks again under the same opening."""


def sites_of(person: Person) -> list[Site]:
    """The sites whose board this person may see; 403 for who may see none."""
    ids = person.sites_where(Permission.SESSIONS_READ, Reach.SITE)
    if not ids:
        raise PermissionDenied
    return list(Site.objects.filter(pk__in=ids).order_by("name"))


def get_site_for(person: Person, pk: int) -> Site:
    """One of those sites; 404 for any other."""
    found = next((site for site in sites_of(person) if site.pk == pk), None)
    if found is None:
        raise Http404
    return found


def saw_rows(person: Person, rows: list[BoardRow]) -> None:
    """Every patient on the board was shown to this person."""
    saw(person, [row.session.subject_ref for row in rows if row.session is not None])


def opening_of(person: Person, site_id: int) -> str:
    """The mark of an opening that is on the access log; with it the board looks again (docs/decisions/0009)."""
    return signing.dumps([site_id, person.pk], salt=OPENING_SALT)


def is_same_opening(person: Person, site_id: int, opening: str) -> bool:
    try:
        return bool(signing.loads(opening, salt=OPENING_SALT, max_age=OPENING_S) == [site_id, person.pk])
    except signing.BadSignature:
        return False


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def get_wall(token: str) -> WallScreen:
    """The screen of this token; 404 for none, and for one that was revoked."""
    found = WallScreen.objects.select_related("site").filter(token_hash=hash_of(token)).first()
    if found is None or found.revoked_at is not None:
        raise Http404
    return found


def get_wall_for(request: HttpRequest) -> WallScreen:
    """The screen that this browser was opened as; 404 without its cookie. It opens no other address."""
    try:
        return get_wall(str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)))
    except signing.BadSignature as error:
        raise Http404 from error


def get_screen_for(person: Person, pk: int) -> WallScreen:
    """A screen of a site that this person may change."""
    sites = person.sites_where(Permission.SITES_MANAGE)
    found = WallScreen.objects.select_related("site").filter(pk=pk, site__in=sites).first()
    if found is None:
        raise Http404
    return found
