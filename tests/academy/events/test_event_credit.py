"""A live event's own credit: whoever attended is enrolled in its activity, and its credit asks for the attendance."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mooring.academy.credits.queries.completion import completion_record
from mooring.academy.events.actions import add_recording, attend, set_credit
from mooring.academy.events.queries import code_of
from mooring.academy.learning.models import Enrolment
from mooring.rules.verdict import Refused
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import credit_course
from tests.academy.events.test_events import START, planned
from tests.courses import enrol
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_attendance_opens_the_activity_and_its_credit_asks_for_it(cast: Cast) -> None:
    version = credit_course(cast.educator)
    event = set_credit(event=planned(cast), course=version.course, by=cast.educator, at=NOW)
    elsewhere = enrol(cast.monitor, version)
    steps = {step.key: step for step in completion_record(elsewhere, at=NOW).steps}
    assert not steps["attendance"].done
    during = START + timedelta(minutes=30)
    attend(event=event, person=cast.learner, code=code_of(event, during), by=cast.learner, at=during)
    own = Enrolment.objects.get(learner=cast.learner, course=version.course)
    attended = {step.key: step for step in completion_record(own, at=during).steps}["attendance"]
    assert (attended.done, attended.at) == (True, during)
    with pytest.raises(Refused, match="attended already"):
        set_credit(event=event, course=None, by=cast.educator, at=during)


def test_the_recording_is_a_second_activity_with_its_own_credit(cast: Cast) -> None:
    version = credit_course(cast.educator)
    event = planned(cast)
    after = START + timedelta(hours=3)
    add_recording(
        event=event, recording="https://x.example", course=version.course, by=cast.educator, at=after
    )
    recorded = enrol(cast.learner, version)
    assert "attendance" not in {step.key for step in completion_record(recorded, at=after).steps}


def test_the_page_of_credit(cast: Cast) -> None:
    version = credit_course(cast.educator)
    event = planned(cast)
    address = reverse("speaker-event-credit", args=[event.pk])
    assert signed_in(cast.learner).get(address).status_code == 403
    assert signed_in(cast.educator).post(address, {"course": version.course_id}).status_code == 302
    page = signed_in(cast.learner).get(reverse("speaker-event", args=[event.pk])).content.decode()
    assert "A tiny course" in page
