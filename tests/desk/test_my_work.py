"""Everyone's first page: what is theirs, why, and who is asked next."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Access
from mooring.care.sessions.actions import write_entry
from mooring.identity.models import Credential, Duty
from mooring.identity.roles import Role
from mooring.rules.session_entry import EntryKind
from mooring.work.actions import Owed, make_task, write_message
from mooring.work.clock import tick
from mooring.work.models import Channel, Message, Task
from tests.care.sessions.rows import started
from tests.desk.test_record import statements
from tests.people import Cast

pytestmark = pytest.mark.django_db


def owe(
    cast: Cast, title: str, hours: float, number: int = 0, reason: str = "She was promised a call."
) -> Task:
    """A task of the coordinator about somebody of the cast, due so many hours from now."""
    now = timezone.now()
    due = now + timedelta(hours=hours)
    owed = Owed(
        kind=f"kind-{number}",
        about=cast.patient,
        subject_name="Ruth Calloway",
        title=title,
        reason=reason,
        address="/lab/",
        act="Call Ruth",
        role=Role.COORDINATOR,
        owner=cast.coordinator,
        fallback=cast.prescriber,
        due_at=due,
        escalate_at=due,
    )
    return make_task(owed=owed, site=cast.site, by=cast.prescriber, at=now)


def test_tasks_stand_with_reason_next_owner_and_act(client: Client, cast: Cast) -> None:
    owe(cast, "contact after dose 3", hours=-2, number=1)
    owe(cast, "readiness for dose 5", hours=72, number=2)
    client.force_login(cast.coordinator)
    text = client.get("/").content.decode()
    assert "2 tasks for you. 1 is overdue." in " ".join(text.split())
    assert text.index("Overdue</h2>") < text.index("contact after dose 3") < text.index("Later</h2>")
    assert "She was promised a call." in text
    assert "Kofi Mensah is asked." in text
    assert '<a class="btn" href="/lab/">Call Ruth</a>' in " ".join(text.split())
    assert "2 h over" in text.replace("\u00a0", " ")


def test_a_reason_without_a_full_stop_does_not_run_into_the_next_sentence(client: Client, cast: Cast) -> None:
    owe(cast, "red alert", hours=5, reason="Breathing too slow")
    client.force_login(cast.coordinator)
    assert "Breathing too slow. If it is still open" in " ".join(client.get("/").content.decode().split())


def test_whoever_is_asked_next_sees_it_coming(client: Client, cast: Cast) -> None:
    owe(cast, "contact after dose 3", hours=5)
    client.force_login(cast.prescriber)
    text = client.get("/").content.decode()
    assert "Passes to you if no one answers" in text
    assert "with Ines Duarte" in text


def test_it_is_said_when_nobody_else_can_be_asked(client: Client, cast: Cast) -> None:
    task = owe(cast, "contact after dose 3", hours=-2)
    Task.objects.filter(pk=task.pk).update(
        escalated_at=timezone.now(), owner=cast.coordinator, fallback=cast.coordinator
    )
    client.force_login(cast.coordinator)
    text = client.get("/").content.decode()
    assert "there is no one else to ask" in text
    assert "passed on" not in text


def test_nobody_else_sees_the_task(client: Client, cast: Cast) -> None:
    owe(cast, "contact after dose 3", hours=5)
    for person in (cast.stranger, cast.monitor, cast.administrator):
        client.force_login(person)
        assert "contact after dose 3" not in client.get("/").content.decode()


def test_looking_at_it_leaves_a_row(client: Client, cast: Cast) -> None:
    owe(cast, "contact after dose 3", hours=5)
    client.force_login(cast.coordinator)
    client.get("/")
    row = Access.objects.get()
    assert (row.viewer, row.screen) == (cast.coordinator.actor_ref, "/")
    assert [each.subject for each in row.subjects.all()] == [cast.patient.subject_ref]


@pytest.mark.parametrize(
    "who",
    [
        *("coordinator", "prescriber", "monitor", "therapist", "facilitator", "director"),
        *("privacy_officer", "administrator", "learner"),
    ],
)
def test_every_role_has_a_first_page(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get("/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "No tasks for you now." in text
    assert ('class="pipeline"' in text) == (who in {"coordinator", "prescriber", "director"})


def test_who_answers_for_a_site_reads_what_it_lacks(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    text = client.get("/").content.decode()
    assert "Elm Quay Clinic: no care coordinator or prescriber on duty." in text
    assert "No credential expired or expires within 45 days." in text
    today = timezone.now()
    for role, person in ((Role.COORDINATOR, cast.coordinator), (Role.PRESCRIBER, cast.prescriber)):
        Duty.objects.create(
            site=cast.site,
            role=role,
            person=person,
            starts_at=today - timedelta(days=1),
            ends_at=today + timedelta(days=1),
        )
    Credential.objects.create(
        person=cast.monitor,
        kind="acls",
        issuer="X",
        valid_from=today.date() - timedelta(days=400),
        valid_until=today.date() - timedelta(days=2),
        source="recorded",
    )
    text = client.get("/").content.decode()
    assert "Elm Quay Clinic: colleagues are on duty for interest forms and urgent responses." in text
    assert "Credentials: 1 expired, 0 expire within 45 days." in text
    client.force_login(cast.privacy_officer)
    text = client.get("/").content.decode()
    assert "sealed" in text
    assert "on duty" not in text
    client.force_login(cast.monitor)
    assert "At your sites" not in client.get("/").content.decode()


def test_the_anonymous_are_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_a_message_is_read_by_its_own_reader_once(client: Client, cast: Cast) -> None:
    now = timezone.now()
    message = write_message(
        channel=Channel.SCREEN,
        person=cast.coordinator,
        site=cast.site,
        title="<b>Look</b> here",
        body="",
        by=cast.monitor,
        at=now,
    )
    tick(at=now)
    client.force_login(cast.coordinator)
    text = client.get("/").content.decode()
    assert "&lt;b&gt;Look&lt;/b&gt; here" in text
    address = reverse("message-read", args=[message.pk])
    client.force_login(cast.monitor)
    assert client.post(address).status_code == 404
    client.force_login(cast.coordinator)
    assert client.get(address).status_code == 405
    assert client.post(address).headers["Location"] == "/"
    assert Message.objects.get(pk=message.pk).read_at is not None
    assert "Look" not in client.get("/").content.decode()


def test_more_tasks_ask_no_more_questions_of_the_database(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    counted = []
    for number in (1, 12):
        for each in range(number):
            owe(cast, f"task {each}", hours=each, number=number * 100 + each)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/").status_code == 200
        counted.append(len(statements(queries)))
    assert counted[0] == counted[1]
    assert counted[1] <= 16


@pytest.mark.parametrize(
    "who", ["coordinator", "prescriber", "therapist", "director", "administrator", "learner"]
)
def test_every_role_reads_its_day_in_few_statements(client: Client, cast: Cast, who: str) -> None:
    """One page, one reading: at most sixteen, whatever a role sees there."""
    client.force_login(getattr(cast, who))
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(statements(queries)) <= 16


def test_the_first_page_asks_for_its_sessions_again_under_one_opening(cast_now: Cast) -> None:
    """A call of a patient is on the monitor's own page with the next answer, counted so that it sounds."""
    now = timezone.now()
    session = started(cast_now, now - timedelta(minutes=10))
    client = Client()
    client.force_login(cast_now.monitor)
    first = client.get(reverse("my-work"))
    again = first.context["live"].again
    assert 'data-calls="0"' in first.content.decode()
    looked = Access.objects.count()
    said: dict[str, Any] = {
        "facts": {"what": "come"},
        "by": cast_now.patient.person,
        "at": now,
        "happened_at": now,
    }
    write_entry(session=session, kind=EntryKind.CALL, key=uuid4(), **said)
    part = client.get(again, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert 'data-calls="1"' in part
    assert "Patient: please come" in part
    assert Access.objects.count() == looked, "one opening, not one an answer"
    other = Client()
    other.force_login(cast_now.second_monitor)
    assert "<html" in other.get(again, headers={"hx-request": "true"}).content.decode()
