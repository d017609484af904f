"""The act of predicting before the answer is shown."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.academy.checks.models import Prediction
from mooring.academy.checks.queries.lessons import open_lesson_of
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import note, recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.words.numbers import plain_number


@recorded("academy.checks.predicted")
def predict(
    *,
    enrolment: Enrolment,
    lesson_id: str,
    prediction_id: str,
    given: float | str,
    by: Person,
    at: datetime,
) -> Prediction:
    """Predict what will be found. Once: afterwards the answer is known.

    Refused when the access is over, the lesson does not ask it, it is off its scale, or it was predicted before.
    """
    course, lesson = open_lesson_of(enrolment, lesson_id, at)
    asked = course.predictions.get(prediction_id) if prediction_id in lesson.embedded("predict") else None
    if asked is None or not asked.accepts(given):
        raise Refused(_("This cannot be predicted here. Choose among what the page offers."))
    made, fresh = Prediction.objects.get_or_create(
        enrolment=enrolment,
        prediction=prediction_id,
        defaults={
            "version": enrolment.version,
            "given": given if isinstance(given, str) else plain_number(given),
            "at": at,
        },
    )
    if not fresh:
        raise Refused(_("You predicted this before. What you said then is shown with the answer."))
    note(prediction=prediction_id)
    return made
