"""The one act on an evaluation: it is sent once, and what was answered is stored apart from who answered."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.academy.checks.models import EvaluationAnswers, EvaluationSent
from mooring.academy.checks.queries.evaluation import why_not
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import recorded
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("academy.checks.evaluation-sent")
def send_evaluation(
    *, enrolment: Enrolment, given: Mapping[str, str], by: Person, at: datetime
) -> EvaluationSent:
    """Store the answers without a name and, in the same transaction, that this learner sent some.

    Nothing joins the two rows: the answers carry neither a person nor a time, and the event names only that
    the evaluation was sent. Refused before the post-test is passed, and the second time.
    """
    reasons = why_not(enrolment)
    if reasons:
        raise Refused(*reasons)
    try:
        with transaction.atomic():
            sent = EvaluationSent.objects.create(enrolment=enrolment, version=enrolment.version, at=at)
    except IntegrityError as fault:
        raise Refused(
            _("Your evaluation was sent a moment ago. You can send it once; that one counts.")
        ) from fault
    EvaluationAnswers.objects.create(
        version=enrolment.version, given={key: said for key, said in given.items() if said}
    )
    return sent
