"""Single-task links: hashed, exchanged for a cookie, safe against scanners, guessers and strangers."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mooring.care.patients.models import Patient
from mooring.rules.verdict import Refused
from mooring.work.access import COOKIE, cookie_name, get_link_for
from mooring.work.actions import close_link, hash_of, make_link, open_link, token_of, withdraw_link
from mooring.work.models import LinkState, TaskLink
from tests.people import Cast

pytestmark = pytest.mark.django_db
BORN = {"birth_date": "1981-04-09"}


def link_for(
    cast: Cast, kind: str = "screening", lasts: timedelta = timedelta(days=7), at: datetime | None = None
) -> TaskLink:
    patient: Patient = cast.patient
    return make_link(
        kind=kind,
        person=patient.person,
        about=patient,
        opens="screening-answer" if kind == "screening" else "measure-answer",
        site=cast.site,
        birth_date=patient.birth_date,
        lasts=lasts,
        by=cast.coordinator,
        at=at or timezone.now(),
    )


class Visit:
    """A request as an access function sees it."""

    method = "GET"

    def __init__(self, client: Client) -> None:
        self.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}


def test_the_token_is_stored_nowhere(cast: Cast) -> None:
    link = link_for(cast)
    token = token_of(link)
    assert len(token) >= 32
    assert token not in {str(value) for value in TaskLink.objects.values_list().get()}


def test_looking_consumes_nothing_and_shows_nothing_of_the_person(client: Client, cast: Cast) -> None:
    address = f"/t/{token_of(link_for(cast))}/"
    for _ in range(3):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert b"1981" not in answer.content
    assert not [name for name in client.cookies if name.startswith(COOKIE)]
    assert TaskLink.objects.get().first_opened_at is None


def test_the_birth_date_opens_it_under_a_clean_address(client: Client, cast: Cast) -> None:
    link = link_for(cast)
    answer = client.post(f"/t/{token_of(link)}/", BORN)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/care/screening/answer/{link.pk}/")
    cookie = client.cookies[cookie_name(link)]
    assert cookie["path"] == f"/care/screening/answer/{link.pk}/"
    assert cookie["httponly"]
    assert token_of(link) not in cookie.value
    assert get_link_for(Visit(client), link.pk, kind="screening", at=timezone.now()) == link  # type: ignore[arg-type]


def test_the_cookie_of_one_task_opens_no_other(client: Client, cast: Cast) -> None:
    from django.http import Http404

    link = link_for(cast)
    client.post(f"/t/{token_of(link)}/", BORN)
    with pytest.raises(Http404):
        get_link_for(Visit(client), link.pk, kind="measure", at=timezone.now())  # type: ignore[arg-type]


def test_five_wrong_birth_dates_close_it(client: Client, cast: Cast) -> None:
    address = f"/t/{token_of(link_for(cast))}/"
    for _ in range(5):
        assert client.post(address, {"birth_date": "1980-01-01"}).status_code == 422
    answer = client.post(address, BORN)
    assert answer.status_code == 422
    assert b"no longer works" in answer.content


@pytest.mark.parametrize("token", ["", "x", "../../etc", "a" * 300, "%00"])
def test_an_altered_or_foreign_link_is_not_found(client: Client, cast: Cast, token: str) -> None:
    link_for(cast)
    assert client.get(f"/t/{token}/").status_code == 404


def test_an_expired_link_explains_itself(client: Client, cast: Cast) -> None:
    link = link_for(cast, lasts=timedelta(seconds=-1))
    answer = client.post(f"/t/{token_of(link)}/", BORN)
    assert answer.status_code == 422
    assert b"has expired" in answer.content


def test_a_link_that_is_over_says_so_before_it_asks_for_anything(client: Client, cast: Cast) -> None:
    answer = client.get(f"/t/{token_of(link_for(cast, lasts=timedelta(seconds=-1)))}/")
    assert answer.status_code == 410
    text = answer.content.decode()
    assert "has expired" in text
    assert cast.site.phone in text
    assert 'name="birth_date"' not in text


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ("done", "This is already done"),
        ("withdrawn", "withdrew it or sent a newer one"),
        ("expired", "has expired"),
        ("guessed", "wrong too often"),
    ],
)
def test_each_link_that_is_over_says_why_and_nothing_of_anybody(
    client: Client, cast: Cast, over: str, says: str
) -> None:
    link = link_for(cast, lasts=timedelta(days=-1 if over == "expired" else 7))
    if over == "done":
        close_link(link=link, by=cast.patient.person, at=timezone.now())
    elif over == "withdrawn":
        withdraw_link(link=link, by=cast.coordinator, at=timezone.now())
    elif over == "guessed":
        for _try in range(5):
            client.post(f"/t/{token_of(link)}/", {"birth_date": "1980-01-01"})
    answer = client.get(f"/t/{token_of(link)}/")
    text = answer.content.decode()
    assert answer.status_code == 410
    assert says in text
    assert not [word for word in cast.patient.person.legal_name.split() if word in text]


def test_a_link_made_on_the_clock_of_a_site_opens_with_the_token_that_is_sent(cast: Cast) -> None:
    """The token is worked out again when the message leaves, from the moment as the database gives it back."""
    with timezone.override(cast.site.zone):
        link = link_for(cast, at=cast.site.local(timezone.now()))
    assert hash_of(token_of(TaskLink.objects.get(pk=link.pk))) == link.token_hash


def test_a_second_link_withdraws_the_first(client: Client, cast: Cast) -> None:
    first = link_for(cast)
    second = link_for(cast)
    first.refresh_from_db()
    assert (first.state, second.state) == (LinkState.WITHDRAWN, LinkState.OPEN)
    with pytest.raises(Refused, match="no longer works"):
        open_link(link=first, birth_date=date(1981, 4, 9), by=cast.patient.person, at=timezone.now())


def test_an_answered_link_says_so_and_cannot_be_answered_again(client: Client, cast: Cast) -> None:
    link = link_for(cast)
    close_link(link=link, by=cast.patient.person, at=timezone.now())
    with pytest.raises(Refused, match="already done"):
        close_link(link=link, by=cast.patient.person, at=timezone.now())
    answer = client.post(f"/t/{token_of(link)}/", BORN)
    assert b"already done" in answer.content
