"""An account: its sign-in activity, a link for a new password, a lost second step, the door after wrong tries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mooring.audit.models import Event
from mooring.identity.access import get_colleague_for
from mooring.identity.actions import forget_tries
from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission
from mooring.identity.signing_in import activity_of
from mooring.work.invitations import reset_second_step, send_password_link
from mooring.work.pages import SignedInRequest, attempt, page

MANAGE, AUDIT = Permission.PEOPLE_MANAGE, Permission.AUDIT_READ
SHOWN = 100
WORDS = {
    "identity.sign-in.started": gettext_lazy("Signed in"),
    "identity.sign-in.refused": gettext_lazy("Wrong password at sign-in"),
    "identity.sign-in.delayed": gettext_lazy("Sign-in delayed after wrong passwords"),
    "identity.sign-in.ended": gettext_lazy("Signed out"),
    "identity.sign-in.resumed": gettext_lazy("Continued on a locked device"),
    "identity.sign-in.resume-refused": gettext_lazy("Wrong PIN or password on a locked device"),
    "identity.pin.set": gettext_lazy("PIN set for a device"),
    "identity.pin.forgotten": gettext_lazy("PINs removed"),
    "identity.signature.refused": gettext_lazy("Wrong password at a signature"),
    "identity.signature.delayed": gettext_lazy("Signature delayed after wrong passwords"),
    "identity.password.changed": gettext_lazy("Password changed"),
    "identity.password.set": gettext_lazy("Password set through a link"),
    "identity.second-step.added": gettext_lazy("Second step set up"),
    "identity.second-step.removed": gettext_lazy("Second step switched off"),
    "identity.second-step.reset": gettext_lazy("Second step removed by a colleague"),
    "identity.tries.forgotten": gettext_lazy("Waiting time lifted by a colleague"),
    "work.email.change-asked": gettext_lazy("Another e-mail address entered"),
    "work.email.changed": gettext_lazy("E-mail address changed"),
    "work.password-link.sent": gettext_lazy("Link for a new password sent"),
}


@dataclass(frozen=True)
class Activity:
    """One line of the list: what happened, when, from where, by whom."""

    event: Event

    @property
    def what(self) -> str:
        return str(WORDS[self.event.name])

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def address(self) -> str:
        return str(self.event.detail.get("address", ""))

    @property
    def device(self) -> str:
        return str(self.event.detail.get("device", ""))

    @property
    def by(self) -> str:
        """The colleague who did it; nothing where it was the person or nobody signed in."""
        return "" if self.event.actor in {self.event.target, "visitor"} else self.event.actor_name


def own_activity(request: SignedInRequest) -> HttpResponse:
    """One's own sign-ins, so that a stranger's shows."""
    return _activity(request, request.user, own=True)


def activity(request: SignedInRequest, pk: int) -> HttpResponse:
    """A colleague's, for who reads the audit of a site where they work."""
    return _activity(request, get_colleague_for(request.user, pk, to=AUDIT), own=False)


def _activity(request: SignedInRequest, person: Person, *, own: bool) -> HttpResponse:
    shown = [Activity(event) for event in activity_of(person)[:SHOWN]]
    return page(request, "desk/people/sign_ins.html", {"person": person, "shown": shown, "own": own})


@require_POST
def password_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the link for a new password to a colleague who asked for it."""
    person = get_colleague_for(request.user, pk, to=MANAGE)
    site = _shared_site(request.user, person)

    def act() -> object:
        return send_password_link(person=person, site=site, by=request.user, at=timezone.now())

    return _done(request, person, act, _("The link is on its way. It works once, for one hour."))


@require_POST
def second_step(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove the second step of a colleague who lost the phone."""
    person = get_colleague_for(request.user, pk, to=MANAGE)

    def act() -> object:
        return reset_second_step(person=person, by=request.user, at=timezone.now())

    return _done(request, person, act, _("Removed. A new one is set up at the next sign-in."))


@require_POST
def open_door(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lift the waiting time after wrong passwords."""
    person = get_colleague_for(request.user, pk, to=MANAGE)

    def act() -> object:
        return forget_tries(person=person, by=request.user, at=timezone.now())

    return _done(request, person, act, _("The waiting time is lifted."))


def _done(request: SignedInRequest, person: Person, act: Callable[[], object], said: str) -> HttpResponse:
    with attempt(request) as tried:
        act()
    if tried.reasons:
        messages.error(request, " ".join(tried.reasons))
    else:
        messages.success(request, said)
    return redirect("person", person.pk)


def _shared_site(manager: Person, person: Person) -> Site:
    ids = manager.sites_where(MANAGE)
    held = next((held for held in person.standing if held.site_id in ids), None)
    if held is None:
        raise Http404
    return held.site
