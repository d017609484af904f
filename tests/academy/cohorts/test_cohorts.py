"""A cohort: planned, applied to, met, practised, made up, certified by its own rule."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mooring.academy.cohorts.actions.applying import (
    apply_to_cohort,
    decide_application,
    leave_cohort,
    plan_instalments,
    record_instalment,
)
from mooring.academy.cohorts.actions.letters import look_after_cohorts, remind_of_pre_work, write_to_group
from mooring.academy.cohorts.actions.planning import add_pre_work, cancel_cohort, move_slot, remove_pre_work
from mooring.academy.cohorts.actions.practice import issue_cohort_certificate, make_triads, rate_practice
from mooring.academy.cohorts.actions.weeks import (
    attend_slot,
    cancel_attendance,
    decide_make_up,
    import_attendance,
    record_attendance,
    send_make_up,
    send_pre_work,
    tell_absence,
)
from mooring.academy.cohorts.models import CohortPlace, PresenceBy, PreWorkKind, SlotAttendance, TriadSeat
from mooring.academy.cohorts.queries.progress import standing_of
from mooring.academy.cohorts.queries.rubric import ITEMS
from mooring.academy.cohorts.queries.slots import triads_in, zones_of
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.queries.papers import paper_html
from mooring.academy.events.queries import code_of
from mooring.academy.learning.actions import complete_lesson
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task, TaskState
from tests.academy.cohorts.cohorting import during, guests, planned, seated, with_pre_work
from tests.academy.credits.crediting import credit_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(ITEMS, 3)


def test_a_cohort_of_six_from_application_to_certificate_with_one_make_up(cast: Cast) -> None:
    version = credit_course(cast.educator)
    lesson = next(iter(parsed(version).lessons))
    cohort = with_pre_work(cast, planned(cast, version), lesson)
    people = guests(cast, 6)
    places = [seated(cast, cohort, person) for person in people]
    first, second, third = cohort.slots.order_by("place")
    writing = first.pre_work.get(kind=PreWorkKind.WRITING)
    for place in places:
        assert place.enrolment is not None
        complete_lesson(enrolment=place.enrolment, lesson_id=lesson, by=place.person, at=NOW)
        send_pre_work(
            pre_work=writing,
            participant=place,
            words="About an hour.",
            by=place.person,
            at=NOW + timedelta(days=1),
        )
    for slot in (first, second, third):
        make_triads(slot=slot, by=cast.educator, at=NOW)
        assert [len(each.places) for each in triads_in(slot)] == [3, 3]
        for place in places[1:] if slot == second else places:
            at = during(slot)
            attend_slot(slot=slot, participant=place, code=code_of(slot, at), by=place.person, at=at)
    after = second.ends_at + timedelta(days=2)
    made = send_make_up(
        slot=second, participant=places[0], words="What I take from it.", by=people[0], at=after
    )
    assert Task.objects.get(kind="make-up").owner == cast.educator
    for place in places:
        rate_practice(slot=third, participant=place, marks=GOOD, by=cast.educator, at=during(third))
        mate = next(
            each.participant
            for each in TriadSeat.objects.filter(slot=third).select_related("participant__person")
            if each.triad == TriadSeat.objects.get(slot=third, participant=place).triad
            and each.participant_id != place.pk
        )
        rate_practice(slot=third, participant=place, marks=GOOD, by=mate.person, at=during(third))
    done = third.ends_at + timedelta(days=1)
    with pytest.raises(Refused, match="2 of 3 live meetings"):
        issue_cohort_certificate(place=places[0], by=cast.educator, at=done)
    decide_make_up(make_up=made, accepted=True, answer="", by=cast.educator, at=done)
    certificates = [issue_cohort_certificate(place=place, by=cast.educator, at=done) for place in places]
    said = certificates[0].says
    assert said["title"] == "Certificate of participation"
    assert "3 of 3 live meetings, of which 1 may be made up" in said["statement"]
    assert "not a licence" in paper_html(certificates[0], fingerprint="x")
    assert '"narrative":"3 of 3' in certificates[0].snapshot.badge.replace('": "', '":"')
    assert len({each.code for each in certificates}) == 6
    with pytest.raises(Refused, match="issued already"):
        issue_cohort_certificate(place=places[0], by=cast.educator, at=done)


def test_accepted_over_the_seats_waits_and_gets_the_seat_that_comes_free(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator), seats=2)
    people = guests(cast, 4)
    places = [seated(cast, cohort, person) for person in people]
    assert [place.waiting for place in places] == [False, False, True, True]
    assert places[2].enrolment is None
    leave_cohort(place=places[0], by=people[0], at=NOW)
    third = CohortPlace.objects.get(pk=places[2].pk)
    assert third.waiting is False
    assert third.enrolment is not None
    cohort.refresh_from_db()
    assert cohort.seats_taken == 2
    assert Message.objects.filter(person=people[2], title__startswith="You have a place").count() == 1
    with pytest.raises(Refused, match="given back a moment ago"):
        leave_cohort(place=places[0], by=people[0], at=NOW)


def test_an_application_is_decided_once_in_words(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    said: dict[str, Any] = {"profession": "Nurse", "motivation": "To learn.", "by": cast.learner}
    application = apply_to_cohort(cohort=cohort, at=NOW, **said)
    task = Task.objects.get(kind="cohort-application")
    assert task.owner == cast.educator
    with pytest.raises(Refused, match="already applied"):
        apply_to_cohort(cohort=cohort, at=NOW, **said)
    with pytest.raises(Refused, match="Say why"):
        decide_application(application=application, accepted=False, by=cast.educator, at=NOW)
    decide_application(
        application=application,
        accepted=False,
        answer="The group is for therapists.",
        by=cast.educator,
        at=NOW,
    )
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    assert Message.objects.get(person=cast.learner).body == "The group is for therapists."
    with pytest.raises(Refused, match="decided or withdrawn"):
        decide_application(application=application, accepted=True, by=cast.educator, at=NOW)
    apply_to_cohort(cohort=cohort, at=NOW, **said)
    with pytest.raises(Refused, match="closed"):
        apply_to_cohort(cohort=cohort, at=NOW + timedelta(days=8), **(said | {"by": cast.monitor}))


def test_scholarship_and_instalments_add_up_and_an_overdue_one_is_a_task(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    place = seated(cast, cohort, cast.learner, scholarship_percent=50, scholarship_reason="Rural clinic.")
    assert place.to_pay == Decimal("450.00")
    days = [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
    parts = plan_instalments(place=place, days=days, by=cast.educator, at=NOW)
    assert [each.amount for each in parts] == [Decimal("150.00")] * 3
    record_instalment(
        instalment=parts[0], payment="BANK-1", paid_on=date(2026, 12, 1), by=cast.educator, at=NOW
    )
    with pytest.raises(Refused, match="paid already"):
        plan_instalments(place=place, days=days, by=cast.educator, at=NOW)
    late = NOW + timedelta(days=60)
    look_after_cohorts(at=late)
    look_after_cohorts(at=late + timedelta(days=1))
    task = Task.objects.get(kind="cohort-instalment")
    record_instalment(
        instalment=parts[1], payment="BANK-2", paid_on=date(2027, 1, 12), by=cast.educator, at=late
    )
    task.refresh_from_db()
    assert task.state == TaskState.DONE


def test_a_meeting_that_moves_takes_its_pre_work_along_and_tells_in_each_ones_time(cast: Cast) -> None:
    version = credit_course(cast.educator)
    cohort = with_pre_work(cast, planned(cast, version), next(iter(parsed(version).lessons)))
    cast.learner.time_zone = "Asia/Tokyo"
    cast.learner.save(update_fields=["time_zone"])
    seated(cast, cohort, cast.learner)
    slot = cohort.slots.get(place=1)
    due = slot.pre_work.order_by("place")[0].due_at
    later = slot.starts_at + timedelta(days=1)
    move_slot(slot=slot, starts_at=later, ends_at=later + timedelta(hours=1), by=cast.educator, at=NOW)
    assert slot.pre_work.order_by("place")[0].due_at == due + timedelta(days=1)
    told = Message.objects.get(person=cast.learner, title__startswith="Moved")
    assert "28 Nov 2026 03:00 (Asia/Tokyo)" in told.body
    with pytest.raises(Refused, match="in the past"):
        move_slot(slot=slot, starts_at=NOW, ends_at=NOW + timedelta(hours=1), by=cast.educator, at=NOW)


def test_the_meeting_is_shown_in_every_zone_of_the_group(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    sydney, here = guests(cast, 2)
    sydney.time_zone, here.time_zone = "Australia/Sydney", "Europe/London"
    rows = zones_of(cohort.slots.get(place=1), [sydney, here], here)
    assert [(row.city, row.from_words) for row in rows] == [
        ("London", "26 Nov 2026 18:00"),
        ("Sydney", "27 Nov 2026 05:00"),
    ]


def test_the_hour_of_the_group_stays_across_daylight_saving(cast: Cast) -> None:
    """Planned in summer for Thursdays that lie on both sides of the last Sunday of October."""
    version = credit_course(cast.educator)
    cohort = planned(cast, version, titles=tuple("abcdefghijklmnopqrstu"), needed=3)
    london = ZoneInfo("Europe/London")
    starts = [slot.starts_at for slot in cohort.slots.order_by("place")]
    assert {start.astimezone(london).hour for start in starts} == {18}
    assert {start.hour for start in starts} == {17, 18}, "it goes past the last Sunday of March"


def test_attendance_from_the_list_of_the_call_numbers_what_it_does_not_take(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    first, second = (seated(cast, cohort, person) for person in guests(cast, 2))
    slot = cohort.slots.get(place=1)
    text = f"\ufeffName,Email,Minutes\nA,{first.person.email.upper()},88\nB,{second.person.email},12\nC,x@example.org,90\n"
    with pytest.raises(Refused, match="not started"):
        import_attendance(slot=slot, text=text, by=cast.educator, at=NOW)
    at = slot.ends_at + timedelta(hours=1)
    taken = import_attendance(slot=slot, text=text, least_minutes=60, by=cast.educator, at=at)
    assert taken.present == 1
    assert [row for row, _said in taken.unknown] == [3, 4]
    assert SlotAttendance.objects.get().how == PresenceBy.IMPORT
    with pytest.raises(Refused, match="“email”"):
        import_attendance(slot=slot, text="name\nA\n", by=cast.educator, at=at)


def test_attendance_recorded_in_error_is_taken_back_with_a_reason(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    place = seated(cast, cohort, cast.learner)
    slot = cohort.slots.get(place=1)
    row = record_attendance(slot=slot, participant=place, by=cast.educator, at=during(slot))
    with pytest.raises(Refused, match="Give the reason"):
        cancel_attendance(attendance=row, reason=" ", by=cast.educator, at=during(slot))
    cancel_attendance(attendance=row, reason="Another person.", by=cast.educator, at=during(slot))
    assert standing_of(place).facts.attended == 0
    again = record_attendance(slot=slot, participant=place, by=cast.educator, at=during(slot))
    assert again.pk != row.pk


def test_who_cannot_come_is_in_no_triad_and_observers_rate_their_own_triad_alone(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    places = [seated(cast, cohort, person) for person in guests(cast, 6)]
    slot = cohort.slots.get(place=1)
    tell_absence(slot=slot, participant=places[0], by=places[0].person, at=NOW)
    make_triads(slot=slot, by=cast.educator, at=NOW)
    assert [len(each.places) for each in triads_in(slot)] == [3, 2]
    assert not TriadSeat.objects.filter(participant=places[0]).exists()
    at = during(slot)
    one, two = (each.places for each in triads_in(slot))
    with pytest.raises(Refused, match="with whom you practised"):
        rate_practice(slot=slot, participant=one[0], marks=GOOD, by=two[0].person, at=at)
    with pytest.raises(Refused, match="your own practice"):
        rate_practice(slot=slot, participant=one[0], marks=GOOD, by=one[0].person, at=at)
    with pytest.raises(Refused, match="from 1 to 4"):
        rate_practice(slot=slot, participant=one[0], marks={"frame": 9}, by=one[1].person, at=at)
    rate_practice(slot=slot, participant=one[0], marks=GOOD, by=one[1].person, at=at)
    with pytest.raises(Refused, match="already sent"):
        rate_practice(slot=slot, participant=one[0], marks=GOOD, by=one[1].person, at=at)
    with pytest.raises(Refused, match="stay as they are"):
        make_triads(slot=slot, by=cast.educator, at=at)


def test_make_up_work_is_taken_for_seven_days_and_may_be_sent_again_when_it_came_back(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    place = seated(cast, cohort, cast.learner)
    slot = cohort.slots.get(place=1)
    said: dict[str, Any] = {
        "slot": slot,
        "participant": place,
        "words": "I take this from it.",
        "by": cast.learner,
    }
    with pytest.raises(Refused, match="not ended"):
        send_make_up(at=slot.starts_at, **said)
    with pytest.raises(Refused, match="seven days"):
        send_make_up(at=slot.ends_at + timedelta(days=8), **said)
    at = slot.ends_at + timedelta(days=1)
    with pytest.raises(Refused, match="data of a patient"):
        send_make_up(at=at, **(said | {"words": "My patient Ruth Calloway, born 9 April 1981, MRN 123456."}))
    made = send_make_up(at=at, **said)
    decide_make_up(make_up=made, accepted=False, answer="Add the second part.", by=cast.educator, at=at)
    send_make_up(at=at, **said)
    with pytest.raises(Refused, match="already sent"):
        send_make_up(at=at, **said)


def test_letters_and_reminders_reach_those_with_places(cast: Cast) -> None:
    version = credit_course(cast.educator)
    cohort = with_pre_work(cast, planned(cast, version), next(iter(parsed(version).lessons)))
    with pytest.raises(Refused, match="No one has a place"):
        write_to_group(cohort=cohort, title="Hello", words="Soon.", by=cast.educator, at=NOW)
    place = seated(cast, cohort, cast.learner)
    assert write_to_group(cohort=cohort, title="Hello", words="Soon.", by=cast.educator, at=NOW).readers == 1
    slot = cohort.slots.get(place=1)
    assert remind_of_pre_work(slot=slot, by=cast.educator, at=NOW) == [place.person]
    day_before = slot.starts_at - timedelta(hours=20)
    assert [look_after_cohorts(at=day_before) for _turn in range(2)] == [1, 0]
    told = Message.objects.get(person=cast.learner, title__startswith="Tomorrow")
    assert "2 pieces of pre-work are open." in told.body
    cancel_cohort(cohort=cohort, reason="Too few.", by=cast.educator, at=NOW)
    with pytest.raises(Refused, match="cancelled a moment ago"):
        cancel_cohort(cohort=cohort, reason="Too few.", by=cast.educator, at=NOW)


def test_pre_work_names_a_part_that_the_course_has_and_goes_only_while_unanswered(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator))
    slot = cohort.slots.get(place=1)
    with pytest.raises(Refused, match="no such part"):
        add_pre_work(slot=slot, kind=PreWorkKind.LESSON, reference="nowhere", by=cast.educator, at=NOW)
    with pytest.raises(Refused, match="before its live slot"):
        add_pre_work(
            slot=slot, kind=PreWorkKind.WRITING, title="x", due_at=slot.ends_at, by=cast.educator, at=NOW
        )
    piece = add_pre_work(slot=slot, kind=PreWorkKind.WRITING, title="Note", by=cast.educator, at=NOW)
    place = seated(cast, cohort, cast.learner)
    late = send_pre_work(pre_work=piece, participant=place, words="Late.", by=cast.learner, at=slot.ends_at)
    assert standing_of(place).pre_work[0].late
    with pytest.raises(Refused, match="already answered"):
        remove_pre_work(pre_work=piece, by=cast.educator, at=NOW)
    late.delete()
    remove_pre_work(pre_work=piece, by=cast.educator, at=NOW)
    assert not slot.pre_work.exists()
