"""Where an open page hears that something is new, and the one more origin that it may connect to for that.

Behind a proxy it is a path of the same origin (`MOORING_STREAM=/stream/`); the bare `serve` listens on the next
port of the same host. Without either a page asks every ten seconds, as it does when its stream is cut.
"""

import os
from collections.abc import Callable

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse

STREAM_PORT = "MOORING_STREAM_PORT"
"""Set by `serve` for its worker processes; not a setting of an installation."""


def stream_root(request: HttpRequest) -> str:
    """The address before `session/5`; empty where nothing streams."""
    if settings.STREAM:
        return str(settings.STREAM)
    port = os.environ.get(STREAM_PORT)
    if not port:
        return ""
    host = (
        request.get_host().rpartition(":")[0]
        if request.get_host().rpartition("]")[2].count(":")
        else request.get_host()
    )
    return f"{request.scheme}://{host}:{port}/stream/"


class StreamMiddleware:
    """Lets a page connect to the streams' port; every other origin stays closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        root = stream_root(request)
        if root.startswith("http"):
            answer._csp_update = {"connect-src": [SELF, root.removesuffix("/stream/")]}  # type: ignore[attr-defined]
        return answer
