"""The demonstration's academy: somebody stands at every stage, and competence follows from it."""

import pytest
from django.utils import timezone

from mooring.academy.checks.models import PostTestAttempt, ReviewPlan
from mooring.academy.courses.models import Course
from mooring.academy.credits.models import Certificate
from mooring.academy.learning.models import Enrolment
from mooring.academy.learning.queries import progress_of
from mooring.demonstration import learners
from mooring.demonstration.staff import CERTIFIED, LAPSED, QUAY, Staff, make_staff
from mooring.identity.competence import may_act
from mooring.identity.models import Credential, CredentialSource
from tests.told import told

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOW = timezone.now().replace(microsecond=0)


@told
def staff_with_learners() -> Staff:
    made = make_staff(NOW)
    learners.make_learners(made, NOW)
    return made


@pytest.fixture
def staff(db: None) -> Staff:
    return staff_with_learners()


def enrolment_of(staff: Staff, name: str) -> Enrolment:
    return Enrolment.objects.get(learner=staff.people[name])


def test_somebody_stands_at_every_stage(staff: Staff) -> None:
    assert set(Course.objects.values_list("slug", flat=True)) == {"ketamine-foundations", "what-stays"}
    assert enrolment_of(staff, learners.NEW).disclosures_seen_at is None
    half = progress_of(enrolment_of(staff, learners.HALF_WAY))
    assert 0 < half.lessons_done < len(half.course.lessons)
    failed = PostTestAttempt.objects.get(enrolment__learner=staff.people[learners.FAILED])
    assert failed.passed_at is None
    assert not enrolment_of(staff, learners.OVER).is_open(NOW)
    assert Certificate.objects.get(learner=staff.people[learners.COMPLETE]).offering == "kf-cme"
    assert ReviewPlan.objects.get().enrolment.learner == staff.people[learners.CERTIFIED]


def test_a_lapsed_course_refuses_and_says_what_to_do(staff: Staff) -> None:
    dario, site = staff.people[LAPSED], staff.sites[QUAY]
    verdict = may_act(dario, "start-session", at=NOW, site=site)
    assert not verdict.allowed
    assert any("ACLS" in str(finding) for finding in verdict.findings)
    jonas = staff.people["Jonas Lind"]
    assert may_act(jonas, "start-session", at=NOW, site=site).allowed


def test_a_certificate_alone_makes_somebody_current_and_its_absence_does_not(staff: Staff) -> None:
    yuki, site = staff.people[CERTIFIED], staff.sites[QUAY]
    credential = Credential.objects.get(person=yuki, kind="ketamine-course")
    assert credential.source == CredentialSource.ACADEMY
    assert may_act(yuki, "sit-with-patient", at=NOW, site=site).allowed
    Credential.objects.filter(pk=credential.pk).update(revoked_at=NOW)
    assert not may_act(yuki, "sit-with-patient", at=NOW, site=site).allowed


def test_a_course_that_may_not_be_published_any_more_leaves_the_clinic_whole(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_staff(NOW)
    monkeypatch.setattr(learners, "COURSES", learners.COURSES / "nothing")
    learners.make_learners(made, NOW)
    assert "The academy stays empty" in capsys.readouterr().err
    assert not Course.objects.exists()
