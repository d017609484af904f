"""How a page answers: forms that keep what was typed, acts sent once, refusals shown where they happened.

A view reads: access first, then

    form = typed(request, SignForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            sign_treatment(treatment=treatment, by=request.user, at=now())
        if tried.done:
            return redirect("treatment", treatment.pk)
    return page(request, "care/treatments/sign.html", {"treatment": treatment, "form": form})
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core import signing
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from mooring.audit.models import Event
from mooring.audit.recording import AlreadyDone, sent_once
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.sentences.times import birthday_words
from mooring.work.access import form_proof
from mooring.work.models import TaskLink

F = TypeVar("F", bound=BaseForm)
KEPT = "kept_typing"
BY_SALT = "work.pages.by"


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in (the shell lets no other through)."""

    user: Person
    htmx: HtmxDetails


class KeyedForm(Form):
    """A form with a key (`once`) of its own, for pages with several forms: each can be sent for itself."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self.once = uuid4()
        super().__init__(*args, **named)


@dataclass
class Attempt:
    """What became of an act: `done`, `repeated` (the same form was sent before), or refused."""

    done: bool = False
    repeated: bool = False
    refused: Refused | None = None
    reasons: list[str] = field(default_factory=list)


@contextmanager
def attempt(request: HttpRequest, form: BaseForm | None = None) -> Iterator[Attempt]:
    """Run an act for a sent form: once for its key; a refusal becomes the form's error."""
    tried = Attempt()
    try:
        with sent_once(once_key(request)):
            yield tried
        tried.done = True
    except AlreadyDone:
        tried.done = tried.repeated = True
    except Refused as refused:
        tried.refused = refused
        tried.reasons = list(refused.reasons)
        if form is not None:
            for reason in refused.reasons:
                form.add_error(None, reason)


def once_key(request: HttpRequest) -> UUID | None:
    """The key that the page put into its form; None for a form without one."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def was_sent(request: HttpRequest) -> bool:
    """Whether this very form was sent before and its act was done: a second click, not a second reading."""
    key = once_key(request)
    return key is not None and Event.objects.filter(once=key).exists()


def typed(request: HttpRequest, form_class: type[F], **arguments: Any) -> F:
    """The form with what was typed: sent now, or kept from before the sign-in ran out, or fresh."""
    if request.method == "POST":
        return form_class(data=request.POST, **arguments)
    kept = take_kept(request)
    if kept is not None:
        arguments["initial"] = {**arguments.get("initial", {}), **kept.dict()}
    return form_class(**arguments)


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int | None = None
) -> HttpResponse:
    """The page; 422 when its form was sent and has errors."""
    context = dict(context or {})
    form = context.get("form")
    if status is None:
        status = 422 if isinstance(form, BaseForm) and form.is_bound and form.errors else 200
    context.setdefault("once", uuid4())
    if request.user.is_authenticated:
        context.setdefault("typed_by", signing.dumps(request.user.pk, salt=BY_SALT))
    link: TaskLink | None = getattr(request, "task_link", None)
    if link is not None:
        context |= {"task_link": link, "link_proof": form_proof(link), "whose": _whose(link)}
    return render(request, template, context, status=status)


def _whose(link: TaskLink) -> str:
    """Whose page it is, on a phone that other people may see: the first name, the birthday without its year."""
    person = link.person
    name = person.chosen_name or person.legal_name.split()[0]
    if link.birth_date is None:
        return _("For {name}").format(name=name)
    return _("For {name}, born {day}").format(name=name, day=birthday_words(link.birth_date))


def keep_typing(request: HttpRequest) -> None:
    """Keep what an expired sign-in sent, in the visitor's session, for the same person and address.

    What no page of ours gave to somebody signed in is never stored.
    """
    try:
        signing.loads(request.POST.get("typed_by", ""), salt=BY_SALT)
    except signing.BadSignature:
        return
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "once"} and "password" not in name
    }
    if fields:
        request.session[KEPT] = {"path": request.path, "fields": fields}


def take_kept(request: HttpRequest) -> QueryDict | None:
    """What was kept for this address, once, if the same person returned."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        fields.setlist(name, values)
    try:
        by = signing.loads(fields.get("typed_by", ""), salt=BY_SALT)
    except signing.BadSignature:
        return None
    if by != request.user.pk:
        return None
    request.kept_typing = True  # type: ignore[attr-defined]
    return fields
