"""A person becomes a patient with a care team around them; colleagues join and leave it."""

from datetime import date

import pytest

from mooring.audit.models import Event
from mooring.care.patients.actions import admit_patient, join_care_team, leave_care_team
from mooring.care.patients.models import Patient
from mooring.identity.models import CareTeamMember, Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from tests.people import NOW, Cast


def admit(cast: Cast, name: str = "Owen Castle", **changed: object) -> Patient:
    given = {
        "person": Person(legal_name=name, email="owen@example.com", phone="+1 503 555 0188"),
        "site": cast.site,
        "birth_date": date(1990, 5, 17),
        "by": cast.coordinator,
        "at": NOW,
    }
    return admit_patient(**{**given, **changed})  # type: ignore[arg-type]


def test_an_admitted_patient_has_a_record_a_team_and_an_event(cast: Cast) -> None:
    patient = admit(cast, team=[(cast.therapist, Role.THERAPIST), (cast.prescriber, Role.PRESCRIBER)])
    assert patient.record_number
    assert patient.since == NOW
    assert {each.person for each in patient.care_team.members.all()} == {cast.therapist, cast.prescriber}
    assert not patient.person.has_usable_password()
    assert patient.person.time_zone == cast.site.time_zone
    event = Event.objects.get(name="care.patients.admitted")
    assert (event.actor, event.subject) == (cast.coordinator.actor_ref, patient.subject_ref)


def test_an_email_that_somebody_has_already_is_refused_and_leaves_nothing(cast: Cast) -> None:
    admit(cast)
    people = Person.objects.count()
    with pytest.raises(Refused, match="e-mail"):
        admit(cast, "Another Person")
    assert Person.objects.count() == people


def test_a_birth_date_in_the_future_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="birth"):
        admit(cast, birth_date=date(2030, 1, 1))


def test_a_colleague_joins_in_a_role_that_they_hold(cast: Cast) -> None:
    patient = admit(cast)
    member = join_care_team(
        patient=patient, person=cast.therapist, role=Role.THERAPIST, by=cast.coordinator, at=NOW
    )
    assert member.team == patient.care_team
    assert Event.objects.get(name="care.patients.team-joined").subject == patient.subject_ref
    with pytest.raises(Refused, match="already"):
        join_care_team(
            patient=patient, person=cast.therapist, role=Role.THERAPIST, by=cast.coordinator, at=NOW
        )
    for person, role in ((cast.therapist, Role.PRESCRIBER), (cast.stranger, Role.THERAPIST)):
        with pytest.raises(Refused, match="does not hold"):
            join_care_team(patient=patient, person=person, role=role, by=cast.coordinator, at=NOW)


def test_a_colleague_leaves_once(cast: Cast) -> None:
    member = CareTeamMember.objects.get(person=cast.therapist)
    leave_care_team(patient=cast.patient, member=member, by=cast.coordinator, at=NOW)
    member.refresh_from_db()
    assert member.until == NOW
    with pytest.raises(Refused):
        leave_care_team(patient=cast.patient, member=member, by=cast.coordinator, at=NOW)
