"""Acts of practice: triads for a slot, a rater's sheet, and the certificate by the cohort's own rule."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import combinations

from django.utils.translation import gettext as _

from mooring.academy.cohorts.models import Cohort, CohortPlace, LiveSlot, PracticeSheet, TriadSeat
from mooring.academy.cohorts.queries.certificates import cohort_words
from mooring.academy.cohorts.queries.letters import with_places
from mooring.academy.cohorts.queries.progress import lacks_of
from mooring.academy.cohorts.queries.rubric import ITEMS
from mooring.academy.credits.actions.certificates import issue_certificate
from mooring.academy.credits.models import Certificate, Claim
from mooring.audit.recording import note, recorded
from mooring.content.patient_guard import patient_marks
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.practice import MARKS, groups_of
from mooring.rules.verdict import Refused


@recorded("academy.cohorts.triads-made")
def make_triads(*, slot: LiveSlot, by: Person, at: datetime) -> list[TriadSeat]:
    """Put everyone who comes into triads, with those whom they met least; who begins as therapist changes too.

    Made again, the triads of the slot are replaced. Refused after the slot has begun, or for fewer than two people.
    """
    if at >= slot.starts_at:
        raise Refused(_("The live slot has started. The triads stay as they are."))
    absent = set(slot.absences.values_list("participant", flat=True))
    people = [each.pk for each in with_places(slot.cohort) if each.pk not in absent]
    groups = groups_of(people, _met_before(slot))
    if not groups:
        raise Refused(_("Triads take at least two people."))
    slot.triad_seats.all().delete()
    seats = TriadSeat.objects.bulk_create(
        TriadSeat(slot=slot, triad=number, seat=seat, participant_id=person)
        for number, group in enumerate(groups, start=1)
        for seat, person in enumerate(_turned(group, slot.place))
    )
    note(triads=len(groups), people=len(people))
    return seats


def _turned(group: tuple[int, ...], by: int) -> tuple[int, ...]:
    turn = by % len(group)
    return group[turn:] + group[:turn]


def _met_before(slot: LiveSlot) -> Counter[frozenset[int]]:
    """How often two people practised together in earlier slots."""
    together: dict[tuple[int, int], list[int]] = {}
    rows = TriadSeat.objects.filter(slot__cohort=slot.cohort_id, slot__place__lt=slot.place)
    for slot_pk, triad, participant in rows.values_list("slot_id", "triad", "participant_id"):
        together.setdefault((slot_pk, triad), []).append(participant)
    return Counter(frozenset(pair) for group in together.values() for pair in combinations(group, 2))


@recorded("academy.cohorts.practice-rated")
def rate_practice(
    *,
    slot: LiveSlot,
    participant: CohortPlace,
    marks: Mapping[str, int],
    words: str = "",
    by: Person,
    at: datetime,
) -> PracticeSheet:
    """Fill a sheet about somebody's practice: every item of the rubric, once a rater, never about oneself.

    Faculty may rate anybody; a participant whom they observed in a triad of the slot.
    """
    if participant.person_id == by.pk:
        raise Refused(_("You cannot rate your own practice."))
    if at < slot.starts_at:
        raise Refused(_("The live slot has not started yet."))
    if set(marks) != set(ITEMS) or any(mark not in MARKS for mark in marks.values()):
        raise Refused(_("Give every item a mark from 1 to 4."))
    if patient_marks(words):
        raise Refused(_("Write about the practice, without data of a patient."))
    faculty = by.may(Permission.COURSES_TEACH)
    if not faculty and not _same_triad(slot, participant, by):
        raise Refused(_("You rate those with whom you practised in a triad of this slot."))
    sheet, new = PracticeSheet.objects.get_or_create(
        slot=slot,
        participant=participant,
        rater=by,
        defaults={"faculty": faculty, "marks": dict(marks), "words": words.strip(), "at": at},
    )
    if not new:
        raise Refused(_("You have already sent a sheet about this practice."))
    note(faculty=faculty)
    return sheet


def _same_triad(slot: LiveSlot, participant: CohortPlace, rater: Person) -> bool:
    mine = slot.triad_seats.filter(participant__person=rater).values("triad")
    return slot.triad_seats.filter(participant=participant, triad__in=mine).exists()


@recorded("academy.cohorts.certificate-issued")
def issue_cohort_certificate(*, place: CohortPlace, by: Person, at: datetime) -> Certificate:
    """Issue the certificate when the cohort's own rule is met; refused with everything that is missing."""
    if place.certificate is not None and place.certificate.valid:
        raise Refused(_("The certificate of this cohort is issued already."))
    enrolment = place.enrolment
    if place.waiting or place.left_at is not None or enrolment is None:
        raise Refused(_("Only a participant with a seat gets the certificate."))
    missing = lacks_of(place, at)
    if missing:
        raise Refused(*missing)
    cohort = place.cohort
    claim = Claim.objects.create(
        enrolment=enrolment,
        version=enrolment.version,
        offering=offering_of(cohort),
        amount=0,
        completed_at=at,
        claimed_at=at,
    )
    first = cohort.slots.order_by("place")[0]
    certificate = issue_certificate(
        claim=claim,
        cycle=first.starts_at.date(),
        words=cohort_words(place, claim, at),
        by=by,
        at=at,
    )
    CohortPlace.objects.filter(pk=place.pk).update(certificate=certificate)
    place.refresh_from_db()
    note(code=certificate.code)
    return certificate


def offering_of(cohort: Cohort) -> str:
    """The name under which a cohort's certificates are recognised, beside the course's own offerings."""
    return f"cohort-{cohort.pk}"
