"""Acts on batches: certificates of completion for everyone who finished, made by the clock in the background."""

import time
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F
from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version
from mooring.academy.credits.actions.certificates import claim_credit, store_paper
from mooring.academy.credits.models import Batch, Certificate, CertificateState
from mooring.academy.credits.queries.offerings import day_of, offered_on
from mooring.academy.credits.queries.papers import drawn_paper
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import note, recorded
from mooring.content.course.schema import CreditType
from mooring.identity.models import Person
from mooring.rules.verdict import Refused

TURN_SECONDS = 4.0
"""How long one turn of the clock works on batches, so that messages never wait longer."""


@recorded("academy.credits.batch-asked")
def start_batch(*, course: Course, offering: str, by: Person, at: datetime) -> Batch:
    """Ask for the certificates of everyone who did all lessons and has none yet.

    Refused for anything but a plain completion: credit is claimed by each learner, who attests to it.
    """
    offered = offered_on(newest_version(course), offering, day_of(by, at))
    if offered.offering.credit_type is not CreditType.COMPLETION:
        raise Refused(
            _("Only certificates of completion are made in a batch. Credit is claimed by the learner.")
        )
    if offered.why_closed:
        raise Refused(*offered.why_closed)
    if Batch.objects.filter(course=course, offering=offering, finished_at__isnull=True).exists():
        raise Refused(_("A batch of these certificates is being made now."))
    holders = Certificate.objects.filter(
        course=course, offering=offering, state=CertificateState.VALID, cycle=offered.offering.valid_from
    )
    left = list(
        Enrolment.objects.filter(course=course, disclosures_seen_at__isnull=False)
        .exclude(learner__in=holders.values("learner"))
        .annotate(lessons=Count("lessons_done"))
        .filter(lessons__gte=F("version__lessons"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not left:
        raise Refused(_("Everyone who finished the lessons already has this certificate."))
    note(total=len(left))
    return Batch.objects.create(
        course=course, offering=offering, asked_by=by, asked_at=at, total=len(left), left=left
    )


def work_on_batches(*, at: datetime, seconds: float = TURN_SECONDS) -> int:
    """The clock's turn: certificates with their papers, one after the other, until the time is up.

    Each certificate is an act of its own; a turn that is killed is taken up again by the next.
    """
    ends, made = time.monotonic() + seconds, 0
    for batch in Batch.objects.filter(finished_at__isnull=True).select_related("asked_by", "course"):
        left = list(batch.left)
        while left and time.monotonic() < ends:
            done = _make_one(batch, left.pop(0), at)
            made += done
            batch.refused += not done
            Batch.objects.filter(pk=batch.pk).update(left=left, refused=batch.refused)
        if not left:
            Batch.objects.filter(pk=batch.pk, finished_at__isnull=True).update(finished_at=at)
    return made


def _make_one(batch: Batch, enrolment_pk: int, at: datetime) -> bool:
    enrolment = Enrolment.objects.select_related("learner", "course", "version__course", "first_version").get(
        pk=enrolment_pk
    )
    try:
        certificate = claim_credit(
            enrolment=enrolment, offering=batch.offering, amount=Decimal(0), by=batch.asked_by, at=at
        )
    except Refused:
        return False
    store_paper(certificate=certificate, pdf=drawn_paper(certificate), by=batch.asked_by, at=at)
    return True
