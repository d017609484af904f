"""A month's session records: asked for, drawn by the clock a few at a time, kept for a week."""

import logging
import time
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.papers.kinds import KINDS
from mooring.care.papers.models import BatchPaper, PaperBatch
from mooring.care.papers.queries import subject_of
from mooring.care.sessions.models import Session, SessionState
from mooring.identity.models import Person, Site
from mooring.rules.verdict import Refused
from mooring.work.documents.sheet import drawn_sheet
from mooring.work.moments import start_of

logger = logging.getLogger(__name__)
TURN_SECONDS = 4.0
"""How long one turn of the clock draws, so that messages never wait longer."""
KEPT = timedelta(days=7)
RECORD = "session-record"


@recorded("care.papers.batch-asked")
def start_batch(*, site: Site, month: date, by: Person, at: datetime) -> PaperBatch:
    """Ask for the records of every session that was dosed in a month (its first day); one batch of a month at a time."""
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    start, end = (start_of(day, site.zone) for day in (first, following))
    sessions = Session.objects.filter(patient__site=site, cycle__dosed_at__gte=start, cycle__dosed_at__lt=end)
    left = list(
        sessions.exclude(state=SessionState.VOID).order_by("cycle__dosed_at").values_list("pk", flat=True)
    )
    if not left:
        raise Refused(_("No dose was given in this month."))
    try:
        with transaction.atomic():
            batch = PaperBatch.objects.create(
                site=site, month=first, asked_by=by, asked_at=at, total=len(left), left=left
            )
    except IntegrityError as error:
        raise Refused(_("The papers of this month are being made now.")) from error
    note(target=batch, total=len(left))
    return batch


def draw_batches(*, at: datetime, seconds: float = TURN_SECONDS) -> int:
    """The clock's turn: papers one after the other until the time is up. A turn that is killed is taken up again."""
    PaperBatch.objects.filter(finished_at__lt=at - KEPT).delete()
    ends, made = time.monotonic() + seconds, 0
    for batch in PaperBatch.objects.filter(finished_at__isnull=True).select_related("asked_by", "site"):
        while batch.left and time.monotonic() < ends:
            made += _draw_one(batch, batch.left.pop(0), at)
            PaperBatch.objects.filter(pk=batch.pk).update(left=batch.left, failed=batch.failed)
        if not batch.left:
            PaperBatch.objects.filter(pk=batch.pk, finished_at__isnull=True).update(finished_at=at)
    return made


def _draw_one(batch: PaperBatch, session_pk: int, at: datetime) -> bool:
    """One record; what cannot be drawn is named and holds up no other."""
    rows = Session.objects.select_related(
        "patient__person", "patient__site", "cycle__treatment", "order__weight", "order__signed_by", "pack",
        "opened_by", "signed_off_by",
    )  # fmt: skip
    session = rows.defer("pack__body").get(pk=session_pk)
    try:
        with timezone.override(batch.site.zone), transaction.atomic():
            subject = subject_of(session.patient, session, {}, by=batch.asked_by, now=at)
            data = drawn_sheet(KINDS[RECORD].make(subject))
            BatchPaper.objects.get_or_create(batch=batch, session=session, defaults={"data": data})
    except Refused as refused:
        reason = " ".join(refused.reasons)
    except Exception:
        logger.exception("draw_batches: session %s", session_pk)
        reason = _("This paper failed. The administrator finds the cause in the server's log.")
    else:
        return True
    batch.failed.append([session.patient.record_number, reason])
    return False
