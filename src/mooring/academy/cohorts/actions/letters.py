"""Acts that write to a group: a letter, a reminder of what is open, and what the clock sends by itself."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.academy.cohorts.actions.telling import tell_participant
from mooring.academy.cohorts.models import Cohort, GroupLetter, Instalment, LiveSlot
from mooring.academy.cohorts.queries.letters import slot_words, with_places
from mooring.academy.cohorts.queries.progress import standings_of
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.content.patient_guard import patient_marks
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, make_task
from mooring.work.models import Task

REMINDED_BEFORE = timedelta(hours=24)
SETTLED_WITHIN = timedelta(days=7)


@recorded("academy.cohorts.letter-sent")
def write_to_group(*, cohort: Cohort, title: str, words: str, by: Person, at: datetime) -> GroupLetter:
    """Send a letter to everyone who has a seat; it stays on the cohort's page."""
    title, words = title.strip(), words.strip()
    if not title or not words:
        raise Refused(_("A letter has a title and a text."))
    if patient_marks(f"{title} {words}"):
        raise Refused(_("This looks like data of a patient. Nothing was sent."))
    readers = with_places(cohort)
    if not readers:
        raise Refused(_("No one has a place in this cohort yet."))
    for participant in readers:
        tell_participant(person=participant.person, cohort=cohort, title=title, body=words, by=by, at=at)
    note(readers=len(readers))
    return GroupLetter.objects.create(
        cohort=cohort, title=title[:160], words=words[:4000], sent_at=at, sent_by=by, readers=len(readers)
    )


@recorded("academy.cohorts.reminded")
def remind_of_slot(*, slot: LiveSlot, by: Actor, at: datetime) -> LiveSlot:
    """Tell everyone in their own time when the slot is and what they still have open; a day before, once."""
    if LiveSlot.objects.filter(pk=slot.pk, reminded_at__isnull=True).update(reminded_at=at) == 1:
        for standing in standings_of(slot.cohort, with_places(slot.cohort)):
            person = standing.place.person
            left = sum(each.done_at is None for each in standing.pre_work_of(slot))
            open_words = ngettext(
                "{n} piece of pre-work is open.", "{n} pieces of pre-work are open.", left
            ).format(n=left)
            tell_participant(
                person=person,
                cohort=slot.cohort,
                title=_("Tomorrow: {slot}").format(slot=slot.title),
                body=f"{slot_words(person, slot)}. {open_words if left else ''}".strip(),
                by=by,
                at=at,
            )
    slot.refresh_from_db()
    return slot


@recorded("academy.cohorts.pre-work-reminded")
def remind_of_pre_work(*, slot: LiveSlot, by: Person, at: datetime) -> list[Person]:
    """Write to those alone who have pre-work of this slot open. Refused when there are none."""
    late = [
        each
        for each in standings_of(slot.cohort, with_places(slot.cohort))
        if any(one.done_at is None for one in each.pre_work_of(slot))
    ]
    if not late:
        raise Refused(_("No one has pre-work open."))
    for standing in late:
        titles = [one.pre_work.title for one in standing.pre_work_of(slot) if one.done_at is None]
        tell_participant(
            person=standing.place.person,
            cohort=slot.cohort,
            title=_("Before {slot}").format(slot=slot.title),
            body=_("Still open: {titles}.").format(titles=", ".join(titles)),
            by=by,
            at=at,
        )
    note(reminded=len(late))
    return [each.place.person for each in late]


def look_after_cohorts(*, at: datetime) -> int:
    """The clock's turn: slots of the next day are reminded of once, and instalments overdue become a task."""
    due = LiveSlot.objects.filter(
        starts_at__gt=at,
        starts_at__lte=at + REMINDED_BEFORE,
        reminded_at__isnull=True,
        cohort__cancelled_at__isnull=True,
    ).select_related("cohort__site")
    slots = list(due[:50])
    for slot in slots:
        remind_of_slot(slot=slot, by=CLOCK, at=at)
    unpaid = Instalment.objects.filter(
        paid_on__isnull=True, due_on__lt=at.date(), participant__left_at__isnull=True
    ).select_related("participant__cohort__site", "participant__person")
    known = set(Task.objects.filter(kind="cohort-instalment").values_list("about", flat=True))
    for instalment in unpaid.exclude(pk__in=[_number(each) for each in known])[:100]:
        _ask_for(instalment, at)
    return len(slots)


def _number(about: str) -> int:
    return int(about.rpartition(":")[2])


def _ask_for(instalment: Instalment, at: datetime) -> None:
    """Whoever manages orders is asked about a part that did not come."""
    participant = instalment.participant
    make_task(
        owed=Owed(
            kind="cohort-instalment",
            about=instalment,
            title=_("Ask about an instalment"),
            reason=_("{amount} {currency} was due on {day}.").format(
                amount=instalment.amount,
                currency=participant.cohort.currency,
                day=instalment.due_on.isoformat(),
            ),
            address=reverse("cohort-participant", args=[participant.pk]),
            act=_("Ask"),
            role=Role.EDUCATOR,
            due_at=at + SETTLED_WITHIN,
        ),
        site=participant.cohort.site,
        by=CLOCK,
        at=at,
    )
