"""A prediction: asked before the answer is shown, made once, laid beside what was found; never marked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mooring.academy.checks.models import Prediction
from mooring.academy.checks.queries.predicting import OTHERS_SHOWN_FROM
from mooring.academy.learning.models import Enrolment, LessonDone
from mooring.audit.models import Event
from tests.academy.checks.studying import LESSON, lesson_at, signed_in, studying
from tests.courses import enrol
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db
FOUND = "Four of ten are things."


def predict_at(enrolment: Enrolment, prediction: str = "how-many") -> str:
    return reverse("lesson-predict", args=[enrolment.pk, LESSON, prediction])


def test_the_answer_is_hidden_until_it_is_predicted_and_then_stands_beside_it(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    page = client.get(lesson_at(enrolment)).content.decode()
    assert "How many of ten are things?" in page
    assert FOUND not in page
    answer = client.post(predict_at(enrolment), {"how-many-given": "9"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert FOUND in page
    assert "9 of 10" in page
    assert "4 of 10" in page
    assert Prediction.objects.get().given == "9"
    assert Event.objects.filter(name="academy.checks.predicted").count() == 1
    assert not LessonDone.objects.exists(), "a prediction is never marked"


def test_a_prediction_is_made_once_and_shown_as_it_was(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    client.post(predict_at(enrolment), {"how-many-given": "9"})
    again = client.post(predict_at(enrolment), {"how-many-given": "4"}, follow=True)
    assert "9 of 10" in again.content.decode()
    assert Prediction.objects.get().given == "9"
    with pytest.raises(IntegrityError), transaction.atomic():
        Prediction.objects.create(
            enrolment=enrolment,
            version=enrolment.version,
            prediction="how-many",
            given="1",
            at=timezone.now(),
        )


@pytest.mark.parametrize("given", ["", "11", "-1", "many", "nan"])
def test_what_is_off_the_scale_is_refused_at_the_prediction(cast: Cast, given: str) -> None:
    enrolment = studying(cast)
    answer = signed_in(cast.learner).post(predict_at(enrolment), {"how-many-given": given})
    assert answer.status_code == 422
    assert FOUND not in answer.content.decode()
    assert not Prediction.objects.exists()


def test_with_htmx_the_prediction_and_the_contents_come_alone(cast: Cast) -> None:
    enrolment = studying(cast)
    answer = signed_in(cast.learner).post(
        predict_at(enrolment), {"how-many-given": "2"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert page.lstrip().startswith('<section class="do predict"')
    assert 'id="lesson-contents" hx-swap-oob="true"' in page
    assert "1 of 3 answered" in " ".join(page.split())
    assert "<html" not in page


def test_a_stranger_finds_nothing_and_an_ended_access_refuses(cast: Cast) -> None:
    enrolment = studying(cast)
    assert signed_in(make_person("Una Stranger")).post(predict_at(enrolment)).status_code == 404
    assert signed_in(cast.learner).get(predict_at(enrolment, "no-such")).status_code == 404
    assert signed_in(cast.learner).get(predict_at(enrolment)).status_code == 302
    now = timezone.now()
    Enrolment.objects.filter(pk=enrolment.pk).update(
        enrolled_at=now - timedelta(days=9), access_until=now - timedelta(days=1)
    )
    answer = signed_in(cast.learner).post(predict_at(enrolment), {"how-many-given": "2"})
    assert answer.status_code in {302, 403}
    assert not Prediction.objects.exists()


def test_a_prediction_survives_a_question_that_became_an_amount(cast: Cast) -> None:
    enrolment = studying(cast)
    Prediction.objects.create(
        enrolment=enrolment, version=enrolment.version, prediction="how-many", given="b", at=timezone.now()
    )
    page = signed_in(cast.learner).get(lesson_at(enrolment)).content.decode()
    assert FOUND in page
    assert "data-yours" not in page


def test_what_others_predicted_is_shown_only_when_nobody_can_be_picked_out(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    others = [
        enrol(make_person(f"Learner {n}"), enrolment.version, at=timezone.now())
        for n in range(OTHERS_SHOWN_FROM - 1)
    ]
    for n, other in enumerate(others[:-1]):
        Prediction.objects.create(
            enrolment=other, version=other.version, prediction="how-many", given=str(n), at=timezone.now()
        )
    client.post(predict_at(enrolment), {"how-many-given": "9"})
    assert "Learners, in the middle" not in client.get(lesson_at(enrolment)).content.decode()
    Prediction.objects.create(
        enrolment=others[-1], version=enrolment.version, prediction="how-many", given="8", at=timezone.now()
    )
    page = client.get(lesson_at(enrolment)).content.decode()
    assert "Learners, in the middle" in page
    assert f"{OTHERS_SHOWN_FROM} learners predicted this." in page
