"""Who is handed a patient's record, and what it leaves behind."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from mooring.audit.looking import looking_at
from mooring.audit.models import Access, AccessSubject
from mooring.care.patients.access import get_patient_for, may_on, patients_for
from mooring.care.patients.models import Patient
from mooring.identity.models import CareTeamMember, Person
from mooring.identity.roles import Permission, Role
from tests.people import NOW, Cast, make_patient, make_person

OPEN, WRITE = Permission.PATIENTS_OPEN, Permission.PATIENTS_WRITE


def test_the_coordinator_of_the_site_is_handed_the_record(cast: Cast) -> None:
    with looking_at("/care/patients/"):
        assert get_patient_for(cast.coordinator, cast.patient.pk, to=OPEN) == cast.patient
    opened = Access.objects.get()
    assert (opened.viewer, opened.screen) == (cast.coordinator.actor_ref, "/care/patients/")
    assert [each.subject for each in opened.subjects.all()] == [cast.patient.subject_ref]


def test_a_stranger_finds_nothing_and_leaves_no_row(cast: Cast) -> None:
    with pytest.raises(Http404):
        get_patient_for(cast.stranger, cast.patient.pk, to=OPEN)
    assert not Access.objects.exists()


def test_a_reader_who_may_not_write_is_told_so(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        get_patient_for(cast.monitor, cast.patient.pk, to=WRITE)
    assert not AccessSubject.objects.exists()


def test_an_unknown_number_is_not_found(cast: Cast) -> None:
    with pytest.raises(Http404):
        get_patient_for(cast.coordinator, 987654, to=OPEN)


def test_a_therapist_reaches_the_patients_of_their_teams_only(cast: Cast) -> None:
    other = make_patient(cast.site, "Owen Castle")
    assert list(patients_for(cast.therapist)) == [cast.patient]
    with pytest.raises(Http404):
        get_patient_for(cast.therapist, other.pk, to=OPEN)
    assert may_on(cast.therapist, cast.patient, OPEN)
    assert not may_on(cast.therapist, other, OPEN)
    assert set(patients_for(cast.coordinator)) == {cast.patient, other}


def test_who_left_the_team_reaches_the_patient_no_more(cast: Cast) -> None:
    CareTeamMember.objects.filter(person=cast.therapist).update(until=NOW)
    assert not patients_for(cast.therapist).exists()
    assert not may_on(cast.therapist, cast.patient, OPEN)


def test_a_member_twice_sees_the_patient_once(cast: Cast) -> None:
    CareTeamMember.objects.create(
        team=cast.patient.care_team, person=cast.therapist, role=Role.FACILITATOR, since=NOW
    )
    assert list(patients_for(cast.therapist)) == [cast.patient]


def test_the_privacy_officer_reads_the_log_and_nothing_else(cast: Cast) -> None:
    log = Permission.RECORD_LOG_READ
    assert get_patient_for(cast.privacy_officer, cast.patient.pk, to=log) == cast.patient
    with pytest.raises(Http404):
        get_patient_for(cast.privacy_officer, cast.patient.pk, to=OPEN)


def test_nobody_without_a_role_reaches_anybody(cast: Cast) -> None:
    assert not patients_for(cast.learner).exists()
    assert not patients_for(cast.patient.person).exists()
    assert not may_on(cast.learner, cast.patient, OPEN)


def test_the_statement_written_for_one_person_answers_each_for_themselves(cast: Cast) -> None:
    elsewhere = make_patient(cast.other_site, "Owen Castle")
    colleague = make_person("Ben Ode", (Role.COORDINATOR, cast.other_site))
    both = make_person("Ada Wells", (Role.COORDINATOR, cast.site), (Role.COORDINATOR, cast.other_site))
    may = {
        (person.legal_name, patient.person.legal_name)
        for person in (cast.coordinator, colleague, both)
        for patient in (cast.patient, elsewhere)
        if _is_handed(person, patient)
    }
    assert may == {
        ("Ines Duarte", "Ruth Calloway"),
        ("Ben Ode", "Owen Castle"),
        ("Ada Wells", "Ruth Calloway"),
        ("Ada Wells", "Owen Castle"),
    }


def _is_handed(person: Person, patient: Patient) -> bool:
    try:
        return get_patient_for(person, patient.pk, to=OPEN) == patient
    except Http404:
        return False
