"""Server time of the academy with 10,000 learners and 200 courses on SQLite: pages, an answer, lint, certificates,
a discussion of 500, fifty events, a cohort of forty, a report about 10,000 made by the clock."""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

LEARNERS, COURSES, ROUNDS, BATCH = 10_000, 200, 30, 200
FOUNDATIONS = Path(__file__).parents[1] / "src" / "mooring" / "content" / "courses" / "ketamine-foundations"


def main() -> None:
    from bench._academy_groups import report_of_everybody, together

    rows: list[tuple[str, list[float], float]] = [("lint of the demonstration course", lint(), 3000)]
    with tempfile.TemporaryDirectory(prefix="mooring-bench-") as home:
        os.environ["MOORING_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "mooring.web.settings"
        import django

        django.setup()
        from mooring.work.schema import migrate

        migrate()
        started = time.perf_counter()
        load(Path(home))
        print(f"{LEARNERS} learners, {COURSES} courses loaded in {time.perf_counter() - started:.0f} s\n")
        rows += pages()
        rows += certificates()
        rows += together()
        print("| what (milliseconds of the process) | median | p95 | budget |\n| --- | ---: | ---: | ---: |")
        for name, found, budget in rows:
            p95 = statistics.quantiles(found, n=20)[-1] if len(found) > 1 else found[0]
            print(f"| {name} | {statistics.median(found):.1f} | {p95:.1f} | {budget:.0f} |")
        batch()
        report_of_everybody()


def timed(action: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of this process in each call, after two that are not counted.

    Not of the clock on the wall: on a machine that others use too it says how long *they* took.
    """
    action()
    action()
    found = []
    for _ in range(rounds):
        started = time.process_time()
        action()
        found.append((time.process_time() - started) * 1000)
    return found


def lint() -> list[float]:
    from mooring.content.course.lint import lint_course
    from mooring.content.course.loader import load_course
    from mooring.references.bibliography import bibliography

    bibliography.cache_clear()
    started = time.process_time()
    lint_course(load_course(FOUNDATIONS), references=bibliography(), day=datetime.now(UTC).date())
    return [(time.process_time() - started) * 1000]


def load(home: Path) -> None:
    """The demonstration course and 199 small ones; every learner is in three, a third with answers."""
    from django.utils import timezone

    from mooring.academy.checks.models import Answer
    from mooring.academy.courses.actions import publish_course
    from mooring.academy.courses.models import CourseVersion
    from mooring.academy.learning.models import Enrolment, LessonDone
    from mooring.audit.recording import COMMAND_LINE
    from mooring.content.course.new import write_example
    from mooring.demonstration.learners import published
    from mooring.demonstration.staff import make_staff
    from mooring.identity.models import Person, RoleAssignment
    from mooring.work.installation import make_installation

    now = timezone.now()
    make_installation(demonstration_day=now.date(), by=COMMAND_LINE, at=now)
    staff = make_staff(now)
    educator, site = staff.people["Miriam Feld"], next(iter(staff.sites.values()))
    big = published(FOUNDATIONS, educator, now)
    for number in range(COURSES - 1):
        folder = home / f"course-{number}"
        write_example(folder, slug=f"course-{number}", day=now.date())
        publish_course(folder=folder, by=educator, at=now)
        shutil.rmtree(folder)
    versions = list(CourseVersion.objects.order_by("pk"))
    people = Person.objects.bulk_create(
        Person(legal_name=f"Learner {n}", email=f"l{n}@bench.example", password="!", joined_at=now)
        for n in range(LEARNERS)
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(person=each, role="learner", site=site, held_from=now) for each in people
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=each,
            course_id=version.course_id,
            version=version,
            first_version=version,
            enrolled_at=now,
            access_until=now + timedelta(days=365),
            disclosures_seen_at=now,
        )
        for place, each in enumerate(people)
        for version in (big, versions[1 + place % (COURSES - 1)], versions[1 + (place + 7) % (COURSES - 1)])
    )
    lessons = lesson_ids(big)
    LessonDone.objects.bulk_create(
        (
            LessonDone(enrolment=each, lesson_id=lesson, version=big, at=now)
            for each in enrolments[: 3 * LEARNERS // 3 : 3]
            for lesson in lessons
        ),
        batch_size=5000,
    )
    item = answerable(big)[0]
    Answer.objects.bulk_create(
        (
            Answer(
                enrolment=each, version=big, item=item.id, digest=item.digest, given="a", right=False, at=now
            )
            for each in enrolments[::3]
        ),
        batch_size=5000,
    )


def lesson_ids(version: object) -> list[str]:
    from mooring.academy.courses.queries import parsed

    return [each.head.id for each in parsed(version).lessons_in_order()]  # type: ignore[arg-type]


def answerable(version: object) -> list:  # type: ignore[type-arg]
    from mooring.academy.courses.queries import parsed
    from mooring.content.course.items import SingleItem

    return [each for each in parsed(version).check_items() if isinstance(each, SingleItem)]  # type: ignore[arg-type]


def pages() -> list[tuple[str, list[float], float]]:
    from django.urls import reverse
    from django.utils import timezone

    from mooring.academy.checks.actions.lessons import answer_item
    from mooring.academy.courses.queries import parsed
    from mooring.academy.learning.models import Enrolment
    from mooring.identity.models import Person

    enrolment = Enrolment.objects.select_related("learner", "version__course", "course", "first_version").get(
        learner__email="l5000@bench.example", course__slug="ketamine-foundations"
    )
    client = client_of(enrolment.learner)
    rows = []
    for name, address, budget in (
        ("the catalogue", reverse("catalogue"), 150),
        ("the overview", reverse("overview", args=[enrolment.pk]), 150),
    ):
        rows.append((name, timed(lambda address=address: good(client.get(address))), budget))  # type: ignore[misc]
    ids = lesson_ids(enrolment.version)
    lessons = reading_round(ids, enrolment.pk)
    for name, rounds in (
        ("a lesson page, its first reader in a process", len(ids) - 2),
        ("a lesson page", 100),
    ):
        rows.append((name, timed(lambda: good(client.get(next(lessons))), rounds), 60))
    lesson = parsed(enrolment.version).lessons_in_order()[0]
    item = parsed(enrolment.version).checks[lesson.embedded("check")[0]].items[0]
    rows.append(
        (
            "a check's answer (act, event, commit)",
            timed(
                lambda: answer_item(
                    enrolment=enrolment,
                    lesson_id=lesson.head.id,
                    item_id=item.id,
                    digest=item.digest,
                    given="a",
                    by=enrolment.learner,
                    at=timezone.now(),
                )
            ),
            40,
        )
    )
    address = reverse("lesson-answer", args=[enrolment.pk, lesson.head.id, item.id])
    sent = {f"{item.id}-answer": "a", f"{item.id}-sure": "yes"}
    rows.append(
        ("a check's answer, the page's part", timed(lambda: good(client.post(address, sent, headers={"hx-request": "true"}))), 40)
    )  # fmt: skip
    teacher = client_of(Person.objects.get(legal_name="Miriam Feld"))
    roster = reverse("roster", args=["ketamine-foundations"])
    rows.append(("an educator's roster", timed(lambda: good(teacher.get(roster)), 10), 150))
    return rows


def reading_round(lessons: list[str], pk: int) -> Iterator[str]:
    from django.urls import reverse

    for number in count():
        yield reverse("lesson", args=[pk, lessons[number % len(lessons)]])


def client_of(person: object):  # type: ignore[no-untyped-def]
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def good(answer: object) -> None:
    status = answer.status_code  # type: ignore[attr-defined]
    assert status == 200, f"answered {status}"


def certificates() -> list[tuple[str, list[float], float]]:
    """A certificate with its paper, for learners who did everything."""
    from decimal import Decimal

    from django.utils import timezone

    from mooring.academy.checks.models import EvaluationSent, PostTestAttempt
    from mooring.academy.credits.actions.certificates import claim_credit, store_paper
    from mooring.academy.credits.queries.papers import drawn_paper
    from mooring.academy.learning.models import Enrolment

    now = timezone.now()
    done = list(
        Enrolment.objects.filter(course__slug="ketamine-foundations")
        .select_related("learner", "version__course", "course", "first_version")
        .order_by("pk")[: BATCH + 12]
    )
    for each in done:
        PostTestAttempt.objects.create(
            enrolment=each, version=each.version, place=1, seed="s", asked=1,
            started_at=now, sent_at=now, right=1, passed_at=now,
        )  # fmt: skip
        EvaluationSent.objects.create(enrolment=each, version=each.version, at=now)
    waiting = iter(done[BATCH:])

    def one() -> None:
        enrolment = next(waiting)
        certificate = claim_credit(
            enrolment=enrolment, offering="kf-completion", amount=Decimal(0), by=enrolment.learner, at=now
        )
        store_paper(certificate=certificate, pdf=drawn_paper(certificate), by=enrolment.learner, at=now)

    return [("a certificate: claim, badge, signed paper", timed(one, 10), 500)]


def batch() -> None:
    """200 certificates by the clock: how long, and how evenly the progress moves."""
    from django.utils import timezone

    from mooring.academy.courses.models import Course
    from mooring.academy.credits.actions.batches import start_batch, work_on_batches
    from mooring.academy.credits.models import Batch
    from mooring.identity.models import Person

    course = Course.objects.get(slug="ketamine-foundations")
    asked = start_batch(
        course=course,
        offering="kf-completion",
        by=Person.objects.get(legal_name="Miriam Feld"),
        at=timezone.now(),
    )
    started, turns = time.perf_counter(), []
    while Batch.objects.get(pk=asked.pk).done < BATCH:
        turns.append(work_on_batches(at=timezone.now()))
    seconds = time.perf_counter() - started
    print(
        f"\na batch, its first {BATCH}: {seconds:.1f} s in {len(turns)} turns of the clock, the progress after each"
    )
