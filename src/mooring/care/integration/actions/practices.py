"""Practices and the journal: agreed here, followed and written by the patient on their own link."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.integration.models import JournalEntry, Practice, PracticeDay, PrivateWords
from mooring.care.integration.queries.practices import LINK, has_link
from mooring.care.patients.links import send_link
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.actions import best_channel
from mooring.work.models import Channel

LINK_LASTS = timedelta(days=100)
"""The page is open until after the check at three months; a design default."""


@recorded("care.integration.practices-agreed")
def agree_practices(
    *, patient: Patient, cycle: Cycle | None, text: str, by: Person, at: datetime
) -> list[Practice]:
    """Each line is a practice of its own; one that stands already is not agreed twice. The patient gets the link."""
    standing = set(
        Practice.objects.filter(patient__in=patient.records, ended_at__isnull=True).values_list(
            "text", flat=True
        )
    )
    lines = dict.fromkeys(line.strip()[:300] for line in text.splitlines() if line.strip())
    made = [
        Practice.objects.create(patient=patient, cycle=cycle, text=line, by=by, at=at)
        for line in lines
        if line not in standing
    ]
    if made and not has_link(patient, at) and best_channel(patient.person) != Channel.SCREEN:
        send_practices(patient=patient, by=by, at=at)
    note(target=patient, count=len(made))
    return made


@recorded("care.integration.practices-sent")
def send_practices(*, patient: Patient, by: Person, at: datetime) -> Patient:
    """Send the link to the patient's own page of practices and journal; an earlier one stops working."""
    send_link(
        patient=patient,
        kind=LINK,
        about=patient,
        opens="practices-mine",
        lasts=LINK_LASTS,
        title=_("Your practices"),
        body=_("{site}: what you wanted to practice, and your journal: {link}").format(
            site=patient.site, link="{link}"
        ),
        otherwise=_("Write the practices on paper for them."),
        by=by,
        at=at,
    )
    note(target=patient)
    return patient


@recorded("care.integration.practice-ended")
def end_practice(*, practice: Practice, by: Person, at: datetime) -> Practice:
    """It is not practised any more; the days that were marked stay."""
    ended = Practice.objects.filter(pk=practice.pk, ended_at__isnull=True).update(ended_at=at, ended_by=by)
    if ended != 1:
        raise Refused(_("A colleague ended this practice a moment ago."))
    practice.refresh_from_db()
    return practice


@recorded("care.integration.practice-done")
def mark_done(*, practice: Practice, by: Person, at: datetime) -> PracticeDay:
    """The patient did it today; a day is marked once however often it is sent."""
    if practice.ended_at is not None:
        raise Refused(_("This practice has ended."))
    day, _made = PracticeDay.objects.get_or_create(
        practice=practice, on=practice.patient.site.today(at), defaults={"by": by, "at": at}
    )
    note(target=practice)
    return day


@recorded("care.integration.journal-written")
def write_journal(*, patient: Patient, text: str, shared: bool, by: Person, at: datetime) -> JournalEntry:
    """The patient writes an entry: for themselves alone, or shared with the team."""
    if not text.strip():
        raise Refused(_("Write something first."))
    entry = JournalEntry.objects.create(
        patient=patient, shared=shared, text=text.strip() if shared else "", by=by, at=at
    )
    if not shared:
        PrivateWords.objects.create(entry=entry, text=text.strip())
    note(target=entry, shared=shared)
    return entry


@recorded("care.integration.journal-shared")
def share_entry(*, entry: JournalEntry, shared: bool, by: Person, at: datetime) -> JournalEntry:
    """The patient shares an entry, or makes it private again; its words move with it."""
    text = entry.private.text if not entry.shared else entry.text
    moved = JournalEntry.objects.filter(pk=entry.pk, shared=not shared).update(
        shared=shared, text=text if shared else "", changed_at=at
    )
    if moved == 1 and shared:
        PrivateWords.objects.filter(entry=entry).delete()
    elif moved == 1:
        PrivateWords.objects.create(entry=entry, text=text)
    entry = JournalEntry.objects.get(pk=entry.pk)
    note(target=entry, shared=shared)
    return entry
