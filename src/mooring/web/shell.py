"""What every page shows: navigation by role, the clock, who and where, the demonstration mark."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission, Reach
from mooring.web.idle import seconds_allowed
from mooring.web.stream_address import stream_root
from mooring.work.queries import installation_state

THEMES = ("day", "room")
ROOTS = {"learning": "catalogue"}
"""Where an entry leads into the middle of its pages: the page whose path starts all of theirs."""


@dataclass(frozen=True)
class Way:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool
    count: int | None = None


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the base templates, computed only when a template asks for it."""
    theme = request.COOKIES.get("theme", "day")
    return {
        "shell": SimpleLazyObject(lambda: _shell(request)),
        "theme": theme if theme in THEMES else "day",
        "now": timezone.now(),
        "stream_root": SimpleLazyObject(lambda: stream_root(request)),
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    visitor = getattr(request, "user", None)
    person = visitor if isinstance(visitor, Person) and visitor.is_authenticated else None
    site = person.standing[0].site if person and person.standing else None
    installation = installation_state(person, timezone.now())
    day = installation.demonstration_day
    return {
        "person": person,
        "role_line": _role_line(person) if person else "",
        "site": site,
        "nav": _ways(request, person, installation.tasks) if person else [],
        "clock": installation.clock,
        "demonstration": installation.demonstration,
        "demonstration_of": day if _is_over(day) else None,
        "theme": request.COOKIES.get("theme", "day"),
        "idle_seconds": seconds_allowed(request) if person else 0,
        "kept_typing": getattr(request, "kept_typing", False),
        "public_address": settings.PUBLIC_ADDRESS,
        "clinic_phones": _clinic_phones,
        "crisis_lines": _crisis_lines(getattr(request, "site_shown", None) or site),
    }


def _is_over(day: date | None) -> bool:
    """Whether the demonstration was made for a day that is over: what it calls today is yesterday's."""
    return day is not None and day != timezone.now().date()


def _clinic_phones() -> list[tuple[str, str]]:
    """How each site is called; asked only by a page that shows it."""
    return list(Site.objects.order_by("name").values_list("name", "phone")[:6])


def _crisis_lines(site: Site | None) -> list[dict[str, str]]:
    """The site's lines for help in danger; a page without a site shows those of the first."""
    site = site or Site.objects.order_by("pk").first()
    return site.crisis_lines if site else []


def _role_line(person: Person) -> str:
    held = person.standing
    if not held:
        return ""
    roles = ", ".join(dict.fromkeys(str(each.get_role_display()) for each in held))
    return f"{roles}, {held[0].site}"


def _ways(request: HttpRequest, person: Person, tasks: int) -> list[Way]:
    may = {permission for permission in Permission if person.may(permission)}
    entries: list[tuple[str, str, bool]] = [
        (_("My work"), "my-work", True),
        (_("Referrals"), "referrals", Permission.LEADS_WORK in may),
        (_("Patients"), "patients", Permission.PATIENTS_OPEN in may),
        (_("Stock"), "stock", Permission.STOCK_READ in may),
        (_("REMS"), "rems", Permission.REMS_SEND in may and Permission.SAFETY_READ not in may),
        (_("Safety"), "adverse-events", Permission.SAFETY_READ in may),
        (_("Floor"), "floor", bool(person.sites_where(Permission.SESSIONS_READ, Reach.SITE))),
        (_("Courses"), "learning", True),
        (_("Knowledge"), "knowledge", True),
        (_("Lab"), "lab", True),
        (_("People"), "people", Permission.PEOPLE_MANAGE in may),
        (_("Audit"), "audit", Permission.AUDIT_READ in may),
    ]
    ways = []
    for label, name, shown in entries:
        if not shown:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:  # a room that has no page yet has no way to it
            continue
        root = reverse(ROOTS.get(name, name))
        current = request.path == url if url == "/" else request.path.startswith(root)
        count = tasks if name == "my-work" else None
        ways.append(Way(label=label, url=url, current=current, count=count))
    return ways
