"""The written permission table, and how far each permission reaches."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from mooring.identity.access import get_colleague_for, get_site_for
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import TABLE, Permission, Reach, Role, reach_of
from tests.people import Cast, make_person


def test_every_permission_has_a_line_with_words_and_somebody_who_has_it() -> None:
    assert set(TABLE) == set(Permission)
    assert all(entry.says and (entry.site or entry.team) for entry in TABLE.values())


def test_a_role_reaches_one_way_only() -> None:
    assert not [permission for permission, entry in TABLE.items() if set(entry.site) & set(entry.team)]


def test_people_without_a_clinical_role_reach_no_record() -> None:
    outsiders = {
        Role.LEARNER,
        Role.EDUCATOR,
        Role.PATIENT,
        Role.SUPPORT_PERSON,
        Role.INSPECTOR,
        Role.ADMINISTRATOR,
    }
    clinical = [
        permission
        for permission in Permission
        if permission.split(".")[0]
        not in {"people", "sites", "credentials", "policy", "pack", "audit", "courses", "credits", "orders"}
    ]
    reached = {
        (role, permission) for role in outsiders for permission in clinical if reach_of(role, permission)
    }
    assert reached == {(Role.INSPECTOR, Permission.STOCK_READ)}, (
        "an inspector reads the controlled-drug ledger"
    )


def test_only_prescribers_sign_treatments_orders_and_discharges() -> None:
    for permission in (
        Permission.TREATMENTS_SIGN,
        Permission.ORDERS_SIGN,
        Permission.SCREENING_DECIDE,
        Permission.SESSIONS_SIGN_OFF,
    ):
        entry = TABLE[permission]
        assert set(entry.site) | set(entry.team) == {Role.PRESCRIBER, Role.MEDICAL_DIRECTOR}


def test_a_therapist_reaches_the_team_and_a_prescriber_the_site() -> None:
    assert reach_of(Role.THERAPIST, Permission.PATIENTS_OPEN) == Reach.TEAM
    assert reach_of(Role.PRESCRIBER, Permission.PATIENTS_OPEN) == Reach.SITE
    assert reach_of(Role.LEARNER, Permission.PATIENTS_OPEN) is None


@pytest.mark.django_db
def test_a_role_that_has_ended_gives_nothing(cast: Cast) -> None:
    assert cast.prescriber.may(Permission.ORDERS_SIGN)
    RoleAssignment.objects.filter(person=cast.prescriber).update(
        held_until=timezone.now() - timedelta(minutes=1)
    )
    assert not Person.objects.get(pk=cast.prescriber.pk).may(Permission.ORDERS_SIGN)


@pytest.mark.django_db
def test_a_role_that_has_not_begun_gives_nothing(cast: Cast) -> None:
    person = make_person("Later Joiner", (Role.PRESCRIBER, cast.site))
    RoleAssignment.objects.filter(person=person).update(held_from=timezone.now() + timedelta(days=1))
    assert not person.may(Permission.ORDERS_SIGN)


@pytest.mark.django_db
def test_a_site_is_handed_to_its_own_people_only(cast: Cast) -> None:
    assert get_site_for(cast.director, cast.site.pk, to=Permission.POLICY_SIGN) == cast.site
    with pytest.raises(Http404):
        get_site_for(cast.stranger, cast.site.pk, to=Permission.POLICY_SIGN)
    with pytest.raises(PermissionDenied):
        get_site_for(cast.monitor, cast.site.pk, to=Permission.POLICY_SIGN)


@pytest.mark.django_db
def test_a_colleague_is_handed_to_who_manages_people_at_their_site(cast: Cast) -> None:
    assert get_colleague_for(cast.administrator, cast.monitor.pk, to=Permission.PEOPLE_MANAGE) == cast.monitor
    with pytest.raises(Http404):
        get_colleague_for(cast.administrator, cast.stranger.pk, to=Permission.PEOPLE_MANAGE)
    with pytest.raises(PermissionDenied):
        get_colleague_for(cast.monitor, cast.therapist.pk, to=Permission.PEOPLE_MANAGE)
