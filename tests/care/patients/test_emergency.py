"""Break-glass: a record of another site or team opens in an emergency only, for a time, and everybody hears of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Access, Event
from mooring.care.patients.access import may_on, patients_for
from mooring.care.patients.actions.emergency import open_in_emergency, review_emergency
from mooring.care.patients.models import EmergencyAccess
from mooring.identity.models import Person
from mooring.identity.roles import READ_IN_EMERGENCY, TABLE, Permission
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task
from tests.people import Cast, make_patient

pytestmark = pytest.mark.django_db
ADDRESS = "/care/patients/emergency/"


def asked(**changed: str) -> dict[str, str]:
    given = {
        "who": "ruth calloway",
        "birth_date": "1981-04-09",
        "reason": "emergency",
        "explanation": "Found confused at our reception desk.",
        "once": str(uuid4()),
    }
    return {**given, **changed}


def opened(cast: Cast) -> EmergencyAccess:
    return open_in_emergency(
        patient=cast.patient,
        reason="emergency",
        explanation="Found confused at our desk.",
        by=cast.stranger,
        at=timezone.now(),
    )


def test_a_record_of_another_site_opens_through_it_alone(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    record = f"/care/patients/{cast.patient.pk}/"
    assert client.get(record).status_code == 404
    answer = client.post(ADDRESS, asked())
    assert answer.status_code == 302
    assert answer["Location"] == record
    page = client.get(record).content.decode()
    assert "Emergency access." in page
    assert client.get(f"/care/patients/{cast.patient.pk}/details/").status_code == 403, "reading only"
    rows = Access.objects.filter(viewer=cast.stranger.actor_ref, kind="view")
    assert {row.reason for row in rows} == {"Emergency access: medical or psychiatric emergency"}
    EmergencyAccess.objects.update(
        ends_at=timezone.now() - timedelta(seconds=1), opened_at=timezone.now() - timedelta(hours=3)
    )
    assert client.get(record).status_code == 404


def test_the_privacy_officer_is_told_in_the_same_act(cast: Cast) -> None:
    emergency = opened(cast)
    task = Task.objects.get(kind="emergency-review")
    assert (task.role, task.urgent, task.subject) == ("privacy-officer", True, cast.patient.subject_ref)
    told = Message.objects.filter(person=cast.privacy_officer, urgent=True)
    assert {message.channel for message in told} == {"screen", "email"}
    assert not any("Calloway" in message.body + message.title for message in told), "no name leaves by mail"
    event = Event.objects.get(name="care.patients.emergency-opened")
    assert event.detail["reason"] == "emergency"
    assert emergency.explanation not in str(event.detail), "words of people stay where they can be erased"


def test_the_patient_reads_it_with_reason_and_review(cast: Cast, client: Client) -> None:
    emergency = opened(cast)
    client.force_login(cast.coordinator)
    page = client.get(f"/care/patients/{cast.patient.pk}/log/").content.decode()
    assert "Elena Marchetti" in page
    assert "Not reviewed yet." in page
    client.force_login(cast.privacy_officer)
    review = f"{ADDRESS}{emergency.pk}/review/"
    assert "Found confused at our desk." in client.get(review).content.decode()
    sent = {"justified": "no", "review": "Her own team was on duty.", "once": str(uuid4())}
    assert client.post(review, sent).status_code == 302
    emergency.refresh_from_db()
    assert (emergency.justified, emergency.reviewed_by) == (False, cast.privacy_officer)
    assert not Task.objects.filter(kind="emergency-review", state="open").exists()
    client.force_login(cast.coordinator)
    assert "Reviewed: not justified." in client.get(f"/care/patients/{cast.patient.pk}/log/").content.decode()


def test_nobody_reviews_their_own(cast: Cast) -> None:
    emergency = opened(cast)
    with pytest.raises(Refused, match="own"):
        review_emergency(
            emergency=emergency, justified=True, review="All good here.", by=cast.stranger, at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.update(reviewed_by=cast.stranger, reviewed_at=timezone.now(), justified=True)


def test_who_is_allowed_anyway_needs_none(cast: Cast) -> None:
    with pytest.raises(Refused, match="without an emergency"):
        open_in_emergency(
            patient=cast.patient,
            reason="danger",
            explanation="No emergency at all.",
            by=cast.prescriber,
            at=timezone.now(),
        )


def test_half_a_name_finds_nobody_and_guessing_takes_ever_longer(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    for _ in range(5):
        answer = client.post(ADDRESS, asked(who="calloway"))
        assert answer.status_code == 422
        assert "No record matches both" in answer.content.decode()
    assert "Too many tries" in client.post(ADDRESS, asked(who="calloway")).content.decode()
    assert Event.objects.filter(name="care.patients.emergency-not-found").count() == 5
    assert not EmergencyAccess.objects.exists()


def test_two_patients_of_one_name_are_told_apart_by_the_record_number(cast: Cast, client: Client) -> None:
    other = make_patient(cast.other_site, "Owen Castle").person
    Person.objects.filter(pk=other.pk).update(legal_name="Ruth Calloway")
    client.force_login(cast.stranger)
    assert client.post(ADDRESS, asked()).status_code == 422
    answer = client.post(ADDRESS, asked(who=cast.patient.record_number.lower()))
    assert answer["Location"] == f"/care/patients/{cast.patient.pk}/"


@pytest.mark.parametrize("role", ["coordinator", "administrator", "privacy_officer", "learner"])
def test_who_treats_nobody_has_no_emergency(cast: Cast, client: Client, role: str) -> None:
    client.force_login(getattr(cast, role))
    assert client.post(ADDRESS, asked()).status_code == 403


def test_it_lends_no_more_than_the_role_reads_of_its_own_patients(cast: Cast) -> None:
    """A facilitator reads no screening of their own patients, and none of another's in an emergency."""
    other = make_patient(cast.other_site, "Owen Castle")
    open_in_emergency(
        patient=other, reason="danger", explanation="He rang here.", by=cast.facilitator, at=timezone.now()
    )
    person = Person.objects.get(pk=cast.facilitator.pk)
    assert may_on(person, other, Permission.SESSIONS_READ)
    for permission in set(TABLE) - READ_IN_EMERGENCY | {Permission.SCREENING_READ}:
        assert not may_on(person, other, permission), permission
    assert other in patients_for(person)


def test_it_ends_early_by_its_person_and_nobody_else(cast: Cast, client: Client) -> None:
    emergency = opened(cast)
    client.force_login(cast.prescriber)
    assert client.post(f"{ADDRESS}{emergency.pk}/end/").status_code == 404
    client.force_login(cast.stranger)
    assert client.post(f"{ADDRESS}{emergency.pk}/end/", {"once": str(uuid4())}).status_code == 302
    assert client.get(f"/care/patients/{cast.patient.pk}/").status_code == 404


def test_a_search_lists_no_record_that_an_emergency_opened(cast: Cast, client: Client) -> None:
    opened(cast)
    client.force_login(cast.stranger)
    assert "Ruth Calloway" not in client.get("/care/patients/", {"q": "calloway"}).content.decode()


def test_a_form_that_asks_only_for_reading_is_refused_too(cast: Cast, client: Client) -> None:
    """Responding to an answer about suicide asks for the right to read questionnaires, which an emergency lends."""
    opened(cast)
    client.force_login(cast.stranger)
    for page in (f"/care/patients/{cast.patient.pk}/", f"/care/measures/of/{cast.patient.pk}/"):
        assert client.get(page).status_code == 200
        assert client.post(page, {"once": str(uuid4())}).status_code == 404
