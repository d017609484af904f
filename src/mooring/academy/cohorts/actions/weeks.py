"""Acts of a week: pre-work sent, an absence told, attendance by code, by the educator or from a list, make-up work."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.cohorts.actions.telling import tell_participant
from mooring.academy.cohorts.models import (
    AbsenceNotice,
    CohortPlace,
    LiveSlot,
    MakeUp,
    PresenceBy,
    PreWork,
    PreWorkAnswer,
    PreWorkKind,
    SlotAttendance,
)
from mooring.academy.cohorts.queries.letters import with_places
from mooring.academy.events.queries import is_running, takes_code
from mooring.audit.recording import note, recorded
from mooring.content.patient_guard import patient_marks
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task

MADE_UP_WITHIN = timedelta(days=7)
"""How long after a missed slot make-up work is taken. Design default."""
READ_WITHIN = timedelta(days=7)
"""How soon make-up work is read: five working days. Design default."""


def _own_words(words: str) -> str:
    words = words.strip()
    if not words:
        raise Refused(_("Write your text first."))
    if patient_marks(words):
        raise Refused(
            _(
                "This looks like data of a patient. Write about a made-up person, without names, numbers or dates."
            )
        )
    return words


@recorded("academy.cohorts.pre-work-sent")
def send_pre_work(
    *, pre_work: PreWork, participant: CohortPlace, words: str, by: Person, at: datetime
) -> PreWorkAnswer:
    """Send what was written. Late is taken, too, and marked; once sent it stays as it is."""
    if pre_work.kind != PreWorkKind.WRITING:
        raise Refused(_("This part is done in the course itself."))
    answer, new = PreWorkAnswer.objects.get_or_create(
        pre_work=pre_work, participant=participant, defaults={"words": _own_words(words), "sent_at": at}
    )
    if not new:
        raise Refused(_("You have already sent this."))
    note(late=at > pre_work.due_at)
    return answer


@recorded("academy.cohorts.absence-told")
def tell_absence(*, slot: LiveSlot, participant: CohortPlace, by: Person, at: datetime) -> AbsenceNotice:
    """Say beforehand that one cannot come; the triad is filled without them. No reason is asked."""
    if at >= slot.starts_at:
        raise Refused(_("The live slot has started. Send make-up work afterwards."))
    notice, new = AbsenceNotice.objects.get_or_create(
        slot=slot, participant=participant, defaults={"told_at": at}
    )
    slot.triad_seats.filter(participant=participant).delete()
    note(new=new)
    return notice


@recorded("academy.cohorts.attended")
def attend_slot(
    *, slot: LiveSlot, participant: CohortPlace, code: str, by: Person, at: datetime
) -> SlotAttendance:
    """Confirm attendance by the code that is shown in the live slot; it changes every two minutes."""
    if not is_running(slot, at):
        raise Refused(_("Attendance is recorded while the live slot runs. Afterwards send make-up work."))
    if not takes_code(slot, code, at):
        raise Refused(_("This is not the code that is shown now. Look again; it changes every two minutes."))
    return _present(slot, participant, PresenceBy.CODE, by, at)


def _present(
    slot: LiveSlot, participant: CohortPlace, how: PresenceBy, by: Person, at: datetime
) -> SlotAttendance:
    present, _new = SlotAttendance.objects.get_or_create(
        slot=slot,
        participant=participant,
        cancelled_at=None,
        defaults={"how": how, "at": at, "recorded_by": by},
    )
    return present


@recorded("academy.cohorts.attendance-recorded")
def record_attendance(
    *, slot: LiveSlot, participant: CohortPlace, by: Person, at: datetime
) -> SlotAttendance:
    """The educator records that somebody was there."""
    if at < slot.starts_at:
        raise Refused(_("The live slot has not started yet."))
    return _present(slot, participant, PresenceBy.EDUCATOR, by, at)


@recorded("academy.cohorts.attendance-cancelled")
def cancel_attendance(*, attendance: SlotAttendance, reason: str, by: Person, at: datetime) -> SlotAttendance:
    """Take back attendance that was recorded in error, with the reason."""
    if not reason.strip():
        raise Refused(_("Give the reason."))
    done = SlotAttendance.objects.filter(pk=attendance.pk, cancelled_at__isnull=True).update(
        cancelled_at=at, reason=reason.strip()[:300]
    )
    if done != 1:
        raise Refused(_("This was taken back a moment ago."))
    attendance.refresh_from_db()
    return attendance


@dataclass(frozen=True)
class ImportedAttendance:
    """What a list of the call brought: how many are present by it, and every row that names nobody here."""

    present: int
    unknown: tuple[tuple[int, str], ...]


@recorded("academy.cohorts.attendance-imported")
def import_attendance(
    *, slot: LiveSlot, text: str, least_minutes: int = 0, by: Person, at: datetime
) -> ImportedAttendance:
    """Take the call's list of who was there: CSV with a column `email` and, where it counts, `minutes`.

    Rows are numbered as a spreadsheet numbers them. Rows that name nobody in the cohort, or too few minutes, are
    told back and change nothing.
    """
    if at < slot.starts_at:
        raise Refused(_("The live slot has not started yet."))
    known = {(each.person.email or "").lower(): each for each in with_places(slot.cohort)}
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    if "email" not in names:
        raise Refused(_("The first row names the columns; one of them is “email”."))
    present, unknown = set(), []
    for number, row in enumerate(rows, start=2):
        email = (row[names["email"]] or "").strip().lower()
        stayed = (row.get(names.get("minutes", ""), "") or "").strip()
        if email not in known:
            unknown.append((number, email or _("no e-mail")))
        elif least_minutes and (not stayed.isdecimal() or int(stayed) < least_minutes):
            unknown.append(
                (number, _("{email}: fewer than {n} minutes").format(email=email, n=least_minutes))
            )
        else:
            _present(slot, known[email], PresenceBy.IMPORT, by, at)
            present.add(email)
    note(present=len(present), unknown=len(unknown))
    return ImportedAttendance(len(present), tuple(unknown))


@recorded("academy.cohorts.make-up-sent")
def send_make_up(*, slot: LiveSlot, participant: CohortPlace, words: str, by: Person, at: datetime) -> MakeUp:
    """Send make-up work for a missed slot, within seven days. Whoever leads reads it within five working days."""
    if at <= slot.ends_at:
        raise Refused(_("The live slot has not ended yet."))
    if at > slot.ends_at + MADE_UP_WITHIN:
        raise Refused(_("Make-up work is taken for seven days. Write to whoever leads the cohort."))
    if slot.attendance.filter(participant=participant, cancelled_at__isnull=True).exists():
        raise Refused(_("Your attendance is recorded. Nothing is to be made up."))
    if slot.make_ups.filter(participant=participant).exclude(accepted=False).exists():
        raise Refused(_("You have already sent this."))
    made = MakeUp.objects.create(slot=slot, participant=participant, words=_own_words(words), sent_at=at)
    cohort = slot.cohort
    make_task(
        owed=Owed(
            kind="make-up",
            about=made,
            title=_("Read make-up work"),
            reason=f"{cohort.title}: {slot.title}"[:300],
            address=reverse("make-up", args=[made.pk]),
            act=_("Read"),
            role=Role.EDUCATOR,
            owner=cohort.led_by,
            due_at=at + READ_WITHIN,
            escalate_at=at + READ_WITHIN,
        ),
        site=cohort.site,
        by=by,
        at=at,
    )
    return made


@recorded("academy.cohorts.make-up-decided")
def decide_make_up(*, make_up: MakeUp, accepted: bool, answer: str, by: Person, at: datetime) -> MakeUp:
    """Accept make-up work, which then counts as made up, or send it back with what is missing."""
    if not accepted and not answer.strip():
        raise Refused(_("Say what is missing."))
    done = MakeUp.objects.filter(pk=make_up.pk, accepted__isnull=True).update(
        accepted=accepted, answer=answer.strip()[:600], decided_at=at, decided_by=by
    )
    if done != 1:
        raise Refused(_("A colleague decided this a moment ago."))
    make_up.refresh_from_db()
    if accepted:
        _present(make_up.slot, make_up.participant, PresenceBy.MADE_UP, by, at)
    close_tasks_about(make_up, kind="make-up", outcome="accepted" if accepted else "sent-back", by=by, at=at)
    slot = make_up.slot
    tell_participant(
        person=make_up.participant.person,
        cohort=slot.cohort,
        title=(_("Made up: {slot}") if accepted else _("Sent back: {slot}")).format(slot=slot.title),
        body=make_up.answer or _("Your make-up work is accepted."),
        by=by,
        at=at,
    )
    return make_up
