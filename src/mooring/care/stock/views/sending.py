"""How a form of this room is sent: once, with its refusal on the page, and which browser sent it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.work.pages import SignedInRequest, attempt, take_kept

T = TypeVar("T")
DEVICE, DEVICE_SECONDS = "device", 400 * 24 * 3600


def posted(request: SignedInRequest) -> QueryDict | None:
    """What was sent now, or what an expired sign-in kept."""
    return request.POST if request.method == "POST" else take_kept(request)


def sent(request: SignedInRequest, form: BaseForm, act: Callable[[], object], saved: str) -> bool:
    """Do the act for a valid form, once; whether it is done. A refusal stands in the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    with attempt(request, form) as tried:
        act()
    if tried.done:
        messages.success(request, _("Already saved; nothing was saved twice.") if tried.repeated else saved)
    return tried.done


def pressed(request: SignedInRequest, act: Callable[[], T]) -> T | None:
    """Do the act of a button that asks nothing; a refusal is said on the page that comes next, and None is answered."""
    done = None
    with attempt(request) as tried:
        done = act()
    for reason in tried.reasons:
        messages.error(request, reason)
    return done


def device_of(request: SignedInRequest) -> str:
    """The mark of this browser, or empty before it has one."""
    return request.COOKIES.get(DEVICE, "")[:64]


def with_device(request: SignedInRequest, answer: HttpResponse) -> HttpResponse:
    """Give the browser its mark, by which a witness is told apart from who recorded the waste."""
    if not device_of(request):
        answer.set_cookie(
            DEVICE,
            uuid4().hex,
            max_age=DEVICE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
            path=reverse("stock"),
        )
    return answer
