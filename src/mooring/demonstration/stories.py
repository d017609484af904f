"""Every stage at which somebody stands in the demonstration, each as a story that the acts can tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mooring.care.integration.actions import close_cycle, write_contact, write_visit
from mooring.care.integration.models import Reached
from mooring.care.measures.actions import keep_draft
from mooring.care.outcomes.actions import end_treatment
from mooring.care.outcomes.queries import as_stored, course_of, proposals_of
from mooring.care.patients.models import Patient
from mooring.care.referrals.actions import decline_lead, withdraw_lead
from mooring.care.screening.actions import keep_draft as keep_screening_draft
from mooring.care.screening.models import Decision, Screening
from mooring.care.sessions.models import Session
from mooring.care.treatments.actions import Decided, decide_course
from mooring.care.treatments.actions.cycles import REVIEW
from mooring.care.treatments.models import Cycle, CycleOutcome, DecidedStep, Treatment, TreatmentOutcome
from mooring.demonstration.dosing import Dose, minutes
from mooring.demonstration.staff import GROUP_ROOM, QUAY, ROW
from mooring.demonstration.telling import Teller, answers_for
from mooring.work.queries import open_tasks_about


@dataclass(frozen=True)
class Story:
    """One stage: where, how it is told, how much of a crowd stands there, and whether it lies wholly behind.

    A story that is `past` is told again for others weeks earlier; one that reaches into today is not. In one
    that is `lead_only` nobody becomes a patient. One with `places` happens to so many people in one room, to each
    five minutes before the next.
    """

    name: str
    site: str
    tell: Callable[[Teller], None]
    share: int
    past: bool = False
    places: int = 1
    lead_only: bool = False
    scores: tuple[int, ...] = (19, 15, 11, 8, 6, 4)
    weight_kg: str = "72.0"


def interest_new(teller: Teller) -> None:
    teller.interest(teller.now - timedelta(hours=2))


def interest_waiting(teller: Teller) -> None:
    teller.interest(teller.at(-4, 9, 40))


def call_booked(teller: Teller) -> None:
    lead = teller.interest(teller.at(-2, 10, 15))
    teller.call(lead, call_at=teller.at(1, 11), at=teller.at(-1, 12, 5))


def declined(teller: Teller) -> None:
    lead = teller.interest(teller.at(-25, 17, 30))
    decline_lead(
        lead=lead,
        reason="What you look for is care that we do not offer; we named three places that do.",
        call_note="Kind call. Looks for a residential place.",
        seen=lead.since,
        by=teller.coordinator,
        at=teller.at(-24, 10, 20),
    )


def withdrew(teller: Teller) -> None:
    lead = teller.interest(teller.at(-19, 8, 10))
    withdraw_lead(
        lead=lead,
        reason="Does not want to continue now.",
        call_note="May write again in spring.",
        seen=lead.since,
        by=teller.coordinator,
        at=teller.at(-18, 15, 45),
    )


def joined(teller: Teller, days: int) -> Patient:
    """From the form to the fit call, so many days ago."""
    lead = teller.interest(teller.at(-days, 9, 25))
    return teller.join(lead, teller.at(1 - days, 14, 10))


def screening_sent(teller: Teller) -> None:
    screening = teller.screen(joined(teller, 4), teller.at(-3, 14, 30))
    keep_screening_draft(
        screening=screening,
        answers={"hypertension": "no", "stroke": "no"},
        revision=0,
        by=screening.patient.person,
        at=teller.at(-2, 20, 12),
    )


def answered(teller: Teller, days: int, **yes: str) -> Screening:
    patient = joined(teller, days + 2)
    screening = teller.screen(patient, teller.at(-days, 9, 5))
    teller.answer(screening, teller.at(-days, 18, 40), **yes)
    screening.refresh_from_db()
    teller.first_visit(patient, teller.at(1 - days, 9, 30))
    return screening


def screening_answered(teller: Teller) -> None:
    answered(teller, 2, hypertension="yes")


def not_eligible(teller: Teller) -> None:
    screening = answered(teller, 30, schizophrenia="yes")
    teller.settle(screening, "schizophrenia", "yes", teller.at(-28, 11, 0))
    told = "This treatment is not safe for you. Your doctor gets a letter with what we talked about."
    teller.decide(screening, Decision.NOT_ELIGIBLE, teller.at(-28, 11, 20), told)


def eligible(teller: Teller, days: int) -> Screening:
    screening = answered(teller, days)
    told = "Nothing in your answers speaks against treatment. Next we plan it together."
    return teller.decide(screening, Decision.ELIGIBLE, teller.at(2 - days, 10, 0), told)


def to_be_planned(teller: Teller) -> None:
    eligible(teller, 5)


def planned(teller: Teller, first_in: int, decided: int) -> Treatment:
    """Eligible, consented and drafted; the first dose is meant for `first_in` days from today."""
    screening = eligible(teller, decided)
    teller.consent(screening.patient, teller.at(3 - decided, 10, 0))
    first_on = teller.site.today(teller.now) + timedelta(days=first_in)
    return teller.draft(screening, first_on, teller.at(3 - decided, 15, 0))


def drafted(teller: Teller) -> None:
    planned(teller, first_in=4, decided=5)


def treatment(teller: Teller, first_in: int, decided: int = 0) -> Treatment:
    draft = planned(teller, first_in, decided or 10 - first_in)
    return teller.sign(draft, teller.at(3 - (decided or 10 - first_in), 16, 30))


def signed(teller: Teller) -> None:
    treatment(teller, first_in=3, decided=6)


def cycles_of(given: Treatment) -> list[Cycle]:
    found = Cycle.objects.filter(treatment=given).select_related(
        "treatment__patient__person", "treatment__patient__site"
    )
    return list(found.order_by("number"))


def start_on(teller: Teller, day: date) -> datetime:
    return teller.at((day - teller.site.today(teller.now)).days, 10, 30)


def doses_before(teller: Teller, given: Treatment, until: date) -> list[Cycle]:
    """Tell every dose that was meant for a day before `until`; returns the cycles that are left."""
    left = []
    for cycle in cycles_of(given):
        if cycle.target_date >= until:
            left.append(cycle)
            continue
        dose = Dose(teller, cycle, start_on(teller, cycle.target_date))
        dose.whole(teller.who.scores[cycle.number - 1] if cycle.number % 2 else None)
        close(teller, cycle, dose.start + timedelta(hours=30))
        review(teller, given, dose.start + timedelta(hours=50))
    return left


def review(teller: Teller, given: Treatment, at: datetime) -> None:
    """The prescriber reads what the plan proposes after the dose and continues; not yet where the time has not come."""
    if at >= teller.now or not open_tasks_about(given, REVIEW).exists():
        return
    proposed = as_stored(proposals_of(course_of(given), given, at))
    if not any(each["step"] == DecidedStep.GO_ON for each in proposed):
        return
    decide_course(
        treatment=given,
        decided=Decided(step=DecidedStep.GO_ON, reason="Sleeps and eats better. We continue as planned."),
        proposed=proposed,
        seen=given.decisions.count(),
        by=teller.prescriber,
        at=at,
    )


def close(teller: Teller, cycle: Cycle, at: datetime) -> None:
    """Contact, visit, closed; nothing of it when the time has not come."""
    if at + timedelta(hours=2) >= teller.now:
        return
    cycle.refresh_from_db()
    words = "Slept well. A little tired, calm. Knows whom to call."
    write_contact(cycle=cycle, result=Reached.REACHED, safe=True, words=words, by=teller.therapist, at=at)
    write_visit(
        cycle=cycle,
        experience="It was like lying in a boat. At first I held on, then I did not need to.",
        meaning="That I can wait before I answer.",
        practices="Ten quiet minutes after breakfast; a walk with my sister on Sundays.",
        by=teller.therapist,
        at=at + timedelta(hours=1),
    )
    cycle.refresh_from_db()
    close_cycle(
        cycle=cycle, outcome=CycleOutcome.COMPLETE, reason="", by=teller.therapist, at=at + minutes(100)
    )


def in_treatment(teller: Teller) -> None:
    doses_before(teller, treatment(teller, first_in=-8), teller.site.today(teller.now))


def far_in_treatment(teller: Teller) -> None:
    doses_before(teller, treatment(teller, first_in=-11), teller.site.today(teller.now))


def dose_today(teller: Teller) -> Dose:
    """Signed for a first dose today, prepared yesterday."""
    given = treatment(teller, first_in=0, decided=9)
    first = cycles_of(given)[0]
    dose = Dose(teller, first, teller.now)
    dose.prepare(teller.now - timedelta(hours=20))
    return dose


def waits_for_readiness(teller: Teller) -> None:
    dose_today(teller)


def ready_today(teller: Teller) -> None:
    dose = dose_today(teller)
    dose.start = teller.now + minutes(25)
    dose.arrive(19)
    dose.order()


def session_since(teller: Teller, begun: int, room: str = "") -> tuple[Dose, Session]:
    """A session that is going on since so many minutes, watched until the last observation that was due."""
    dose = dose_today(teller)
    dose.start = teller.now - minutes(begun)
    dose.arrive(19)
    session = dose.begin(dose.order(), room)
    dose.watch(session, 0, begun - 1)
    return dose, session


def session_now(teller: Teller) -> None:
    """Dosing began 23 minutes ago; a bedside device measures (`live_hour.py`)."""
    session_since(teller, 23)


def session_with_a_drop(teller: Teller) -> None:
    """Dosing began 12 minutes ago; now and then its tablet loses the network (`live_hour.py`)."""
    session_since(teller, 12)


def session_with_an_emergency(teller: Teller) -> None:
    """Dosing began 36 minutes ago; two minutes ago oxygen was low and the team was called."""
    dose, session = session_since(teller, 36)
    dose.vitals(session, 34, 138, 84, 58, 86)
    dose.call_team(session, 34, "SCRIPT-BREATHING")


def session_in_a_group(teller: Teller) -> None:
    """Dosing began 22 minutes ago, in the room of a group (`group_room.py`)."""
    session_since(teller, 22, room=GROUP_ROOM)


def session_left(teller: Teller) -> None:
    """The patient has left; the session waits for the prescriber's signature."""
    dose = dose_today(teller)
    dose.start = teller.now - minutes(150)
    dose.arrive(19)
    session = dose.begin(dose.order())
    dose.watch(session, 0, 40)
    dose.end(session)
    dose.recover(session)
    dose.let_go(session)


