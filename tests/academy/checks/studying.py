"""What the tests of the player share: a learner in the tiny course, signed in, and the forms they send."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.identity.models import Person
from tests.courses import enrol, published_course
from tests.people import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"
LESSON = "m1-l1"
RIGHT, WRONG = {"thing-01-answer": "a"}, {"thing-01-answer": "b"}


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def studying(cast: Cast, folder: Path | None = None, **named: Any) -> Enrolment:
    """The cast's learner in the tiny course, or the course of a folder, enrolled now."""
    return enrol(cast.learner, published_course(cast.educator, folder), at=timezone.now(), **named)


def lesson_at(enrolment: Enrolment, lesson: str = LESSON) -> str:
    return reverse("lesson", args=[enrolment.pk, lesson])


def answer_at(enrolment: Enrolment, item: str = "thing-01") -> str:
    return reverse("lesson-answer", args=[enrolment.pk, LESSON, item])


def form_of(enrolment: Enrolment, item: str = "thing-01", **said: str) -> dict[str, str]:
    """What the page's own form sends besides the answer."""
    return {f"{item}-digest": parsed(enrolment.version).item(item).digest, "once": str(uuid4()), **said}
