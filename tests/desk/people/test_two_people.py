"""A right that outranks the giver's own takes two; an address that signs in proves itself first."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.patients.forms import as_it_was
from mooring.identity.models import Person, RoleAssignment, RoleProposal
from mooring.identity.roles import Role, outranks
from mooring.rules.verdict import Refused
from mooring.work.actions import token_of
from mooring.work.email_change import ask_email_change
from mooring.work.granting import confirm_role, propose_role
from mooring.work.invitations import reset_second_step, send_password_link
from mooring.work.models import Message, Task, TaskLink
from tests.links import hold
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def sent(**fields: object) -> dict[str, object]:
    return {**fields, "once": str(uuid4())}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("role", "held", "answer"),
    [
        ("prescriber", ["administrator"], True),
        ("medical-director", ["administrator"], True),
        ("prescriber", ["medical-director"], False),
        ("administrator", ["medical-director"], True),
        ("learner", ["administrator"], False),
        ("therapist", [], True),
    ],
)
def test_what_outranks_what(role: str, held: list[str], answer: bool) -> None:
    assert outranks(role, held) is answer


def test_an_administrator_makes_nobody_a_director_alone(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    client.post(f"/people/{cast.monitor.pk}/roles/", sent(role="medical-director", site=cast.site.pk))
    proposal = RoleProposal.objects.get()
    given = RoleAssignment.objects.filter(person=cast.monitor, role=Role.MEDICAL_DIRECTOR)
    assert not given.exists()
    page = f"/people/roles/proposed/{proposal.pk}/"
    assert client.post(page, sent(confirm="1")).status_code == 422, "not by who proposed it"
    assert Task.objects.get(kind="role-confirm").role == Role.MEDICAL_DIRECTOR
    client.force_login(cast.director)
    assert client.post(page, sent(confirm="1")).status_code == 302
    assert given.exists()
    assert not Task.objects.filter(kind="role-confirm", state="open").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleProposal.objects.update(decided_by=cast.administrator)


def test_a_rejected_role_is_not_given_and_strangers_see_nothing(client: Client, cast: Cast) -> None:
    proposal = propose_role(
        person=cast.monitor, role=Role.PRESCRIBER, site=cast.site, by=cast.administrator, at=NOW
    )
    page = f"/people/roles/proposed/{proposal.pk}/"
    for person, code in ((cast.monitor, 403), (cast.stranger, 403)):
        client.force_login(person)
        assert client.post(page, sent(confirm="1")).status_code == code
    client.force_login(cast.director)
    assert client.post(page, sent(reject="1")).status_code == 302
    assert not RoleAssignment.objects.filter(person=cast.monitor, role=Role.PRESCRIBER).exists()
    with pytest.raises(Refused, match="already decided"):
        confirm_role(proposal=proposal, by=cast.director, at=NOW)


def test_who_is_proposed_is_invited_once_confirmed(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    fields = {"legal_name": "Noor Aziz", "email": "noor@example.org", "role": "prescriber"}
    assert client.post("/people/invite/", sent(**fields, site=cast.site.pk)).status_code == 302
    assert not TaskLink.objects.filter(kind="invitation").exists()
    confirm_role(proposal=RoleProposal.objects.get(), by=cast.director, at=timezone.now())
    assert TaskLink.objects.get(kind="invitation").person.email == "noor@example.org"


def test_who_is_alone_begins_alone(client: Client, cast: Cast) -> None:
    RoleAssignment.objects.filter(role=Role.MEDICAL_DIRECTOR).update(held_until=NOW)
    client.force_login(cast.administrator)
    client.post(f"/people/{cast.monitor.pk}/roles/", sent(role="medical-director", site=cast.site.pk))
    assert RoleAssignment.objects.filter(
        person=cast.monitor, role=Role.MEDICAL_DIRECTOR, held_until__isnull=True
    ).exists()


def test_an_address_signs_in_only_after_it_proved_itself(client: Client, cast: Cast) -> None:
    old = cast.monitor.email
    client.force_login(cast.monitor)
    asked = sent(email="New@Example.net", password="not this one")
    assert client.post("/people/me/email/", asked).status_code == 422
    assert (
        client.post("/people/me/email/", sent(email="New@Example.net", password=PASSWORD)).status_code == 302
    )
    cast.monitor.refresh_from_db()
    assert cast.monitor.email == old
    assert {message.to_email for message in Message.objects.all()} == {"new@example.net", old}
    link = TaskLink.objects.get(kind="email-change")
    with_link = Message.objects.get(link=link)
    assert with_link.to_email == "new@example.net"
    visitor = Client()
    assert visitor.post(f"/t/{token_of(link)}/", {}).status_code == 302
    assert hold(visitor, link).get(link.address).status_code == 200
    cast.monitor.refresh_from_db()
    assert cast.monitor.email == old, "opening the page changes nothing: mail scanners open links"
    assert visitor.post(link.address, sent()).headers["Location"] == "/accounts/login/"
    cast.monitor.refresh_from_db()
    assert cast.monitor.email == "new@example.net"
    assert Message.objects.filter(to_email=old, title__contains="changed").exists()
    names = set(Event.objects.values_list("name", flat=True))
    assert {"work.email.change-asked", "work.email.changed"} <= names


def test_one_colleague_alone_takes_over_no_account(cast: Cast) -> None:
    now = timezone.now()
    ask_email_change(
        person=cast.director, email="mine@example.net", site=cast.site, by=cast.administrator, at=now
    )
    for act in (
        lambda: send_password_link(person=cast.director, site=cast.site, by=cast.administrator, at=now),
        lambda: reset_second_step(person=cast.director, by=cast.administrator, at=now),
    ):
        with pytest.raises(Refused, match="second colleague"):
            act()
    later = now + timedelta(days=8)
    send_password_link(person=cast.director, site=cast.site, by=cast.administrator, at=later)


def test_the_contact_of_a_record_changes_nobodys_sign_in(client: Client, cast: Cast) -> None:
    """A colleague in care here keeps the address that they sign in with, whoever edits the record."""
    person = cast.patient.person
    person.set_password(PASSWORD)
    person.save()
    client.force_login(cast.coordinator)
    fields = {
        "legal_name": person.legal_name,
        "email": "somebody@example.net",
        "phone": person.phone,
        "sex_at_birth": "female",
        "was": as_it_was(cast.patient),
    }
    answer = client.post(f"/care/patients/{cast.patient.pk}/details/", sent(**fields))
    assert answer.status_code == 422
    assert Person.objects.get(pk=person.pk).email == "ruth@example.com"


def test_a_sole_managers_grant_is_told_to_others(client: Client, cast: Cast) -> None:
    """Nobody else manages people there: the role holds at once, in the sight of the privacy officer."""
    RoleAssignment.objects.filter(person=cast.director).delete()
    client.force_login(cast.administrator)
    client.post(f"/people/{cast.monitor.pk}/roles/", sent(role="prescriber", site=cast.site.pk))
    assert RoleAssignment.objects.filter(person=cast.monitor, role=Role.PRESCRIBER).exists()
    told = Message.objects.filter(person=cast.privacy_officer)
    assert {message.channel for message in told} == {"screen", "email"}
    assert "Priya Raman gave Leila" not in told[0].title
    assert Event.objects.get(name="work.role.granted").detail["told"] == [cast.privacy_officer.actor_ref]
    Message.objects.all().delete()
    client.post(f"/people/{cast.monitor.pk}/roles/", sent(role="learner", site=cast.site.pk))
    assert not Message.objects.exists(), "what outranks nothing is told to nobody"
