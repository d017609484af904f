"""Acts of who leads: planning a cohort with its weeks, moving a slot, adding pre-work, cancelling."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Max
from django.utils.translation import gettext as _

from mooring.academy.cohorts.actions.telling import tell_participant
from mooring.academy.cohorts.models import Cohort, LiveSlot, PreWork, PreWorkKind
from mooring.academy.cohorts.queries.letters import slot_words, with_places
from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version, parsed
from mooring.audit.recording import note, recorded
from mooring.identity.models import Person, Site
from mooring.rules.verdict import Refused
from mooring.rules.weekly import weekly_moments

MOST_WEEKS = 52


@dataclass(frozen=True, kw_only=True)
class CohortTerms:
    """What a cohort is, as it is planned: its seats, its price, and the rule of its certificate."""

    title: str
    summary: str
    seats: int
    apply_until: datetime
    needed: int
    most_made_up: int = 0
    sheets_needed: int = 0
    pre_work_required: bool = True
    price: Decimal = Decimal(0)
    currency: str = "USD"


@dataclass(frozen=True, kw_only=True)
class WeeklySlots:
    """When the live slots are: weekly at the same time on the wall of `zone`, with a title each."""

    first: datetime
    """A time on the wall, without a time zone."""
    zone: str
    minutes: int
    titles: Sequence[str]
    live_link: str = ""
    second_link: str = ""


@recorded("academy.cohorts.planned")
def plan_cohort(
    *,
    site: Site,
    course: Course,
    terms: CohortTerms,
    weekly: WeeklySlots,
    led_by: Person,
    by: Person,
    at: datetime,
) -> Cohort:
    """Plan a cohort with its live slots. Refused when it starts before applications end, or its rule cannot be met."""
    moments = weekly_moments(weekly.first, zone=weekly.zone, weeks=len(weekly.titles))
    _check_terms(terms, moments, at)
    cohort = Cohort.objects.create(
        site=site,
        course=course,
        time_zone=weekly.zone,
        led_by=led_by,
        planned_at=at,
        planned_by=by,
        **vars(terms),
    )
    LiveSlot.objects.bulk_create(
        LiveSlot(
            cohort=cohort,
            place=place,
            title=title,
            starts_at=start,
            ends_at=start + timedelta(minutes=weekly.minutes),
            live_link=weekly.live_link,
            second_link=weekly.second_link,
            secret=secrets.token_hex(32),
        )
        for place, (title, start) in enumerate(zip(weekly.titles, moments, strict=True), start=1)
    )
    note(course=course.slug, slots=len(moments), seats=terms.seats)
    return cohort


def _check_terms(terms: CohortTerms, moments: Sequence[datetime], at: datetime) -> None:
    if not 1 <= len(moments) <= MOST_WEEKS:
        raise Refused(_("Give every live slot a title, one a line: 1 to {most}.").format(most=MOST_WEEKS))
    if moments[0] <= at or terms.apply_until <= at:
        raise Refused(_("The first live slot and the end of applications lie in the past."))
    if terms.apply_until > moments[0]:
        raise Refused(_("Applications end before the first live slot."))
    if terms.needed > len(moments):
        raise Refused(_("The certificate asks for more live slots than there are."))
    if terms.sheets_needed > len(moments):
        raise Refused(_("The certificate asks for more signed practices than there are live slots."))


@recorded("academy.cohorts.pre-work-added")
def add_pre_work(
    *,
    slot: LiveSlot,
    kind: PreWorkKind,
    reference: str = "",
    title: str = "",
    words: str = "",
    minutes: int = 15,
    due_at: datetime | None = None,
    by: Person,
    at: datetime,
) -> PreWork:
    """Say what is due before a live slot; without a time, by its start. Refused for a part that the course lacks."""
    content = parsed(newest_version(slot.cohort.course))
    known = {PreWorkKind.LESSON: content.lessons, PreWorkKind.CASE: content.cases}.get(kind)
    if known is not None and reference not in known:
        raise Refused(_("The course has no such part. Choose it from the list."))
    if known is None and not title.strip():
        raise Refused(_("Say what is to be written."))
    due = due_at or slot.starts_at
    if due > slot.starts_at:
        raise Refused(_("Pre-work is due before its live slot starts."))
    last = slot.pre_work.aggregate(last=Max("place"))["last"] or 0
    return PreWork.objects.create(
        slot=slot,
        place=last + 1,
        kind=kind,
        reference=reference if known is not None else "",
        title=title.strip() or _title_of(content, kind, reference),
        words=words,
        minutes=minutes,
        due_at=due,
    )


def _title_of(content: object, kind: PreWorkKind, reference: str) -> str:
    parts = getattr(content, "lessons" if kind == PreWorkKind.LESSON else "cases")
    part = parts[reference]
    return str(getattr(part, "head", part).title)[:160]


@recorded("academy.cohorts.pre-work-removed")
def remove_pre_work(*, pre_work: PreWork, by: Person, at: datetime) -> LiveSlot:
    """Take a piece of pre-work off. Refused once somebody has sent an answer to it."""
    if pre_work.answers.exists():
        raise Refused(_("A participant has already answered it."))
    slot = pre_work.slot
    note(title=pre_work.title)
    pre_work.delete()
    return slot


@recorded("academy.cohorts.slot-moved")
def move_slot(
    *, slot: LiveSlot, starts_at: datetime, ends_at: datetime, by: Person, at: datetime
) -> LiveSlot:
    """Move a live slot; pre-work moves with it, everyone is told in their own time, and reminded again."""
    if ends_at <= starts_at:
        raise Refused(_("The live slot ends before it starts."))
    if starts_at <= at:
        raise Refused(_("The live slot starts in the past."))
    shift = starts_at - slot.starts_at
    done = LiveSlot.objects.filter(pk=slot.pk, starts_at=slot.starts_at, ends_at__gt=at).update(
        moved_from=F("starts_at"), starts_at=starts_at, ends_at=ends_at, reminded_at=None
    )
    if done != 1:
        raise Refused(_("This live slot was moved by a colleague, or has ended."))
    for each in slot.pre_work.all():
        PreWork.objects.filter(pk=each.pk).update(due_at=each.due_at + shift)
    slot.refresh_from_db()
    for participant in with_places(slot.cohort):
        person = participant.person
        tell_participant(
            person=person,
            cohort=slot.cohort,
            title=_("Moved: {slot}").format(slot=slot.title),
            body=_("The live slot is now: {when}. You keep your place.").format(
                when=slot_words(person, slot)
            ),
            by=by,
            at=at,
        )
    return slot


@recorded("academy.cohorts.links-changed")
def change_links(*, slot: LiveSlot, live_link: str, second_link: str, by: Person, at: datetime) -> LiveSlot:
    """Change where a live slot is held."""
    LiveSlot.objects.filter(pk=slot.pk).update(live_link=live_link, second_link=second_link)
    slot.refresh_from_db()
    return slot


@recorded("academy.cohorts.cancelled")
def cancel_cohort(*, cohort: Cohort, reason: str, by: Person, at: datetime) -> Cohort:
    """Cancel a cohort, with a reason that everyone in it reads. What was done in it stays."""
    if not reason.strip():
        raise Refused(_("Give the reason. Everyone in the cohort reads it."))
    done = Cohort.objects.filter(pk=cohort.pk, cancelled_at__isnull=True).update(
        cancelled_at=at, reason=reason.strip()[:300]
    )
    if done != 1:
        raise Refused(_("This cohort was cancelled a moment ago."))
    cohort.refresh_from_db()
    for participant in with_places(cohort):
        tell_participant(
            person=participant.person,
            cohort=cohort,
            title=_("Cancelled: {cohort}").format(cohort=cohort.title),
            body=cohort.reason,
            by=by,
            at=at,
        )
    return cohort
