"""The floor board for colleagues, the same for a screen on a wall, and the list of those screens."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mooring.care.floor import actions
from mooring.care.floor.access import (
    COOKIE,
    SALT,
    get_screen_for,
    get_site_for,
    get_wall,
    get_wall_for,
    is_same_opening,
    opening_of,
    saw_rows,
    sites_of,
)
from mooring.care.floor.forms import WallScreenForm
from mooring.care.floor.models import WallScreen
from mooring.care.floor.queries import BoardRow, board_sums, on_the_floor, site_board
from mooring.identity.models import Site
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page

WALL_S = 400 * 24 * 3600
"""How long a browser keeps a wall's cookie: as long as browsers keep any; revoking ends it at once."""


def floor(request: SignedInRequest) -> HttpResponse:
    """The board of the first site that this person may see."""
    return redirect("floor-site", sites_of(request.user)[0].pk)


def floor_site(request: SignedInRequest, pk: int) -> HttpResponse:
    """All rooms of a site; asked again by the open page under the same opening."""
    site = get_site_for(request.user, pk)
    opening = request.GET.get("opening", "")
    now = timezone.now()
    with timezone.override(site.zone):
        rows = site_board(site, now)
        if not (request.htmx and is_same_opening(request.user, site.pk, opening)):
            saw_rows(request.user, rows)
            opening = opening_of(request.user, site.pk)
        again = f"{reverse('floor-site', args=[site.pk])}?opening={opening}"
        context = {"site": site, "now": now, "again": again, "names": True, "opening": opening}
        context["sites"] = sites_of(request.user)
        context["may_hang"] = site.pk in request.user.sites_where(Permission.SITES_MANAGE)
        return _board(request, rows, context)


def _board(request: HttpRequest, rows: list[BoardRow], context: dict[str, object]) -> HttpResponse:
    part = bool(getattr(request, "htmx", False))
    context |= {"rows": rows, "sums": board_sums(rows), "people": on_the_floor(rows)}
    return page(request, "care/floor/rooms.html" if part else "care/floor/board.html", context)


@login_not_required
def wall_open(request: HttpRequest, token: str) -> HttpResponse:
    """Make this browser the screen of the token; the address in the bar then tells nothing."""
    get_wall(token)
    answer = redirect("floor-wall")
    answer.set_cookie(
        COOKIE,
        signing.dumps(token, salt=SALT),
        max_age=WALL_S,
        path=reverse("floor-wall"),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return answer


@login_not_required
def wall(request: HttpRequest) -> HttpResponse:
    """The board on a wall: initials alone, nothing to press."""
    screen = get_wall_for(request)
    now = timezone.now()
    with timezone.override(screen.site.zone):
        rows = site_board(screen.site, now)
        context = {
            "site": screen.site,
            "now": now,
            "again": reverse("floor-wall"),
            "wall": True,
        }
        return _board(request, rows, context)


def screens(request: SignedInRequest, pk: int) -> HttpResponse:
    """The screens of a site: set one up, take one down."""
    site = get_site_for(request.user, pk)
    if site.pk not in request.user.sites_where(Permission.SITES_MANAGE):
        raise PermissionDenied
    return _screens(request, site, WallScreenForm(data=request.POST if request.method == "POST" else None))


def _screens(request: SignedInRequest, site: Site, form: WallScreenForm) -> HttpResponse:
    address = ""
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            _screen, token = actions.make_wall_screen(
                site=site, name=form.cleaned_data["name"], by=request.user, at=timezone.now()
            )
            address = request.build_absolute_uri(reverse("floor-wall-open", args=[token]))
        if tried.done:
            form = WallScreenForm()
    context = {"site": site, "form": form, "address": address}
    context["screens"] = WallScreen.objects.filter(site=site, revoked_at__isnull=True).order_by("name")
    return page(request, "care/floor/screens.html", context)


def take_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """Revoke a screen."""
    screen = get_screen_for(request.user, pk)
    if request.method == "POST":
        with attempt(request):
            actions.revoke_wall_screen(screen=screen, by=request.user, at=timezone.now())
    return redirect("floor-screens", screen.site_id)
