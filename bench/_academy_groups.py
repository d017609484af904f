"""What people of the academy do together, at its size: a discussion, a series, a cohort, a report about everybody."""

import time
from datetime import timedelta

from bench.academy import client_of, good, timed


def together() -> list[tuple[str, list[float], float]]:
    """A discussion in which 500 wrote, fifty events with four hundred registered each, a cohort of forty."""
    from django.urls import reverse
    from django.utils import timezone

    from mooring.academy.cohorts.models import Cohort, CohortApplication, CohortPlace, LiveSlot
    from mooring.academy.courses.models import Course
    from mooring.academy.discussion.models import Post, Thread
    from mooring.academy.events.models import Registration, SpeakerEvent
    from mooring.academy.learning.models import Enrolment
    from mooring.identity.models import Person, Site

    now, site = timezone.now(), Site.objects.order_by("pk")[0]
    teacher = Person.objects.get(legal_name="Miriam Feld")
    course = Course.objects.get(slug="ketamine-foundations")
    people = list(Person.objects.filter(email__endswith="@bench.example").order_by("pk")[:500])
    threads = Thread.objects.bulk_create(
        Thread(
            course=course,
            lesson="m1-l8",
            title=f"Question {n}",
            opened_by=people[n],
            opened_at=now,
            answer_due_at=now,
        )
        for n in range(100)
    )
    Post.objects.bulk_create(
        Post(
            thread=threads[0],
            author=each,
            words="A thought of two sentences. It ends here.",
            posted_at=now,
            state="shown",
            marks=[],
        )
        for each in people
    )
    events = SpeakerEvent.objects.bulk_create(
        SpeakerEvent(
            site=site,
            title=f"Event {n}",
            topic=f"Topic {n % 7}",
            summary="Words.",
            speaker="A speaker",
            disclosure="None.",
            starts_at=now + timedelta(days=n - 25),
            ends_at=now + timedelta(days=n - 25, hours=1),
            time_zone="UTC",
            secret="s",
            planned_at=now,
            planned_by=teacher,
        )
        for n in range(50)
    )
    Registration.objects.bulk_create(
        (
            Registration(event=event, person=each, registered_at=now)
            for event in events
            for each in people[:400]
        ),
        batch_size=5000,
    )
    cohort = Cohort.objects.create(
        site=site,
        course=course,
        title="Bench",
        summary="x",
        time_zone="UTC",
        seats=40,
        seats_taken=40,
        apply_until=now,
        needed=5,
        led_by=teacher,
        planned_at=now,
        planned_by=teacher,
    )
    LiveSlot.objects.bulk_create(
        LiveSlot(
            cohort=cohort,
            place=n,
            title=f"Week {n}",
            starts_at=now + timedelta(days=7 * n),
            ends_at=now + timedelta(days=7 * n, hours=1),
            secret="s",
        )
        for n in range(1, 8)
    )
    for each in people[:40]:
        application = CohortApplication.objects.create(
            cohort=cohort,
            person=each,
            profession="x",
            motivation="x",
            sent_at=now,
            state="accepted",
            decided_at=now,
        )
        CohortPlace.objects.create(
            cohort=cohort,
            person=each,
            application=application,
            joined_at=now,
            enrolment=Enrolment.objects.filter(learner=each, course=course).first(),
        )
    learner, lead = client_of(people[0]), client_of(teacher)
    asked = (
        ("the discussion of a course", learner, reverse("discussion", args=[course.slug]), 150),
        ("a thread in which 500 wrote", learner, reverse("thread", args=[threads[0].pk]), 400),
        ("the speaker series, 50 events", learner, reverse("speaker-events"), 150),
        ("an educator's event, 400 registered", lead, reverse("speaker-event", args=[events[30].pk]), 150),
        ("the desk of a cohort of 40", lead, reverse("cohort-desk", args=[cohort.pk]), 150),
        ("a participant's week", learner, reverse("cohort-week", args=[cohort.pk, 1]), 150),
    )  # fmt: skip
    return [
        (name, timed(lambda client=client, way=way: good(client.get(way)), 10), budget)  # type: ignore[misc]
        for name, client, way, budget in asked
    ]


def report_of_everybody() -> None:
    """Progress of 10,000 learners by the clock: how long, in how many turns, and whether every turn moves it."""
    from django.utils import timezone

    from mooring.academy.courses.models import Course
    from mooring.academy.reports.actions.jobs import ask_report, work_on_reports
    from mooring.academy.reports.models import ReportJob, ReportKind
    from mooring.identity.models import Person

    now = timezone.now()
    job = ask_report(
        kind=ReportKind.PROGRESS,
        course=Course.objects.get(slug="ketamine-foundations"),
        since=(now - timedelta(days=1)).date(),
        through=(now + timedelta(days=1)).date(),
        by=Person.objects.get(legal_name="Priya Raman"),
        at=now,
    )
    started, seen = time.perf_counter(), []
    while ReportJob.objects.get(pk=job.pk).finished_at is None:
        work_on_reports(at=timezone.now())
        seen.append(ReportJob.objects.get(pk=job.pk).percent)
    seconds = time.perf_counter() - started
    print(
        f"\na report about {job.total} learners: {seconds:.1f} s in {len(seen)} turns of the clock, at {seen} per cent"
    )
