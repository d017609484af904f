"""Setting up a screen on a wall, and taking it down."""

import secrets
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.floor.access import hash_of
from mooring.care.floor.models import WallScreen
from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused


@recorded("care.floor.wall-screen-made")
def make_wall_screen(*, site: Site, name: str, by: Person, at: datetime) -> tuple[WallScreen, str]:
    """A screen of this site and its token, which is shown once and stored nowhere."""
    if site.pk not in by.sites_where(Permission.SITES_MANAGE):
        raise PermissionDenied
    if not name.strip():
        raise Refused(_("Name the screen by where it hangs."))
    token = secrets.token_urlsafe(32)
    screen = WallScreen.objects.create(
        site=site, name=name.strip(), token_hash=hash_of(token), made_by=by, made_at=at
    )
    note(target=screen, site=site.pk)
    return screen, token


@recorded("care.floor.wall-screen-revoked")
def revoke_wall_screen(*, screen: WallScreen, by: Person, at: datetime) -> WallScreen:
    """From now on the screen shows nothing."""
    revoked = WallScreen.objects.filter(pk=screen.pk, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by=by
    )
    if revoked != 1:
        raise Refused(_("This screen was taken down a moment ago."))
    screen.refresh_from_db()
    note(target=screen)
    return screen
