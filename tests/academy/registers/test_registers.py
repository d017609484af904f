"""Registers: requests decided, complaints acknowledged and answered as tasks, an activity's file, how long it is kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from mooring.academy.courses.queries import parsed
from mooring.academy.registers.actions.activity import file_paper, record_support, sign_activity
from mooring.academy.registers.actions.requests import (
    acknowledge_grievance,
    answer_grievance,
    ask_accommodation,
    decide_accommodation,
    send_grievance,
)
from mooring.academy.registers.models import (
    Accommodation,
    ActivityPaper,
    Grievance,
    PaperKind,
    SignOffRole,
    SupportKind,
)
from mooring.academy.registers.queries.activity import kept_activity, newest_support, pieces_of
from mooring.content.retention import RecordKind, kept_until, longest, retention_rules
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task, TaskState
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import credit_course
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def test_an_accommodation_is_a_task_until_it_is_decided_in_words(cast: Cast) -> None:
    asked = ask_accommodation(course=None, need="Figures described in words.", by=cast.learner, at=NOW)
    task = Task.objects.get(kind="accommodation")
    assert task.due_at == NOW + timedelta(days=7)
    with pytest.raises(Refused, match="what is done"):
        decide_accommodation(accommodation=asked, granted=True, decision=" ", by=cast.educator, at=NOW)
    with pytest.raises(Refused, match="from which day"):
        decide_accommodation(accommodation=asked, granted=True, decision="Done.", by=cast.educator, at=NOW)
    decide_accommodation(
        accommodation=asked, granted=True, decision="Done.", from_day=NOW.date(), by=cast.educator, at=NOW
    )
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    assert Message.objects.get(person=cast.learner).body == "Done."
    with pytest.raises(Refused, match="a moment ago"):
        decide_accommodation(accommodation=asked, granted=False, decision="No.", by=cast.educator, at=NOW)


def test_a_complaint_is_two_tasks_and_the_answer_closes_both(cast: Cast) -> None:
    sent = send_grievance(
        course=None, title="Bias in a lesson", words="It names one product.", by=cast.learner, at=NOW
    )
    due = dict(Task.objects.filter(state=TaskState.OPEN).values_list("kind", "due_at"))
    assert due == {
        "grievance-acknowledge": NOW + timedelta(days=2),
        "grievance-answer": NOW + timedelta(days=14),
    }
    acknowledge_grievance(grievance=sent, by=cast.administrator, at=NOW + timedelta(days=1))
    assert Task.objects.get(state=TaskState.OPEN).kind == "grievance-answer"
    with pytest.raises(Refused, match="acknowledged it"):
        acknowledge_grievance(grievance=sent, by=cast.administrator, at=NOW)
    answer_grievance(grievance=sent, answer="The text is changed.", by=cast.administrator, at=NOW)
    assert not Task.objects.filter(state=TaskState.OPEN).exists()
    assert Message.objects.filter(person=cast.learner).count() == 2
    other = send_grievance(course=None, title="x", words="y", by=cast.learner, at=NOW)
    answer_grievance(grievance=other, answer="Thank you.", by=cast.administrator, at=NOW)
    other.refresh_from_db()
    assert other.acknowledged_at == NOW
    assert not Task.objects.filter(state=TaskState.OPEN).exists()


def test_data_of_a_patient_is_kept_out_of_the_registers(cast: Cast) -> None:
    words = "My patient Ruth Calloway, born 9 April 1981, MRN 123456."
    with pytest.raises(Refused, match="data of a patient"):
        ask_accommodation(course=None, need=words, by=cast.learner, at=NOW)
    with pytest.raises(Refused, match="data of a patient"):
        send_grievance(course=None, title="A case", words=words, by=cast.learner, at=NOW)


def test_the_file_of_an_activity_says_what_is_missing_until_it_is_filed_and_signed(cast: Cast) -> None:
    version = credit_course(cast.educator)
    course, by = version.course, cast.administrator
    missing = {each.name for each in pieces_of(course) if not each.there}
    assert "Commercial support" in missing
    assert any(name.startswith("Needs assessment") for name in missing)
    with pytest.raises(Refused, match="choose a PDF"):
        file_paper(course=course, kind=PaperKind.CV, title="CV", dated_on=NOW.date(), by=by, at=NOW)
    with pytest.raises(Refused, match="Only a PDF"):
        file_paper(
            course=course,
            kind=PaperKind.OUTCOMES,
            title="x",
            dated_on=NOW.date(),
            body=b"GIF8",
            by=by,
            at=NOW,
        )
    with pytest.raises(Refused, match="whose CV"):
        file_paper(
            course=course, kind=PaperKind.CV, title="CV", words="x", dated_on=NOW.date(), by=by, at=NOW
        )
    for kind in (PaperKind.NEEDS_ASSESSMENT, PaperKind.PLANNING_COMMITTEE, PaperKind.ADVERTISEMENT):
        file_paper(course=course, kind=kind, title=kind, words="Words.", dated_on=NOW.date(), by=by, at=NOW)
    for maker in parsed(version).about.people:
        file_paper(
            course=course, kind=PaperKind.CV, title="CV", person_name=maker.name, body=b"%PDF-1.7 x",
            file_name="cv.pdf", dated_on=NOW.date(), by=by, at=NOW,
        )  # fmt: skip
    record_support(course=course, kind=SupportKind.NONE, agreed_on=NOW.date(), by=by, at=NOW)
    with pytest.raises(Refused, match="not your password"):
        sign_activity(version=version, role=SignOffRole.PLANNER, password="wrong", by=by, at=NOW)
    for role in (SignOffRole.PLANNER, SignOffRole.ADMINISTRATOR):
        sign_activity(version=version, role=role, password=PASSWORD, by=by, at=NOW)
    with pytest.raises(Refused, match="another person than the one who planned"):
        sign_activity(version=version, role=SignOffRole.CONTENT, password=PASSWORD, by=by, at=NOW)
    sign_activity(version=version, role=SignOffRole.CONTENT, password=PASSWORD, by=cast.educator, at=NOW)
    with pytest.raises(Refused, match="another person than the one who planned"):
        sign_activity(version=version, role=SignOffRole.PLANNER, password=PASSWORD, by=cast.educator, at=NOW)
    with pytest.raises(Refused, match="already signed"):
        sign_activity(version=version, role=SignOffRole.PLANNER, password=PASSWORD, by=by, at=NOW)
    assert [each.name for each in pieces_of(course) if not each.there] == []


def test_the_newest_statement_about_support_counts(cast: Cast) -> None:
    course, by = credit_course(cast.educator).course, cast.administrator
    with pytest.raises(Refused, match="Name the company"):
        record_support(course=course, kind=SupportKind.MONETARY, agreed_on=NOW.date(), by=by, at=NOW)
    record_support(course=course, kind=SupportKind.NONE, agreed_on=NOW.date(), by=by, at=NOW)
    record_support(
        course=course, kind=SupportKind.MONETARY, source="Example Company (fictional)", amount=Decimal(100),
        agreed_on=NOW.date(), by=by, at=NOW + timedelta(days=1),
    )  # fmt: skip
    assert [each.source for each in newest_support(course)] == ["Example Company (fictional)"]


def test_the_longest_rule_in_force_says_how_long_records_are_kept(cast: Cast) -> None:
    today = date(2026, 11, 30)
    rules = retention_rules().rules
    assert {each.body for each in rules} >= {"ACCME", "ANCC", "APA", "NBCC", "ASWB", "California BBS"}
    assert longest(rules, RecordKind.COMPLETION, today).body == "This academy"
    assert kept_until(RecordKind.COMPLETION, date(2024, 2, 29), on=today) == date(2031, 2, 28)
    assert longest(rules, RecordKind.COMPLETION, date(2021, 1, 1)).body == "ASWB", "before ours began"
    kept = kept_activity(credit_course(cast.educator).course, on=today)
    assert kept.completions_until is None
    assert kept.file_until == date(2033, 11, 12)


def test_an_answer_without_its_time_cannot_be_stored(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grievance.objects.create(
            person=cast.learner, title="x", words="y", sent_at=NOW, answer_due_at=NOW, answer="z"
        )


def test_the_pages_of_registers(cast: Cast) -> None:
    credit_course(cast.educator)
    client, admin = signed_in(cast.learner), signed_in(cast.administrator)
    assert client.post(reverse("accommodation-ask"), {"need": "Larger print."}).status_code == 302
    assert client.post(reverse("grievance-send"), {"title": "t", "words": ""}).status_code == 422
    assert client.post(reverse("grievance-send"), {"title": "Late", "words": "No answer."}).status_code == 302
    assert b"Larger print." in client.get(reverse("registers")).content
    for name in ("registers-manage", "retention"):
        assert client.get(reverse(name)).status_code == 403
        assert admin.get(reverse(name)).status_code == 200
    asked, sent = Accommodation.objects.get(), Grievance.objects.get()
    decide = reverse("accommodation", args=[asked.pk])
    assert client.get(decide).status_code == 403
    assert signed_in(cast.stranger).get(decide).status_code == 403
    said = {"granted": "yes", "decision": "Done.", "from_day": "2026-12-01"}
    assert admin.post(decide, said).status_code == 302
    assert admin.post(reverse("grievance-acknowledge", args=[sent.pk])).status_code == 302
    assert admin.post(reverse("grievance", args=[sent.pk]), {"answer": "Sorry."}).status_code == 302
    own = client.get(reverse("registers")).content.decode()
    assert "Done." in own
    assert "Sorry." in own
    activity = reverse("activity-file", args=["tiny"])
    assert client.get(activity).status_code == 403
    assert b"pieces are there" in admin.get(activity).content
    paper = reverse("activity-paper", args=["tiny"])
    pdf = SimpleUploadedFile("cv.pdf", b"%PDF-1.7 x")
    said = {"kind": "cv", "title": "CV", "person_name": "A. Author", "dated_on": "2026-11-01", "words": ""}
    assert admin.post(paper, {**said, "pdf": SimpleUploadedFile("x.pdf", b"no")}).status_code == 422
    assert admin.post(paper, {**said, "pdf": pdf}).status_code == 302
    filed = reverse("activity-paper-pdf", args=["tiny", ActivityPaper.objects.get().pk])
    assert b"".join(admin.get(filed).streaming_content).startswith(b"%PDF-")
    assert client.get(filed).status_code == 403
    support = {"kind": "none", "source": "", "currency": "USD", "agreed_on": "2026-11-01"}
    assert admin.post(reverse("activity-support", args=["tiny"]), support).status_code == 302
    sign = reverse("activity-sign", args=["tiny"])
    assert admin.post(sign, {"role": "planner", "password": "wrong"}).status_code == 422
    assert admin.post(sign, {"role": "planner", "password": PASSWORD}).status_code == 302
    assert b"Planner of the activity" in admin.get(activity).content
