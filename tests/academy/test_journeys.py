"""Whole ways through the academy: a newcomer from the door to the refund, an administrator with everything to file,
a Moodle export that ends as a question in a lesson."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.academy.checks.actions.evaluation import send_evaluation
from mooring.academy.checks.actions.post_test import begin_attempt, keep_answers, send_attempt
from mooring.academy.checks.queries.evaluation import questions_put
from mooring.academy.checks.queries.post_test import questions_of
from mooring.academy.courses.actions import publish_course
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.models import Certificate
from mooring.academy.discussion.models import Thread
from mooring.academy.events.actions import plan_event
from mooring.academy.events.models import SpeakerEvent
from mooring.academy.events.queries import code_of
from mooring.academy.learning.actions import complete_lesson
from mooring.academy.learning.models import Enrolment
from mooring.academy.orders.models import Order, OrderState
from mooring.academy.reports.actions.reports import save_numbers
from mooring.academy.reports.models import Report, ReportKind
from mooring.content.course.items import NumericItem
from mooring.identity.models import Person
from mooring.work.invitations import accept_invitation
from mooring.work.models import TaskLink
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import credit_course
from tests.academy.orders.ordering import SECRET, paid_message, sent, sold
from tests.content.test_import_questions import MOODLE
from tests.content.tiny_course import change
from tests.courses import enrol, next_version, write_course
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def newcomer(client: Client) -> Person:
    """Somebody who asked for an account and chose a password behind the link in their mail."""
    client.post(reverse("register"), {"name": "Nadia Nowak", "email": "nadia@example.org"})
    person = Person.objects.get(email="nadia@example.org")
    link = TaskLink.objects.get(person=person)
    accept_invitation(link=link, password=PASSWORD, by=person, at=timezone.now())
    return Person.objects.get(pk=person.pk)


def passed(enrolment: Enrolment) -> None:
    """The post-test with every answer right, and the evaluation."""
    now, learner = timezone.now(), enrolment.learner
    attempt = begin_attempt(enrolment=enrolment, by=learner, at=now)
    answers = {item.id: item.answer for item in questions_of(attempt) if isinstance(item, NumericItem)}
    keep_answers(attempt=attempt, answers=answers, by=learner, at=now)
    assert send_attempt(attempt=attempt, leave_empty=False, by=learner, at=now).passed_at == now
    given = {put.key: put.options[-1] for put in questions_put(parsed(enrolment.version)) if put.options}
    send_evaluation(enrolment=enrolment, given=given, by=learner, at=now)


def test_a_newcomer_buys_learns_asks_attends_passes_claims_and_is_refunded(cast: Cast, settings: Any) -> None:
    settings.SELF_REGISTRATION, settings.STRIPE_WEBHOOK_SECRET = True, SECRET
    version = credit_course(cast.educator)
    sold(cast, version)
    event = plan_event(
        site=cast.site, title="Stopping well", topic="Maintenance", summary="When to end.",
        speaker="Robin Example (fictional)", disclosure="None.", starts_at=timezone.now() + timedelta(minutes=5),
        ends_at=timezone.now() + timedelta(hours=1), by=cast.educator, at=timezone.now(),
    )  # fmt: skip
    person = newcomer(Client())
    client = signed_in(person)

    bought = client.post(reverse("order-start", args=["tiny"]), {"seats": 1, "code": "", "bill_to": ""})
    order = Order.objects.get()
    assert bought.headers["Location"] == reverse("purchase", args=[order.pk])
    assert sent(paid_message(order), at=timezone.now()) == 200
    enrolment = Enrolment.objects.select_related(
        "learner", "course", "version__course", "first_version"
    ).get()
    assert client.get(reverse("disclosures", args=[enrolment.pk])).status_code == 200
    assert client.post(reverse("disclosures", args=[enrolment.pk])).status_code == 302
    assert client.get(reverse("lesson", args=[enrolment.pk, "m1-l1"])).status_code == 200
    enrolment.refresh_from_db()
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=person, at=timezone.now())

    asked = {"lesson": "m1-l1", "title": "Slower?", "words": "Does a slower infusion help?"}
    assert client.post(reverse("discussion", args=["tiny"]), asked).status_code == 302
    assert Thread.objects.get().opened_by == person
    SpeakerEvent.objects.filter(pk=event.pk).update(starts_at=timezone.now())
    event.refresh_from_db()
    assert client.post(reverse("speaker-event-place", args=[event.pk]), {"place": "take"}).status_code == 302
    code = code_of(event, timezone.now())
    assert client.post(reverse("speaker-event", args=[event.pk]), {"code": code}).status_code == 302
    assert b"Attended" in client.get(reverse("speaker-event", args=[event.pk])).content

    passed(enrolment)
    assert client.post(reverse("credit-claim", args=[enrolment.pk, "tiny-completion"]), {}).status_code == 302
    certificate = Certificate.objects.get()
    shown = reverse("certificate-shown", args=[certificate.code])
    assert "Nadia Nowak" in Client().get(shown).content.decode()

    refund = reverse("order-refund", args=[order.pk])
    assert client.post(refund, {"reason": "Not for me.", "understood": "on"}).status_code == 302
    order.refresh_from_db()
    certificate.refresh_from_db()
    assert (order.state, certificate.valid) == (OrderState.REFUNDED, False)
    assert "The purchase was refunded." in Client().get(shown).content.decode()
    assert client.get(reverse("lesson", args=[enrolment.pk, "m1-l1"])).status_code != 200
    assert b"CODE" not in client.get(reverse("transcript")).content


def test_an_administrator_makes_every_report_and_the_binder(cast: Cast) -> None:
    version = credit_course(cast.educator)
    enrolment = enrol(cast.learner, version, at=timezone.now() - timedelta(days=3))
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=cast.learner, at=timezone.now())
    passed(enrolment)
    learner, admin = signed_in(cast.learner), signed_in(cast.administrator)
    profile = {
        "profession": "physician", "jurisdiction": "OR", "licence_number": "MD1234", "npi": "1234567893",
        "birthday": "04-17",
    }  # fmt: skip
    learner.post(reverse("credit-profile"), profile)
    claim = reverse("credit-claim", args=[enrolment.pk, "tiny-cme"])
    assert learner.post(claim, {"amount": str(Decimal("0.75")), "attested": "on"}).status_code == 302
    save_numbers(
        course=version.course, numbers={"accme_provider": "1234567"}, by=cast.administrator, at=timezone.now()
    )
    today = timezone.localdate()
    made = {}
    for kind in ReportKind:
        said = {"kind": kind.value, "since": today - timedelta(days=30), "through": today, "region": "OR"}
        made[kind] = admin.post(reverse("report-make", args=["tiny"]), said).status_code
    nothing_there = {ReportKind.CE_BROKER, ReportKind.CPE, ReportKind.EVALUATION}
    assert {kind for kind, code in made.items() if code == 422} == nothing_there, "a physician's credit alone"
    assert Report.objects.count() == len(ReportKind) - len(nothing_there)
    answer = admin.get(reverse("audit-binder", args=["tiny"]))
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    for wanted in (
        "index.csv", "activity/pieces.csv", "activity/sign-offs.csv", "activity/support.csv",
        "activity/retention.csv", "registers/grievances.csv", "delivery/cohorts.csv", "credit/reports.csv",
    ):  # fmt: skip
        assert wanted in names


def test_a_moodle_export_ends_as_questions_of_a_lesson(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path / "tiny")
    publish_course(folder=folder, by=cast.educator, at=timezone.now())
    teacher = signed_in(cast.educator)
    address = reverse("import-questions", args=["tiny"])
    assert signed_in(cast.learner).get(address).status_code == 403
    said = {"check": "m1-l1-more", "objective": "lo1", "cite": "domino-2010-tiger"}
    export = SimpleUploadedFile("export.xml", MOODLE.encode())
    answer = teacher.post(address, {**said, "questions": export})
    page = answer.content.decode()
    assert "3 questions can be taken" in page
    assert "Row 13, “True?”" in page
    unknown = SimpleUploadedFile("export.xml", MOODLE.encode())
    assert teacher.post(address, {**said, "cite": "nobody-1900", "questions": unknown}).status_code == 422
    text = answer.context["made"].text
    file = teacher.post(reverse("import-questions-file", args=["tiny"]), {"text": text})
    assert file.headers["Content-Disposition"].startswith("attachment")
    (folder / "modules" / "m1" / "more.checks.yaml").write_bytes(file.content)
    shown = ":::{check}\nref: m1-l1-check\n:::\n"
    change(folder, "modules/m1/first.md", shown, shown + "\n:::{check}\nref: m1-l1-more\n:::\n")
    version = publish_course(folder=next_version(folder, "2"), by=cast.educator, at=timezone.now())
    enrolment = enrol(cast.learner, version)
    lesson = signed_in(cast.learner).get(reverse("lesson", args=[enrolment.pk, "m1-l1"]))
    assert "How long is the half-life?" in lesson.content.decode()
