"""The audit of a site for who may read it: what its people did, the seals, and a full verification."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mooring.audit import seals
from mooring.audit.models import Event, Seal
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.work.backups import last_backup
from mooring.work.models import TimeStamp
from mooring.work.pages import SignedInRequest, page
from mooring.work.verifying import what_is_wrong

A_PAGE = 50
STREAM_WORDS = {"events": gettext_lazy("Events"), "access": gettext_lazy("Access history")}
LONGEST_NUMBER = 18
READ = Permission.AUDIT_READ


@dataclass(frozen=True)
class SealedStream:
    """One stream with its newest seal."""

    name: str
    seal: Seal | None


def audit(request: SignedInRequest) -> HttpResponse:
    """Acts of the people of one's sites, newest first; filtered by a person or a part of an act's name.

    A page begins after the last row of the one before, and nothing is counted: the table grows for years.
    """
    people = _people(request.user)
    events = Event.objects.filter(actor__in=[each.actor_ref for each in people]).order_by("-id")
    who, what = request.GET.get("who", "")[:80], request.GET.get("what", "").strip()[:80]
    if who:
        events = events.filter(actor=who)
    if what:
        events = events.filter(name__contains=what)
    before = request.GET.get("before", "")
    begins_before = int(before) if before.isdecimal() and len(before) < LONGEST_NUMBER else None
    if begins_before is not None:
        events = events.filter(pk__lt=begins_before)
    shown = list(events[: A_PAGE + 1])
    context = {
        "events": shown[:A_PAGE],
        "older": shown[A_PAGE - 1].pk if len(shown) > A_PAGE else None,
        "first": begins_before is None,
        "people": people,
        "who": who,
        "what": what,
        "backup": last_backup(),
        "time_stamp": TimeStamp.objects.order_by("-pk").first(),
        "streams": [
            SealedStream(str(STREAM_WORDS.get(each.name, each.name)), _newest(each.name))
            for each in seals.STREAMS
        ],
    }
    return page(request, "desk/audit.html", context)


@require_POST
def verify(request: SignedInRequest) -> HttpResponse:
    """Recompute every row, seal and signature of a passkey now, and look at the guards."""
    _people(request.user)
    wrong = "; ".join(what_is_wrong())
    if wrong:
        said = _("Something was changed: {what}. Tell the privacy officer and keep the last signed head.")
        messages.error(request, said.format(what=wrong))
    else:
        messages.success(request, _("Every row and every seal is unchanged."))
    return redirect("audit")


def _people(person: Person) -> list[Person]:
    """Everyone who holds or held a role at the sites whose audit one may read."""
    sites = person.sites_where(READ)
    if not sites:
        raise PermissionDenied
    return list(Person.objects.filter(roles__site__in=sites).distinct().order_by("legal_name"))


def _newest(stream: str) -> Seal | None:
    return Seal.objects.filter(stream=stream).defer("rows").order_by("-number").first()
