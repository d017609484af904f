"""Roles given and ended, credentials recorded and withdrawn, duties set: only by who may, only at their site."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity.models import Credential, Duty, RoleAssignment
from mooring.identity.queries import on_duty
from mooring.identity.roles import Role
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db


def once(**fields: object) -> dict[str, object]:
    return {**fields, "once": str(uuid4())}


def test_a_role_is_given_and_ended(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    address = f"/people/{cast.monitor.pk}/"
    given = client.post(f"{address}roles/", once(role="facilitator", site=cast.site.pk))
    assert given.headers["Location"] == address
    assignment = RoleAssignment.objects.get(person=cast.monitor, role=Role.FACILITATOR)
    assert "Facilitator" in client.get(address).content.decode()
    client.post(f"/people/roles/{assignment.pk}/end/", once())
    assignment.refresh_from_db()
    assert assignment.held_until is not None
    assert client.post(f"/people/roles/{assignment.pk}/end/", once()).status_code == 404
    assert Event.objects.filter(name="identity.role.ended").count() == 1


def test_nobody_gives_a_role_to_themselves(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    address = f"/people/{cast.administrator.pk}/"
    client.post(f"{address}roles/", once(role="medical-director", site=cast.site.pk))
    assert "You cannot give yourself a role." in client.get(address).content.decode()
    assert not RoleAssignment.objects.filter(person=cast.administrator, role=Role.MEDICAL_DIRECTOR).exists()


def test_a_role_at_another_site_is_out_of_reach(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    client.post(f"/people/{cast.monitor.pk}/roles/", once(role="monitor", site=cast.other_site.pk))
    assert not RoleAssignment.objects.filter(person=cast.monitor, site=cast.other_site).exists()
    theirs = RoleAssignment.objects.filter(person=cast.stranger).first()
    assert theirs
    assert client.post(f"/people/roles/{theirs.pk}/end/", once()).status_code == 404
    assert client.get(f"/people/{cast.stranger.pk}/").status_code == 404


def test_strangers_and_readers(client: Client, cast: Cast) -> None:
    client.force_login(cast.stranger)
    assert client.get(f"/people/{cast.monitor.pk}/credentials/").status_code in {403, 404}
    client.force_login(cast.monitor)
    for address in ("/people/", "/people/duty/", f"/people/{cast.monitor.pk}/"):
        assert client.get(address).status_code == 403
    client.force_login(cast.coordinator)
    assert client.get("/people/").status_code == 200
    assert client.get(f"/people/{cast.monitor.pk}/credentials/").status_code == 200
    assert client.post(f"/people/{cast.monitor.pk}/roles/", once(role="monitor")).status_code == 403
    assert client.get("/people/999999/").status_code == 404


def test_a_credential_is_recorded_shown_and_withdrawn(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    today = timezone.localdate()
    paper = once(kind="acls", issuer="Resus", valid_from=today, valid_until=today + timedelta(days=20))
    address = f"/people/{cast.monitor.pk}/"
    assert client.post(f"{address}credentials/", paper).headers["Location"] == address
    credential = Credential.objects.get(person=cast.monitor)
    assert credential.source == "recorded"
    assert "a credential ends soon" in client.get("/people/").content.decode()
    client.post(f"/people/credentials/{credential.pk}/revoke/", once())
    credential.refresh_from_db()
    assert credential.revoked_at is not None
    assert "does not count" in client.get(address).content.decode()


def test_a_credential_that_ends_before_it_begins_is_not_taken(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    today = timezone.localdate()
    paper = once(kind="acls", issuer="Resus", valid_from=today, valid_until=today - timedelta(days=1))
    answer = client.post(f"/people/{cast.monitor.pk}/credentials/", paper)
    assert answer.status_code == 422
    assert b"The end is before the start" in answer.content


def test_a_duty_makes_somebody_answer(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    fields = once(
        person=cast.coordinator.pk,
        role="coordinator",
        site=cast.site.pk,
        starts_at="2026-11-12T08:00",
        ends_at="2026-11-12T18:00",
    )
    assert client.post("/people/duty/", fields).headers["Location"] == "/people/"
    duty = Duty.objects.get()
    local = cast.site.local(duty.starts_at)
    assert (local.hour, local.day) == (8, 12), "typed in the site's time"
    assert on_duty(cast.site, "coordinator", duty.starts_at) == [cast.coordinator]
    backwards = {**fields, "once": str(uuid4()), "ends_at": "2026-11-12T07:00"}
    assert client.post("/people/duty/", backwards).status_code == 422


def test_more_people_ask_no_more_questions_of_the_database(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    counted = []
    for number in (1, 15):
        for each in range(number):
            make_person(f"Person {number} {each}", (Role.MONITOR, cast.site))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/people/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
