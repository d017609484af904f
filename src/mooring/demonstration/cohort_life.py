"""A cohort in its third week, and what an administrator keeps: requests, a complaint, an activity's file, a report."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from mooring.academy.cohorts.actions.applying import apply_to_cohort, decide_application
from mooring.academy.cohorts.actions.letters import write_to_group
from mooring.academy.cohorts.actions.planning import CohortTerms, WeeklySlots, add_pre_work, plan_cohort
from mooring.academy.cohorts.actions.practice import make_triads
from mooring.academy.cohorts.actions.weeks import record_attendance, send_make_up, send_pre_work
from mooring.academy.cohorts.models import Cohort, CohortPlace, PreWorkKind
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.registers.actions.activity import file_paper, record_support, sign_activity
from mooring.academy.registers.actions.requests import ask_accommodation, send_grievance
from mooring.academy.registers.models import PaperKind, SignOffRole, SupportKind
from mooring.academy.reports.actions.reports import save_numbers
from mooring.demonstration.staff import PASSWORD, QUAY, Staff
from mooring.identity.models import Person

LEADER, ADMINISTRATOR, ASKER = "Miriam Feld", "Priya Raman", "Walter Brandt"
ZONE = "Europe/London"
WEEKS = ("Beginning", "The drug", "Preparing a person", "The visit", "Integration", "Limits")
SEATS, DAYS_TO_THIRD = 9, 3


def tell_cohort_life(staff: Staff, version: CourseVersion, learners: list[Person], now: datetime) -> None:
    """Nine people in week 3 with one make-up to read and one application to decide; and the administrator's file."""
    leader = staff.people[LEADER]
    cohort = _planned(staff, version, leader, now)
    places = _seated(cohort, [*learners[: SEATS - 1], staff.people[ASKER]], leader, now)
    _live(cohort, places, leader, now)
    apply_to_cohort(
        cohort=_open_one(staff, version, leader, now),
        profession="Counsellor (fictional)",
        motivation="I want to prepare people well and to know when I should not.",
        scholarship_asked=True,
        scholarship_words="I work in a rural clinic.",
        by=learners[SEATS],
        at=now - timedelta(hours=9),
    )
    _keep_file(staff, version, now)


def _first(now: datetime) -> datetime:
    """The first meeting, on the wall: the third lies three days ahead, at six in the evening."""
    third = (now + timedelta(days=DAYS_TO_THIRD)).astimezone(ZoneInfo(ZONE)).date()
    return datetime.combine(third - timedelta(weeks=2), time(18))


def _planned(staff: Staff, version: CourseVersion, leader: Person, now: datetime) -> Cohort:
    cohort = plan_cohort(
        site=staff.sites[QUAY],
        course=version.course,
        terms=CohortTerms(
            title="Autumn cohort B",
            summary="Six Thursdays for therapists and facilitators who are new to it. Practice in threes.",
            seats=SEATS,
            apply_until=now - timedelta(days=20),
            needed=5,
            most_made_up=2,
            sheets_needed=1,
        ),
        weekly=WeeklySlots(
            first=_first(now), zone=ZONE, minutes=90, titles=WEEKS, live_link="https://meet.example/cohort-b"
        ),
        led_by=leader,
        by=leader,
        at=now - timedelta(days=40),
    )
    lessons = [each.head.id for each in parsed(version).lessons_in_order()]
    for slot in cohort.slots.order_by("place"):
        at = now - timedelta(days=40)
        add_pre_work(
            slot=slot, kind=PreWorkKind.LESSON, reference=lessons[slot.place], minutes=12, by=leader, at=at
        )
        add_pre_work(
            slot=slot,
            kind=PreWorkKind.WRITING,
            title="Your prediction",
            words="Two sentences. Opened together in the meeting.",
            minutes=5,
            by=leader,
            at=at,
        )
    return cohort


def _open_one(staff: Staff, version: CourseVersion, leader: Person, now: datetime) -> Cohort:
    return plan_cohort(
        site=staff.sites[QUAY],
        course=version.course,
        terms=CohortTerms(
            title="Winter cohort A",
            summary="Four evenings on preparing and on integration.",
            seats=12,
            apply_until=now + timedelta(days=20),
            needed=4,
            most_made_up=1,
        ),
        weekly=WeeklySlots(first=_first(now) + timedelta(weeks=6), zone=ZONE, minutes=90, titles=WEEKS[2:6]),
        led_by=leader,
        by=leader,
        at=now - timedelta(days=2),
    )


def _seated(cohort: Cohort, people: list[Person], leader: Person, now: datetime) -> list[CohortPlace]:
    found = []
    for person in people:
        at = now - timedelta(days=30)
        application = apply_to_cohort(
            cohort=cohort,
            profession="Therapist (fictional)",
            motivation="To learn what to say first.",
            by=person,
            at=at,
        )
        decide_application(application=application, accepted=True, by=leader, at=at + timedelta(days=1))
        found.append(CohortPlace.objects.select_related("person", "cohort").get(application=application))
    return found


def _live(cohort: Cohort, places: list[CohortPlace], leader: Person, now: datetime) -> None:
    """Two meetings are over, the third has its triads; somebody missed the second and sent make-up work."""
    first, second, third = cohort.slots.order_by("place")[:3]
    for slot in (first, second, third):
        made = min(slot.starts_at, now) - timedelta(hours=20)
        make_triads(slot=slot, by=leader, at=made)
        writing = slot.pre_work.get(kind=PreWorkKind.WRITING)
        for place in places[:6] if slot == third else places:
            send_pre_work(
                pre_work=writing, participant=place, words="I think about an hour.", by=place.person, at=made
            )
    for slot in (first, second):
        for place in places[1:] if slot == second else places:
            record_attendance(slot=slot, participant=place, by=leader, at=slot.ends_at)
    send_make_up(
        slot=second,
        participant=places[0],
        words="From the recording I take that the delay is of the brain, and that I explain it before the dose.",
        by=places[0].person,
        at=now - timedelta(hours=30),
    )
    write_to_group(
        cohort=cohort,
        title="Before Thursday",
        words="Please read the lesson and write your two sentences. Bring one question.",
        by=leader,
        at=now - timedelta(hours=26),
    )


def _keep_file(staff: Staff, version: CourseVersion, now: datetime) -> None:
    administrator, asker, course = staff.people[ADMINISTRATOR], staff.people[ASKER], version.course
    day = (now - timedelta(days=12)).date()
    ask_accommodation(course=course, need="Figures described in words.", by=asker, at=now - timedelta(days=1))
    send_grievance(
        course=course,
        title="A slow answer",
        words="My question at lesson 8 waited for four days.",
        by=asker,
        at=now - timedelta(days=1),
    )
    file_paper(
        course=course,
        kind=PaperKind.NEEDS_ASSESSMENT,
        title="What clinicians do not know yet (fictional)",
        words="Made up: of 40 clinicians asked, 26 could not say how long the effect outlasts the infusion.",
        dated_on=day,
        by=administrator,
        at=now - timedelta(days=12),
    )
    record_support(
        course=course, kind=SupportKind.NONE, agreed_on=day, by=administrator, at=now - timedelta(days=12)
    )
    sign_activity(
        version=version,
        role=SignOffRole.ADMINISTRATOR,
        password=PASSWORD,
        by=administrator,
        at=now - timedelta(days=1),
    )
    numbers = {"accme_provider": "0000000", "ce_broker_provider": "0000", "ce_broker_course": "000000"}
    save_numbers(course=course, numbers=numbers, by=administrator, at=now - timedelta(days=1))
