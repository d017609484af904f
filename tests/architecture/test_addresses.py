"""Every address refuses who is not signed in, and who is a stranger to the record, unless it is on a list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mooring.identity.models import Person, Site
from mooring.identity.roles import Role
from mooring.web import urls
from tests.people import Cast, make_person

# Open to anyone, each with its reason.
PUBLIC = {
    "health": "a load balancer asks whether the process answers",
    "ready": "a load balancer asks whether to send visitors here",
    "theme": "changes a cookie of this device",
    "service-worker": "a browser fetches it to work without a network; it is the same for everybody",
    "offline": "what stands in where the network does not answer; it names nobody",
    "task-link": "the door of a single-task link; it asks for the date of birth",
    "interest-sites": "the public interest form",
    "interest": "the public interest form",
    "interest-sent": "what happens after the public interest form",
    "screening-answer": "a patient's task, behind the link's cookie",
    "screening-draft": "a patient's task, behind the link's cookie",
    "patient-own-log": "a patient's task, behind the link's cookie",
    "measure-answer": "a patient's task, behind the link's cookie",
    "measure-answer-draft": "a patient's task, behind the link's cookie",
    "practices-mine": "a patient's own page, behind the link's cookie",
    "practices-done": "the same page marks a day",
    "journal-write": "the same page keeps an entry",
    "journal-share": "the same page shares an entry",
    "email-change": "whoever reads the new mailbox, behind the link's cookie",
    "invitation": "a colleague's first password, behind the link's cookie",
    "review-questions": "a learner's two questions, behind the link's cookie",
    "review-stop": "the same link ends them",
    "verify": "anybody checks a certificate by its code or file",
    "certificate-shown": "what the paper of this code shows",
    "certificate-badge": "the signed badge, as machines ask for it",
    "status-list": "which badges were revoked, as machines ask for it",
    "academy-issuer": "who signs badges, as machines ask for it",
    "speaker-events-feed": "a calendar reads it, behind an address that is its person's own",
    "payment-webhook": "the payment provider reports here; every message is signed",
    "register": "a learner asks for an account; 404 unless the site's setting opens it",
    "register-sent": "what to do next",
    "openid_connect_login": "goes to the provider; 404 unless the site has set one up",
    "openid_connect_callback": "back from the provider",
    "socialaccount_login_cancelled": "says that the sign-in was stopped",
    "catalogue": "which courses there are",
    "course": "what a course teaches, who made it, what it is not",
    "floor-wall": "a screen on a wall, behind its own cookie; it shows initials",
    "floor-wall-open": "makes a browser that screen; the address is a secret of its own",
    "tablet": "the patient's tablet, behind a code and then its cookie",
    "session-crew-link": "the crew's sheet on a phone, behind a signed token that holds for an hour",
    "device-pair": "a bedside device, behind the code that a colleague made for it",
    "device-readings": "what it measured, behind the token that the pairing gave it",
    "tablet-ask": "what the patient asks for at it, behind the same cookie",
    "chaperone": "the chaperone's phone at home, behind a code and then its cookie",
    "chaperone-answer": "what the chaperone answers there, behind the same cookie",
    "chaperone-cuff": "the cuff's numbers, behind the same cookie",
    "chaperone-photo": "a photograph of the cuff, behind the same cookie",
    "demonstration-sign-in": "answers only where the database says that it is a demonstration",
}
# Signed-in people of any role may open these: they show nothing about patients.
FOR_EVERYONE = {
    "my-work",
    "my-details",
    "my-sign-ins",
    "my-email",
    "phones",
    "locked",
    "lock",
    "here",
    "pin",
    "passkey-challenge",
    "gallery",
    "lab",
    "clock",
    "transcript",
    "credit-profile",
    "orders",
    "badges",
    "learning",
} | {
    "knowledge",
    "knowledge-any-item",
    "knowledge-kind",
    "knowledge-item",
    "knowledge-indication",
    "knowledge-references",
    "knowledge-references-file",
    "knowledge-try",
    "knowledge-try-instrument",
}
MANY = 100
"""A walk that comes to fewer addresses than this walked past some."""
LIBRARY = ("account_", "mfa_", "reauthenticate")


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    parameters: tuple[str, ...]

    @property
    def path(self) -> str:
        return reverse(self.name, kwargs={name: self._value(name) for name in self.parameters})

    def _value(self, parameter: str) -> object:
        return {"token": "not-a-token", "kind": "weight", "rule": "X@1", "text_key": "X@1"}.get(parameter, 1)


def addresses() -> list[Address]:
    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Address]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, prefix + str(each.pattern))
            elif each.name and not each.name.startswith(LIBRARY):
                yield Address(each.name, prefix + str(each.pattern), tuple(each.pattern.converters))

    return sorted(walk(get_resolver().url_patterns, "/"), key=lambda each: each.route)


def test_every_address_of_ours_has_a_name() -> None:
    def nameless(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from nameless(each.url_patterns)
            elif not each.name:
                yield str(each.pattern)

    assert not list(
        nameless([each for each in get_resolver().url_patterns if "accounts" not in str(each.pattern)])
    )


def named_twice(found: list[Address]) -> dict[str, set[str]]:
    """Names that stand for two routes: `{% url %}` would take the one that is included last, without a word."""
    routes: dict[str, set[str]] = {}
    for address in found:
        routes.setdefault(address.name, set()).add(address.route)
    return {name: there for name, there in routes.items() if len(there) > 1}


def test_a_name_stands_for_one_address() -> None:
    one, other = Address("x", "/care/x/", ()), Address("x", "/academy/x/", ())
    assert named_twice([one, other]) == {"x": {"/care/x/", "/academy/x/"}}
    assert not named_twice(addresses())


def test_the_lists_hold_nothing_that_is_gone() -> None:
    names = {address.name for address in addresses()}
    assert set(PUBLIC) | FOR_EVERYONE <= names


def answers(method: str, given: list[Address], person: Person | None = None) -> dict[str, tuple[int, str]]:
    """What each address answers, and where it sends; what one of them did is undone before the next is asked."""
    client, found = Client(), {}
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    signed_in = client.cookies.output(header="", sep=";")
    for each in given:
        client.cookies = SimpleCookie(signed_in)
        with transaction.atomic():
            answer = getattr(client, method)(each.path)
            transaction.set_rollback(True)
        cache.clear()
        found[each.route] = (answer.status_code, answer.headers.get("Location", ""))
    return found


@pytest.fixture
def _plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal without its page, which takes half of the time of a walk; only its code is asked for."""
    for code in (403, 404):
        plain = partial(_refuse, code)
        monkeypatch.setattr(urls, f"handler{code}", plain, raising=False)


