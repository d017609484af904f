"""How a cohort and each participant stand: pre-work, attendance, practice, and what the certificate still asks for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.academy.checks.models import CaseRun
from mooring.academy.cohorts.models import (
    Cohort,
    CohortPlace,
    LiveSlot,
    PracticeSheet,
    PresenceBy,
    PreWork,
    PreWorkAnswer,
    PreWorkKind,
    SlotAttendance,
)
from mooring.academy.learning.models import LessonDone
from mooring.rules.practice import (
    PRE_WORK,
    PRESENCE,
    SHEETS,
    TOO_MANY_MADE_UP,
    CohortFacts,
    CohortRule,
    ObservedPractice,
    Rating,
    cohort_lacks,
    observed,
)


@dataclass(frozen=True)
class PreWorkDone:
    """One piece of pre-work for one participant: when it was done, if it was."""

    pre_work: PreWork
    done_at: datetime | None

    @property
    def late(self) -> bool:
        return self.done_at is not None and self.done_at > self.pre_work.due_at


@dataclass
class ParticipantStanding:
    """Everything about one participant that a page or the rule asks."""

    place: CohortPlace
    pre_work: list[PreWorkDone] = field(default_factory=list)
    present: dict[int, SlotAttendance] = field(default_factory=dict)
    practice: dict[int, ObservedPractice] = field(default_factory=dict)

    @property
    def facts(self) -> CohortFacts:
        made_up = sum(each.how == PresenceBy.MADE_UP for each in self.present.values())
        return CohortFacts(
            attended=len(self.present) - made_up,
            made_up=made_up,
            signed_off=sum(each.signed_off for each in self.practice.values()),
            pre_work_left=sum(each.done_at is None for each in self.pre_work),
        )

    def pre_work_of(self, slot: LiveSlot) -> list[PreWorkDone]:
        return [each for each in self.pre_work if each.pre_work.slot_id == slot.pk]


def rule_of(cohort: Cohort, slots: int) -> CohortRule:
    return CohortRule(
        slots, cohort.needed, cohort.most_made_up, cohort.sheets_needed, cohort.pre_work_required
    )


def standings_of(cohort: Cohort, places: Iterable[CohortPlace]) -> list[ParticipantStanding]:
    """How these participants stand, in a fixed number of queries however many they are."""
    found = {each.pk: ParticipantStanding(each) for each in places}
    pieces = list(PreWork.objects.filter(slot__cohort=cohort).order_by("slot__place", "place"))
    by_enrolment = {each.place.enrolment_id: each for each in found.values() if each.place.enrolment_id}
    done = _done_in_course(list(by_enrolment))
    written = {
        (each.participant_id, each.pre_work_id): each.sent_at
        for each in PreWorkAnswer.objects.filter(participant__in=found)
    }
    for standing in found.values():
        for piece in pieces:
            if piece.kind == PreWorkKind.WRITING:
                at = written.get((standing.place.pk, piece.pk))
            else:
                at = done.get((standing.place.enrolment_id, piece.kind, piece.reference))
            standing.pre_work.append(PreWorkDone(piece, at))
    for row in SlotAttendance.objects.filter(participant__in=found, cancelled_at__isnull=True):
        found[row.participant_id].present[row.slot_id] = row
    sheets: dict[tuple[int, int], list[PracticeSheet]] = defaultdict(list)
    for sheet in PracticeSheet.objects.filter(participant__in=found).order_by("at", "pk"):
        sheets[sheet.participant_id, sheet.slot_id].append(sheet)
    for (participant, slot), rows in sheets.items():
        found[participant].practice[slot] = observed(
            [Rating(each.rater_id, each.marks, each.faculty) for each in rows]
        )
    return list(found.values())


def _done_in_course(enrolments: list[int]) -> dict[tuple[int | None, str, str], datetime]:
    """When lessons and cases were done first, by enrolment."""
    found: dict[tuple[int | None, str, str], datetime] = {}
    for enrolment, lesson, at in LessonDone.objects.filter(enrolment__in=enrolments).values_list(
        "enrolment", "lesson_id", "at"
    ):
        found[enrolment, PreWorkKind.LESSON, lesson] = at
    runs = CaseRun.objects.filter(enrolment__in=enrolments, ended_at__isnull=False).order_by("-ended_at")
    for enrolment, case, ended in runs.values_list("enrolment", "case", "ended_at"):
        if ended is not None:
            found[enrolment, PreWorkKind.CASE, case] = ended
    return found


def standing_of(place: CohortPlace) -> ParticipantStanding:
    return standings_of(place.cohort, [place])[0]


def lacks_of(place: CohortPlace, at: datetime) -> list[str]:
    """What the certificate still asks of a participant, in sentences; nothing when it may be issued."""
    return lack_words(place.cohort, standing_of(place))


def lack_words(cohort: Cohort, standing: ParticipantStanding) -> list[str]:
    """The rule's codes in words."""
    facts = standing.facts
    said = {
        PRESENCE: _("{there} of {needed} live meetings attended or made up.").format(
            there=facts.attended + facts.made_up, needed=cohort.needed
        ),
        TOO_MANY_MADE_UP: ngettext(
            "Only {most} live meeting may be made up.",
            "Only {most} live meetings may be made up.",
            cohort.most_made_up,
        ).format(most=cohort.most_made_up),
        SHEETS: _("{n} of {needed} practices signed off by two raters.").format(
            n=facts.signed_off, needed=cohort.sheets_needed
        ),
        PRE_WORK: ngettext(
            "{n} piece of pre-work is open.", "{n} pieces of pre-work are open.", facts.pre_work_left
        ).format(n=facts.pre_work_left),
    }
    return [said[code] for code in cohort_lacks(rule_of(cohort, cohort.slots.count()), facts)]


def current_slot(cohort: Cohort, at: datetime) -> LiveSlot | None:
    """The slot that comes next or runs now; after the last one, the last."""
    coming = cohort.slots.filter(ends_at__gte=at).order_by("place").first()
    return coming or cohort.slots.order_by("-place").first()