def concern_now(teller: Teller) -> None:
    """A questionnaire on a phone, half filled, with an urgent response."""
    given = treatment(teller, first_in=-3)
    doses_before(teller, given, teller.site.today(teller.now))
    asked = teller.ask(given.patient, teller.now - timedelta(hours=3))
    keep_draft(
        asked=asked,
        answers={**answers_for(15), "q9": 2},
        revision=0,
        by=given.patient.person,
        at=teller.now - minutes(6),
    )


def finished(teller: Teller) -> None:
    given = treatment(teller, first_in=-60)
    doses_before(teller, given, teller.site.today(teller.now))
    note = "Back at work three days a week. Comes again when it returns."
    end(teller, given, TreatmentOutcome.RESPONSE, note, teller.at(-30, 11))


def stopped(teller: Teller) -> None:
    given = treatment(teller, first_in=-60)
    doses_before(teller, given, cycles_of(given)[2].target_date)
    note = "Two doses without a change that was felt or measured. We talked about what else there is."
    end(teller, given, TreatmentOutcome.NO_RESPONSE, note, teller.at(-40, 11))


def end(teller: Teller, given: Treatment, outcome: TreatmentOutcome, note: str, at: datetime) -> None:
    given.refresh_from_db()
    end_treatment(treatment=given, outcome=outcome, outcome_note=note, by=teller.prescriber, at=at)