def _refuse(code: int, request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=code)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.usefixtures("_plain_refusals")
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_the_door(method: str) -> None:
    asked = answers(method, [each for each in addresses() if each.name not in PUBLIC])
    assert len(asked) > MANY
    assert not {route: answer for route, answer in asked.items() if opens_unsigned(answer)}


@pytest.fixture
def outsider(cast: Cast) -> Person:
    """Somebody with an account and no role in care: an inspector of the other site."""
    other: Site = cast.other_site
    return make_person("Otto Somebody", (Role.INSPECTOR, other))


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.usefixtures("_plain_refusals")
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_person_without_a_role_in_care_gets_nothing(outsider: Person, method: str) -> None:
    left_out = {*PUBLIC, *FOR_EVERYONE, "audit", "audit-verify", "stock", "stock-warnings"}
    asked = answers(method, [each for each in addresses() if each.name not in left_out], outsider)
    assert len(asked) > MANY
    assert not {route: code for route, (code, _) in asked.items() if code not in {403, 404, 405}}


TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "mooring" / "web" / "templates"
NAMED = re.compile(r"""\{%-?\s*url\s+['"]([\w:-]+)['"]""")


def named_in(template: str) -> set[str]:
    """Addresses that a template names in `{% url %}`, over line breaks and with both kinds of quotes."""
    return set(NAMED.findall(template))


def test_an_address_is_found_in_every_syntax() -> None:
    assert named_in("""{% url 'one' %}{% url "two" 1 as way %}{%url 'three'%}{% url\n  'four' pk=1 %}""") == {
        "one",
        "two",
        "three",
        "four",
    }


def test_every_address_that_a_template_names_exists() -> None:
    """`{% url … as … %}` swallows a wrong name, and a button disappears without a word."""
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    named = {
        (name, path.relative_to(TEMPLATES).as_posix())
        for path in TEMPLATES.rglob("*.*")
        for name in named_in(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert not {each for each in named if each[0] not in names}


PATH_IN_TEMPLATE = re.compile(r"""(?:href|action|src|hx-get|hx-post)=["'](/[\w-]+[^"']*)""")
FIXED = ("/static/",)


def hard_coded(template: str) -> list[str]:
    """Addresses of ours that a template writes out instead of naming."""
    return [path for path in PATH_IN_TEMPLATE.findall(template) if not path.startswith(FIXED)]


def test_a_hard_coded_address_is_found() -> None:
    for template in (
        '<a href="/care/patients/1/">',
        "<form action='/audit/'>",
        '<div hx-get="/clock/">',
        '<a class="btn" href="/people/{{ pk }}/">',
    ):
        assert hard_coded(template), template
    assert not hard_coded('<link href="/static/mooring/x.css"><a href="/">')


def test_templates_name_their_addresses() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix(): paths
        for path in TEMPLATES.rglob("*.*")
        if (paths := hard_coded(path.read_text(encoding="utf-8")))
    }
    assert not found


def opens_unsigned(answer: tuple[int, str]) -> bool:
    """Whether an address answers anything else than the way to the sign-in."""
    code, place = answer
    return code != 302 or not place.startswith("/accounts/login/")


def test_an_open_address_is_found() -> None:
    assert opens_unsigned((200, ""))
    assert opens_unsigned((302, "/care/patients/"))
    assert opens_unsigned((500, ""))
    assert not opens_unsigned((302, "/accounts/login/?next=/"))
