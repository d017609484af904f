"""What every request and every answer pass at the door: who sent it, what a browser may do, what is never kept."""

import ipaddress
import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.identity.models import Person
from mooring.web.second_steps import SEEN, remember_second_step

logger = logging.getLogger(__name__)
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
LARGEST_BODY_BYTES = 12_000_000
"""The largest file that a form takes, and the form around it; nobody's body beyond it is read, signed in or not."""
NOT_HERE = {"TRACE", "TRACK", "CONNECT"}
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=(), publickey-credentials-get=(self), screen-wake-lock=(self)"
)
Answer = Callable[[HttpRequest], HttpResponse]


class ProxyMiddleware:
    """Believe what a proxy says about the visitor only when it is a trusted one (MOORING_TRUSTED_PROXIES).

    One setting for all: the address that limits count by and logs show, and whether the visitor came by https.
    From anybody else these headers are dropped.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.trusted = [ipaddress.ip_network(each) for each in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = self._visitor(request)
        else:
            by_https = request.META.get("HTTP_X_FORWARDED_PROTO") == "https"
            for name in FORWARDED:
                request.META.pop(name, None)
            if settings.HTTPS and by_https and not request.is_secure():
                return self._untrusted(request)
        if request.method in NOT_HERE:
            return HttpResponseNotAllowed(["GET", "POST", "HEAD"])
        if _length(request) > LARGEST_BODY_BYTES:
            said = _("This is larger than {mb} MB.").format(mb=LARGEST_BODY_BYTES // 1_000_000)
            return HttpResponse(said, status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)

    def _untrusted(self, request: HttpRequest) -> HttpResponse:
        """A proxy that is not trusted says https: a redirect would come back through it for ever."""
        logger.error(
            "proxy %s is not named in MOORING_TRUSTED_PROXIES", request.META.get("REMOTE_ADDR") or "(socket)"
        )
        said = _(
            "The proxy in front of this server is not trusted. Its administrator sets MOORING_TRUSTED_PROXIES."
        )
        return HttpResponse(said, status=421, content_type="text/plain; charset=utf-8")

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return bool(self.trusted) and address == ""  # a socket of this machine has no address
        return any(found in network for network in self.trusted)

    def _visitor(self, request: HttpRequest) -> str:
        """The last address in the chain that no trusted proxy stands for: what comes before it may be invented."""
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        for address in reversed(chain):
            if address and not self._is_trusted(address):
                return str(address)
        return str(request.META.get("REMOTE_ADDR", ""))


def _length(request: HttpRequest) -> int:
    """What the sender says; without a length nothing is read."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0


class HeadersMiddleware:
    """Headers of every answer; a page is stored nowhere unless its view says that it is public."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class SecondStepMiddleware:
    """Who signs or administers sets up a second step before anything else opens, where the site's policy asks it."""

    OPEN = ("mfa_", "account_", "theme", "clock", "health")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, named: object
    ) -> HttpResponse | None:
        person = request.user
        if not isinstance(person, Person) or request.session.get(SEEN):
            return None
        match = request.resolver_match
        if match is None or (match.url_name or "").startswith(self.OPEN):
            return None
        if not remember_second_step(request, person):
            return redirect(reverse("mfa_index"))
        return None
