"""Enrolling: once, in the newest version, for a year; a later paid one renews all earlier."""

from datetime import timedelta
from decimal import Decimal
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
from mooring.academy.learning.actions import extend_access, give_attempts, open_course_offer
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


def test_a_second_enrolment_is_refused(cast: Cast) -> None:
    version = published_course(cast.educator)
    enrol(cast.learner, version, at=NOW)
    with pytest.raises(Refused, match="already"):
        enrol(cast.learner, version, at=NOW + timedelta(days=364))


@pytest.mark.parametrize(
    ("renewal_price", "refused"), [(None, "is not renewed"), (Decimal(40), "is bought"), (Decimal(0), "")]
)
def test_case_e8_an_expired_access_opens_by_what_the_offer_says(
    cast: Cast, renewal_price: Decimal | None, refused: str
) -> None:
    version = published_course(cast.educator)
    first = enrol(cast.learner, version, at=NOW)
    open_course_offer(
        course=version.course,
        price=Decimal(0),
        currency="USD",
        access_days=30,
        renewal_price=renewal_price,
        by=cast.administrator,
        at=NOW,
    )
    if refused:
        with pytest.raises(Refused, match=refused):
            enrol(cast.learner, version, at=NOW + timedelta(days=400))
        return
    again = enrol(cast.learner, version, at=NOW + timedelta(days=400))
    assert again.pk == first.pk
    assert again.access_until == NOW + timedelta(days=430)


def test_case_e8_without_an_offer_nothing_opens_again(cast: Cast) -> None:
    version = published_course(cast.educator)
    enrol(cast.learner, version, at=NOW)
    with pytest.raises(Refused, match="Ask your educator"):
        enrol(cast.learner, version, at=NOW + timedelta(days=400))
    assert Enrolment.objects.get().access_until == NOW + timedelta(days=365)


def test_a_course_that_is_sold_is_not_enrolled_in_for_nothing(cast: Cast) -> None:
    version = published_course(cast.educator)
    open_course_offer(
        course=version.course,
        price=Decimal(240),
        currency="USD",
        access_days=365,
        renewal_price=None,
        by=cast.administrator,
        at=NOW,
    )
    with pytest.raises(Refused, match="is bought"):
        enrol_learner(learner=cast.learner, course=version.course, paid=False, by=cast.learner, at=NOW)
    assert not Enrolment.objects.exists()


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
    with pytest.raises(AccessExpired, match=r"are saved.*renewed"):
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
