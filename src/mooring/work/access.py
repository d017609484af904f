"""Who may be handed what: a person's tasks, a link's task.

An opened link has an address of its own (`/care/measures/answer/<link>/`) and a cookie of its own, and every
form on its pages carries it signed. So two links that are open in one browser never meet: which record a form
writes is decided by the form, never by what was opened last.
"""

from datetime import datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest

from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.actions import why_closed
from mooring.work.models import Task, TaskLink
from mooring.work.queries import tasks_of

COOKIE = "mooring_task"
COOKIE_SECONDS = 3 * 3600
FORM_SECONDS = 24 * 3600  # a page that stayed open overnight still sends what was typed; it shows nothing
COOKIE_SALT, FORM_SALT = "work.link", "work.link.form"
FIELD = "link"


def get_task_for(person: Person, pk: int, at: datetime) -> Task:
    """A task that is this person's, or open to a role they hold; 404 otherwise."""
    task = tasks_of(person, at).filter(pk=pk).first() or Task.objects.filter(pk=pk, fallback=person).first()
    if task is None:
        raise Http404
    return task


def cookie_name(link: TaskLink) -> str:
    return f"{COOKIE}_{link.pk}"


def cookie_for(link: TaskLink) -> str:
    """The cookie that stands for one opened link: signed, short-lived, useless for any other."""
    return signing.dumps(_proof(link), salt=COOKIE_SALT)


def form_proof(link: TaskLink) -> str:
    """What every form behind a link carries: the link that it belongs to, signed."""
    return signing.dumps(_proof(link), salt=FORM_SALT)


def _proof(link: TaskLink) -> dict[str, Any]:
    return {"link": link.pk, "token": link.token_hash[:16]}


def get_link_for(request: HttpRequest, pk: int, *, kind: str, at: datetime) -> TaskLink:
    """The opened link of this kind that the page's address names.

    404 unless the visitor opened this very link, shown by its cookie or by the form that they send; a form of
    another link is refused whatever cookies there are. `Refused` with a sentence for the visitor when the
    link expired or its task is done.
    """
    link = TaskLink.objects.select_related("person", "site").filter(pk=pk, kind=kind).first()
    if link is None or not _opened(request, link):
        raise Http404
    closed = why_closed(link, at)
    if closed:
        raise Refused(closed)
    request.task_link = link  # type: ignore[attr-defined]
    return link


def _opened(request: HttpRequest, link: TaskLink) -> bool:
    sent = request.POST.get(FIELD, "") if request.method == "POST" else ""
    if sent:
        return _proves(sent, link, FORM_SALT, FORM_SECONDS)
    return _proves(request.COOKIES.get(cookie_name(link), ""), link, COOKIE_SALT, COOKIE_SECONDS)


def _proves(signed: str, link: TaskLink, salt: str, seconds: int) -> bool:
    try:
        return bool(signing.loads(signed, salt=salt, max_age=seconds) == _proof(link))
    except signing.BadSignature:
        return False
