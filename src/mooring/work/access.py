"""Who may be handed what: a person's tasks, a link's task."""

from datetime import datetime

from django.core import signing
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.models import LinkState, Task, TaskLink
from mooring.work.queries import tasks_of

COOKIE = "mooring_task"
COOKIE_SECONDS = 3 * 3600
SALT = "work.link"


def get_task_for(person: Person, pk: int, at: datetime) -> Task:
    """A task that is this person's, or open to a role they hold; 404 otherwise."""
    task = tasks_of(person, at).filter(pk=pk).first() or Task.objects.filter(pk=pk, fallback=person).first()
    if task is None:
        raise Http404
    return task


def cookie_for(link: TaskLink) -> str:
    """The cookie that stands for the opened link: signed, short-lived, useless for any other task."""
    return signing.dumps({"link": link.pk, "token": link.token_hash[:16]}, salt=SALT)


def get_link_for(request: HttpRequest, *, kind: str, at: datetime) -> TaskLink:
    """The opened link of this kind that the visitor's cookie stands for.

    404 without one; `Refused` with a sentence for the visitor when it ran out or was answered.
    """
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    link = TaskLink.objects.select_related("person", "site").filter(pk=held["link"], kind=kind).first()
    if link is None or link.token_hash[:16] != held["token"]:
        raise Http404
    if link.state == LinkState.DONE:
        raise Refused(_("This is already done. You do not need to do anything more."))
    if link.state == LinkState.WITHDRAWN or link.expires_at <= at:
        raise Refused(_("This link has expired. Please ask the clinic for a new one."))
    return link
