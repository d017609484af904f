"""A site's policy is signed by its director, with the password, and never edited."""

from uuid import uuid4

import pytest
from django.test import Client

from mooring.audit.models import Event
from mooring.identity.models import SitePolicy
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def address(cast: Cast) -> str:
    return f"/people/sites/{cast.site.pk}/policy/"


def typed(**other: object) -> dict[str, object]:
    fields = {
        "weight_fresh_days": 5,
        "answer_interest_hours": 24,
        "contact_from_hours": 24,
        "contact_until_hours": 72,
        "page_answer_minutes": 10,
        "serious_report_days": 0,
        "keep_clinical_years": 0,
        "keep_minors_until_age": 0,
        "idle_shared_minutes": 5,
        "idle_desk_minutes": 15,
        "password": PASSWORD,
        "once": str(uuid4()),
    }
    return {**fields, **other}


def test_the_director_signs_a_new_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    assert "A weight counts for a dose for 7 days." in client.get(address(cast)).content.decode()
    assert client.post(address(cast), typed()).headers["Location"] == address(cast)
    newest = SitePolicy.objects.filter(site=cast.site).latest("number")
    assert (newest.number, newest.weight_fresh_days, newest.signed_by) == (2, 5, cast.director)
    page = client.get(address(cast)).content.decode()
    assert "A weight counts for a dose for 5 days." in page
    assert "Policy 1: weight 7 days" in page
    assert Event.objects.filter(name="identity.policy.signed").count() == 1


def test_without_the_password_nothing_is_signed(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    answer = client.post(address(cast), typed(password="something else"))
    assert answer.status_code == 422
    assert "This is not your password. Nothing is signed yet." in answer.content.decode()
    assert 'value="5"' in answer.content.decode()
    assert SitePolicy.objects.filter(site=cast.site).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"contact_until_hours": 24},
        {"weight_fresh_days": 0},
        {"page_answer_minutes": "soon"},
        {"keep_clinical_years": 121},
        {"keep_minors_until_age": 12},
    ],
)
def test_a_policy_that_makes_no_sense_is_not_taken(
    client: Client, cast: Cast, wrong: dict[str, object]
) -> None:
    client.force_login(cast.director)
    assert client.post(address(cast), typed(**wrong)).status_code == 422
    assert SitePolicy.objects.filter(site=cast.site).count() == 1


def test_everyone_of_the_site_reads_it_and_nobody_else_signs(client: Client, cast: Cast) -> None:
    for person in (cast.monitor, cast.coordinator, cast.administrator):
        client.force_login(person)
        assert client.get(address(cast)).status_code == 200
        assert client.post(address(cast), typed()).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(address(cast)).status_code == 404
    assert client.post(address(cast), typed()).status_code == 404
    assert client.get("/people/sites/999999/policy/").status_code == 404


def test_five_wrong_passwords_close_signing_for_a_while(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    for _ in range(5):
        client.post(address(cast), typed(password="wrong"))
    answer = client.post(address(cast), typed())
    assert answer.status_code == 422
    assert "You can sign again in 1 minute" in answer.content.decode()
