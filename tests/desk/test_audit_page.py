"""The audit of a site: read by who may, about the site's own people, and verified on demand."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring.audit import guards
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE
from mooring.identity.actions import give_role
from mooring.identity.roles import Role
from tests.conftest import drop_guards
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db


def some_acts(cast: Cast, number: int = 1) -> None:
    for each in range(number):
        person = make_person(f"Person {number} {each}", (Role.LEARNER, cast.site))
        give_role(person=person, role=Role.EDUCATOR, site=cast.site, by=cast.director, at=timezone.now())


def test_it_lists_what_the_sites_people_did(client: Client, cast: Cast) -> None:
    some_acts(cast)
    give_role(
        person=cast.learner, role=Role.EDUCATOR, site=cast.other_site, by=cast.stranger, at=timezone.now()
    )
    client.force_login(cast.privacy_officer)
    page = client.get("/audit/").content.decode()
    assert "identity.role.given" in page
    assert "<td><bdi>Amara Nwosu</bdi></td>" in page
    assert "<td>Elena Marchetti</td>" not in page


def test_it_is_filtered_by_person_and_act(client: Client, cast: Cast) -> None:
    some_acts(cast)
    client.force_login(cast.privacy_officer)
    assert "<td><bdi>Amara" in client.get("/audit/", {"what": "role.given"}).content.decode()
    assert "<td><bdi>Amara" not in client.get("/audit/", {"what": "care."}).content.decode()
    assert "<td><bdi>Amara" not in client.get("/audit/", {"who": cast.monitor.actor_ref}).content.decode()
    hostile = client.get("/audit/", {"what": '"><script>', "page": "many"}).content.decode()
    assert '"><script>' not in hostile


def test_older_acts_follow_page_by_page_and_nothing_is_counted(client: Client, cast: Cast) -> None:
    some_acts(cast, 60)
    client.force_login(cast.privacy_officer)
    with CaptureQueriesContext(connection) as queries:
        newest = client.get("/audit/", {"what": "role.given"})
    assert not [each["sql"] for each in queries if "COUNT" in each["sql"] and "audit_event" in each["sql"]]
    shown = [each.pk for each in newest.context["events"]]
    found = re.search(r'href="(\?[^"]*before=(\d+))"', newest.content.decode())
    assert found
    assert int(found[2]) == shown[-1]
    older = client.get("/audit/" + found[1].replace("&amp;", "&"))
    rest = [each.pk for each in older.context["events"]]
    assert (len(shown), len(rest)) == (50, 10)
    assert max(rest) < min(shown)
    page = older.content.decode()
    assert ">Older<" not in page
    assert "Newest" in page
    for hostile in ("-1", "many", "9" * 40, "²"):
        assert [each.pk for each in client.get("/audit/", {"before": hostile}).context["events"]]


def test_who_may_not_read_the_audit(client: Client, cast: Cast) -> None:
    for person in (cast.coordinator, cast.prescriber, cast.administrator, cast.stranger):
        client.force_login(person)
        assert client.get("/audit/").status_code == 403
        assert client.post("/audit/verify/").status_code == 403


def test_verify_says_that_all_is_well_or_names_the_row(client: Client, cast: Cast) -> None:
    adopt_unnamed(by=COMMAND_LINE, at=NOW)
    some_acts(cast)
    client.force_login(cast.director)
    client.post("/audit/verify/")
    assert "every seal is unchanged" in client.get("/audit/").content.decode()
    drop_guards("default")
    first = Event.objects.earliest("pk")
    Event.objects.filter(pk=first.pk).update(actor_name="Somebody Else")
    guards.install("default")
    client.post("/audit/verify/")
    assert (
        f"audit.event:{first.pk} was changed after it was written" in client.get("/audit/").content.decode()
    )


def test_more_acts_ask_no_more_questions_of_the_database(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    counted = []
    for number in (1, 20):
        some_acts(cast, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/audit/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
