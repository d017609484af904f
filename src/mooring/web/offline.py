"""What a browser keeps so that a session goes on without a network: a service worker, and one page that names nobody.

The worker keeps what is the same for everybody. What it must not keep, the page itself, lies encrypted in the
browser's own store (`js/store.js`, `js/pack.js`); see docs/decisions/0020.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

STATIC = Path(__file__).resolve().parent / "static"
WORKER = "mooring/js/worker.js"
PAGE = STATIC.parent / "templates" / "offline.html"
LIBRARIES = ("django_htmx/htmx-2.min.js", "uplot/uPlot.min.css", "uplot/uPlot.iife.js", "mooring/mark.svg")


@cache
def assets() -> tuple[str, ...]:
    """Every file that a page in the room loads, by its name under the static address."""
    ours = sorted((STATIC / "mooring").glob("css/*.css")) + sorted((STATIC / "mooring").glob("js/*.js"))
    names = [str(path.relative_to(STATIC)) for path in ours]
    return (*(name for name in names if name != WORKER), *LIBRARIES)


@cache
def version() -> str:
    """Changes whenever one of the files does, or the page without a network."""
    digest = hashlib.sha256()
    for name in (*assets(), WORKER):
        found = finders.find(name)
        if found:
            digest.update(Path(str(found)).read_bytes())
    digest.update(PAGE.read_bytes())
    return digest.hexdigest()[:16]


@require_GET
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; from the root, because a worker only serves what lies beneath its own address."""
    before = {
        "VERSION": version(),
        "ASSETS": [static(name) for name in assets()],
        "OFFLINE": reverse("offline"),
    }
    text = f"self.mooring={json.dumps(before)};\n" + (STATIC / WORKER).read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_GET
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """The page that stands in where the network does not answer; it names nobody."""
    return render(request, "offline.html", {"version": version()})