SLOW = (21, 20, 19, 18, 18, 17)
STORIES: tuple[Story, ...] = (
    Story("interest received today", QUAY, interest_new, 2, lead_only=True),
    Story("interest that waits", QUAY, interest_waiting, 1, lead_only=True),
    Story("interest at the other site", ROW, interest_waiting, 2, lead_only=True),
    Story("fit call booked", QUAY, call_booked, 2, lead_only=True),
    Story("not a fit", QUAY, declined, 2, past=True, lead_only=True),
    Story("withdrew", ROW, withdrew, 1, past=True, lead_only=True),
    Story("screening sent", QUAY, screening_sent, 2),
    Story("screening answered", QUAY, screening_answered, 2),
    Story("not eligible", ROW, not_eligible, 1, past=True),
    Story("eligible, to be planned", QUAY, to_be_planned, 2),
    Story("treatment drafted", QUAY, drafted, 2),
    Story("treatment signed", ROW, signed, 2),
    Story("session in progress", QUAY, session_now, 0, weight_kg="64.5"),
    Story("session with a network drop", QUAY, session_with_a_drop, 0, weight_kg="58.0"),
    Story("session with an emergency", QUAY, session_with_an_emergency, 0, weight_kg="84.0"),
    Story("session to be signed off", QUAY, session_left, 0, weight_kg="77.5"),
    Story("ready today", QUAY, ready_today, 1, weight_kg="81.0"),
    Story("to be made ready today", QUAY, waits_for_readiness, 1),
    Story("an urgent response", QUAY, concern_now, 0, scores=SLOW),
    Story("in treatment", QUAY, in_treatment, 3, weight_kg="68.0"),
    Story("far in treatment", ROW, far_in_treatment, 2, scores=SLOW, weight_kg="90.5"),
    Story("treatment ended well", QUAY, finished, 6, past=True, weight_kg="75.5"),
    Story("treatment ended without response", ROW, stopped, 3, past=True, scores=SLOW),
    Story("session in a group", QUAY, session_in_a_group, 0, places=3, weight_kg="70.0"),
)
