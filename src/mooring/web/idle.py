"""A device that is left alone locks itself: a shared tablet after minutes, a desk later; its person goes on quickly.

The sign-in stands meanwhile, and what was typed is kept: by the page itself, which is only covered, or without
scripts in the session (`keep_typing`). What counts as use is a page that somebody opens or sends, or a hand on
the device that the page reports; a page that looks again by itself does not.
"""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.identity.models import DevicePin, Person, SitePolicy
from mooring.identity.queries import POLICY
from mooring.identity.resuming import confirm_resume, device_print, set_pin
from mooring.web.idle_forms import PinForm, ResumeForm
from mooring.web.locked_alerts import alerts_for
from mooring.work.pages import SignedInRequest, attempt, keep_typing, page, typed
from mooring.work.queries import is_in_use

STATE, DEVICE, KEY_COOKIE = "idle", "device", "device_key"
SHARED, DESK = "shared", "desk"
WRITE_EVERY_S = 30
"""The last use is written this often at most: not with every page."""
REMEMBERED_S = 180 * 86400
LOCKED = "X-Mooring-Locked"
OPEN = {"locked", "lock", "passkey-challenge", "here", "account_logout", "theme"}


def start_counting(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Note in the sign-in after how many minutes it locks, by the policies of the person's sites."""
    device = request.session.get(DEVICE) or request.COOKIES.get(DEVICE)
    state = {
        **_minutes(person),
        "device": DESK if device == DESK else SHARED,
        "at": timezone.now().timestamp(),
        "locked": False,
    }
    request.session[STATE] = state
    return state


def _minutes(person: Person) -> dict[str, int]:
    """The shortest of the person's sites; nothing locks in a demonstration, where nobody has a password."""
    if not is_in_use():
        return {SHARED: 0, DESK: 0}
    now, sites = timezone.now(), {held.site_id for held in person.standing}
    found = [policy for site in sites for policy in POLICY.records((site,), now)] or [SitePolicy()]
    return {
        SHARED: min(policy.idle_shared_minutes for policy in found),
        DESK: min(policy.idle_desk_minutes for policy in found),
    }


def seconds_allowed(request: HttpRequest) -> int:
    """How long this device may be left alone; 0 for ever. In the theme of the treatment room it is a shared one."""
    state = request.session.get(STATE)
    if not state:
        return 0
    in_room = request.COOKIES.get("theme") == "room"
    return int(state[SHARED if in_room else state["device"]]) * 60


def is_locked(request: HttpRequest) -> bool:
    """Whether the sign-in is locked, by somebody or because the device was left alone for too long."""
    state, allowed = request.session.get(STATE), seconds_allowed(request)
    if not state or not allowed:
        return bool(state and state["locked"])
    return bool(state["locked"]) or timezone.now().timestamp() - state["at"] > allowed


def note_use(request: HttpRequest) -> None:
    """Somebody used the device now."""
    state = request.session[STATE]
    now = timezone.now().timestamp()
    if now - state["at"] > WRITE_EVERY_S:
        request.session[STATE] = {**state, "at": now}


def _set_locked(request: HttpRequest, *, locked: bool) -> None:
    state = request.session.get(STATE) or {SHARED: 0, DESK: 0, "device": SHARED}
    request.session[STATE] = {**state, "locked": locked, "at": timezone.now().timestamp()}


def is_use(request: HttpRequest) -> bool:
    """Whether a person caused this request: not what an open page asks by itself.

    htmx names the element that somebody touched in `HX-Trigger`; the clock's line and pages that look again have
    none, or the clock's.
    """
    if request.method != "GET":
        return True
    if "text/event-stream" in request.headers.get("Accept", ""):
        return False
    return "HX-Request" not in request.headers or request.headers.get("HX-Trigger", "clock") != "clock"


class IdleMiddleware:
    """While the device is locked nothing opens but the way to go on; what is sent meanwhile is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, named: object
    ) -> HttpResponse | None:
        person, match = request.user, request.resolver_match
        if not isinstance(person, Person) or not getattr(view, "login_required", True):
            return None
        if match is not None and match.url_name in OPEN:
            return None
        if STATE not in request.session:
            start_counting(request, person)
        if is_locked(request):
            return _refuse(request)
        if seconds_allowed(request) and is_use(request):
            note_use(request)
        return None


def _refuse(request: HttpRequest) -> HttpResponse:
    if not request.session[STATE]["locked"]:
        _set_locked(request, locked=True)
    if request.method == "POST":
        keep_typing(request)
    if "HX-Request" in request.headers:
        return _locked_part(request)
    back = request.get_full_path() if request.method == "GET" else request.path
    return redirect(f"{reverse('locked')}?{urlencode({'next': back})}")


def _locked_part(request: HttpRequest) -> HttpResponse:
    """What a part of a page gets while the device is locked: nothing, or, where something was sent, that it waits."""
    headers = {LOCKED: "yes", "HX-Trigger": "mooring-locked"}
    if request.method != "POST":
        return HttpResponse(status=204, headers=headers)
    said = _("This device is locked. This is not saved yet, and not lost: continue, then send it again.")
    return HttpResponse(said, status=423, content_type="text/plain; charset=utf-8", headers=headers)


def locked(request: SignedInRequest) -> HttpResponse:
    """Go on with the PIN of this device or the password; a page that is open beneath stays as it is."""
    back = _back(request)
    if not is_locked(request):
        return HttpResponse(status=204) if request.htmx else redirect(back)
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_resume(
                request.user,
                form.cleaned_data["given"],
                device_key=request.COOKIES.get(KEY_COOKIE, ""),
                address=str(request.META.get("REMOTE_ADDR", "")),
                at=timezone.now(),
            )
        if tried.done:
            _set_locked(request, locked=False)
            return HttpResponse(status=204) if request.htmx else redirect(back)
    context = {"form": form, "back": back, "has_pin": _has_pin(request), "alerts": alerts_for(request.user)}
    template = "account/locked_part.html" if request.htmx else "account/locked.html"
    return page(request, template, context)


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return reverse(settings.LOGIN_REDIRECT_URL)


def _has_pin(request: SignedInRequest) -> bool:
    device = device_print(request.COOKIES.get(KEY_COOKIE, ""))
    return DevicePin.objects.filter(person=request.user, device=device, wrong__lt=3).exists()


@require_POST
def lock(request: SignedInRequest) -> HttpResponse:
    """Lock this device now."""
    _set_locked(request, locked=True)
    if request.htmx:
        alerts = alerts_for(request.user)
        context = {"form": ResumeForm(), "has_pin": _has_pin(request), "alerts": alerts}
        return render(request, "account/locked_part.html", context)
    return redirect(f"{reverse('locked')}?{urlencode({'next': _back(request)})}")


@require_POST
def here(request: SignedInRequest) -> HttpResponse:
    """A page reports that somebody types or reads on it."""
    if is_locked(request):
        return HttpResponse(status=204, headers={LOCKED: "yes"})
    if STATE in request.session:
        note_use(request)
    return HttpResponse(status=204)


def pin(request: SignedInRequest) -> HttpResponse:
    """Set a PIN for this device; it asks for the password first."""
    form = typed(request, PinForm)
    if request.method == "POST" and form.is_valid():
        key = request.COOKIES.get(KEY_COOKIE) or secrets.token_urlsafe(32)
        with attempt(request, form) as tried:
            form.confirm(request.user)
            set_pin(
                person=request.user,
                device_key=key,
                pin=form.cleaned_data["pin"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("The PIN works on this device, when it has locked itself."))
            answer = redirect("my-work")
            answer.set_cookie(
                KEY_COOKIE,
                key,
                max_age=REMEMBERED_S,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Strict",
            )
            return answer
    return page(request, "account/pin.html", {"form": form})
