"""Enrolling: once, in the newest version, for a year; a later paid one renews all earlier."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.http import Http404

from mooring.academy.learning.access import (
    AccessExpired,
    enrolments_taught_by,
    get_enrolment_for,
    get_enrolment_to_teach,
)
from mooring.academy.learning.actions import enrol as enrol_learner
from mooring.academy.learning.actions import extend_access, give_attempts
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Access, Event
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from tests.courses import enrol, published_course, write_course
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db


def test_a_learner_is_enrolled_in_the_newest_version_for_a_year(cast: Cast) -> None:
    version = published_course(cast.educator)
    enrolment = enrol(cast.learner, version, at=NOW, seen=False)
    assert (enrolment.version, enrolment.first_version) == (version, version)
    assert enrolment.access_until == NOW + timedelta(days=365)
    assert Event.objects.get(name="academy.learning.enrolled").actor == cast.learner.actor_ref


def test_a_second_enrolment_is_refused_and_an_expired_one_opens_again(cast: Cast) -> None:
    version = published_course(cast.educator)
    first = enrol(cast.learner, version, at=NOW)
    with pytest.raises(Refused, match="already"):
        enrol(cast.learner, version, at=NOW + timedelta(days=364))
    again = enrol(cast.learner, version, at=NOW + timedelta(days=400))
    assert again.pk == first.pk
    assert again.access_until == NOW + timedelta(days=765)
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize(("paid", "until"), [(True, 665), (False, 365)])
def test_only_a_paid_enrolment_renews_the_earlier_courses(
    cast: Cast, tmp_path: Path, paid: bool, until: int
) -> None:
    first = enrol(cast.learner, published_course(cast.educator), at=NOW)
    other = published_course(cast.educator, write_course(tmp_path / "other", "other"))
    second = enrol(cast.learner, other, paid=paid, at=NOW + timedelta(days=300))
    first.refresh_from_db()
    assert first.access_until == NOW + timedelta(days=until)
    assert second.access_until == NOW + timedelta(days=665)


def test_a_renewal_never_shortens_what_somebody_has(cast: Cast, tmp_path: Path) -> None:
    first = enrol(cast.learner, published_course(cast.educator), at=NOW)
    extend_access(enrolment=first, until=NOW + timedelta(days=900), by=cast.educator, at=NOW)
    other = published_course(cast.educator, write_course(tmp_path / "other", "other"))
    enrol(cast.learner, other, paid=True, at=NOW)
    first.refresh_from_db()
    assert first.access_until == NOW + timedelta(days=900)
    with pytest.raises(Refused, match="already"):
        extend_access(enrolment=first, until=NOW + timedelta(days=899), by=cast.educator, at=NOW)


def test_further_attempts_are_counted_up(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator))
    given = give_attempts(enrolment=enrolment, attempts=2, by=cast.educator, at=NOW)
    assert give_attempts(enrolment=given, attempts=1, by=cast.educator, at=NOW).extra_attempts == 3
    with pytest.raises(Refused):
        give_attempts(enrolment=given, attempts=6, by=cast.educator, at=NOW)


def test_nobody_but_the_learner_is_handed_the_enrolment(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator))
    assert get_enrolment_for(cast.learner, enrolment.pk) == enrolment
    for other in (cast.stranger, cast.educator, cast.director):
        with pytest.raises(Http404):
            get_enrolment_for(other, enrolment.pk)
    with pytest.raises(Http404):
        get_enrolment_for(cast.learner, enrolment.pk + 1)


def test_when_the_access_is_over_the_reason_and_the_next_step_are_said(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator), at=NOW - timedelta(days=400))
    with pytest.raises(AccessExpired, match=r"are saved.*Enrol again"):
        get_enrolment_for(cast.learner, enrolment.pk)
    assert get_enrolment_for(cast.learner, enrolment.pk, open_now=False) == enrolment


def test_an_educator_of_the_site_is_handed_it_and_leaves_a_row(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator))
    assert get_enrolment_to_teach(cast.educator, enrolment.pk) == enrolment
    assert list(enrolments_taught_by(cast.educator)) == [enrolment]
    assert Access.objects.get(viewer=cast.educator.actor_ref).subjects.get().subject == (
        cast.learner.subject_ref
    )
    elsewhere = make_person("Yara Haddad", (Role.EDUCATOR, cast.other_site))
    with pytest.raises(Http404):
        get_enrolment_to_teach(elsewhere, enrolment.pk)


def test_double_enrolment_by_another_hand_is_refused(cast: Cast) -> None:
    version = published_course(cast.educator)
    enrol(cast.learner, version, at=NOW)
    with pytest.raises(Refused):
        enrol_learner(learner=cast.learner, course=version.course, paid=False, by=cast.educator, at=NOW)
