"""The pages of a cohort, for who applies, takes part and leads; and who sees none of them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mooring.academy.cohorts.actions.planning import add_pre_work
from mooring.academy.cohorts.models import (
    Cohort,
    CohortApplication,
    CohortPlace,
    LiveSlot,
    MakeUp,
    PreWorkKind,
)
from mooring.academy.cohorts.queries.rubric import ITEMS
from mooring.academy.events.queries import code_of
from mooring.academy.learning.actions import see_disclosures
from tests.academy.checks.studying import signed_in
from tests.academy.cohorts.cohorting import planned, seated
from tests.academy.credits.crediting import credit_course
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_from_planning_to_attendance_in_the_browser(cast: Cast) -> None:
    credit_course(cast.educator)
    teacher, client, other = signed_in(cast.educator), signed_in(cast.learner), signed_in(cast.monitor)
    now = timezone.now()
    first = now + timedelta(days=3)
    said = {
        "title": "Winter cohort", "summary": "For all.", "seats": 4, "titles": "One\nTwo\n",
        "apply_until": (now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "first_day": first.date().isoformat(), "starts": "18:00", "minutes": 60, "zone": "Europe/London",
        "currency": "USD", "needed": 1, "most_made_up": 1, "sheets_needed": 0, "price": "",
        "live_link": "https://meet.example/1", "second_link": "",
    }  # fmt: skip
    plan = reverse("cohort-plan", args=["tiny"])
    assert client.get(plan).status_code == 403
    assert teacher.get(plan).status_code == 200
    assert teacher.post(plan, said | {"most_made_up": 2}).status_code == 422
    assert teacher.post(plan, said).status_code == 302
    cohort = Cohort.objects.get()
    slot = cohort.slots.get(place=1)

    assert b"Winter cohort" in client.get(reverse("cohorts")).content
    assert client.get(reverse("cohort-desk", args=[cohort.pk])).status_code == 403
    assert client.get(reverse("cohort-now", args=[cohort.pk])).status_code == 404
    apply = reverse("cohort-apply", args=[cohort.pk])
    assert client.post(apply, {"profession": "Nurse"}).status_code == 422
    assert client.post(apply, {"profession": "Nurse", "motivation": "To learn."}).status_code == 302
    assert b"Your application is sent." in client.get(reverse("cohort", args=[cohort.pk])).content
    application = reverse("cohort-application", args=[CohortApplication.objects.get().pk])
    assert client.get(application).status_code == 404
    assert b"To learn." in teacher.get(application).content
    assert teacher.post(application, {"accepted": "yes", "answer": ""}).status_code == 302
    place = CohortPlace.objects.select_related("enrolment").get()
    assert place.enrolment is not None
    see_disclosures(enrolment=place.enrolment, by=cast.learner, at=now)

    pre_work = reverse("live-slot-pre-work", args=[slot.pk])
    assert client.get(pre_work).status_code == 403
    assert teacher.post(pre_work, {"part": "writing:", "title": "Predict", "minutes": 5}).status_code == 302
    assert teacher.post(pre_work, {"part": "case:nowhere", "minutes": 5}).status_code == 422
    week = reverse("cohort-week", args=[cohort.pk, 1])
    page = client.get(week).content.decode()
    assert "Predict" in page
    assert "0 of 1 done" in page
    assert "https://meet.example/1" not in page, "the room opens ten minutes before"
    assert other.get(week).status_code == 404
    piece = reverse("pre-work", args=[slot.pre_work.get().pk])
    assert client.post(piece, {"words": "About an hour."}).status_code == 302
    assert "1 of 1 done" in client.get(week).content.decode()
    desk = teacher.get(reverse("cohort-desk", args=[cohort.pk])).content.decode()
    assert "1 of 1 is ready" in desk

    begun = now - timedelta(minutes=20)
    LiveSlot.objects.filter(pk=slot.pk).update(starts_at=begun, ends_at=begun + timedelta(hours=1))
    slot.refresh_from_db()
    assert "https://meet.example/1" in client.get(week).content.decode()
    assert client.post(week, {"code": "000000"}).status_code == 422
    assert client.post(week, {"code": code_of(slot, timezone.now())}).status_code == 302
    assert b"by code" in client.get(week).content
    meeting = reverse("live-slot", args=[slot.pk])
    assert client.get(meeting).status_code == 403
    assert code_of(slot, timezone.now()) in teacher.get(meeting).content.decode()
    assert client.get(reverse("cohort-calendar", args=[cohort.pk])).content.count(b"BEGIN:VEVENT") == 2
    person = reverse("cohort-participant", args=[place.pk])
    assert client.get(person).status_code == 403
    assert b"About an hour." in teacher.get(person).content
    assert teacher.post(reverse("cohort-certificate", args=[place.pk])).status_code == 302
    place.refresh_from_db()
    assert place.certificate is not None
    assert b"Your certificate" in client.get(week).content


def test_every_page_of_who_leads_answers(cast: Cast) -> None:
    version = credit_course(cast.educator)
    teacher, client = signed_in(cast.educator), signed_in(cast.learner)
    cohort = planned(cast, version)
    place = seated(cast, cohort, cast.learner)
    mate = seated(cast, cohort, cast.monitor)
    slot = cohort.slots.get(place=1)
    piece = add_pre_work(
        slot=slot, kind=PreWorkKind.WRITING, title="Note", by=cast.educator, at=timezone.now()
    )
    future = timezone.now() + timedelta(days=2)
    LiveSlot.objects.filter(pk=slot.pk).update(starts_at=future, ends_at=future + timedelta(hours=1))
    for name, key in (
        ("cohort-letter", cohort.pk), ("cohort-cancel", cohort.pk), ("live-slot-move", slot.pk),
        ("live-slot-links", slot.pk), ("live-slot-list", slot.pk), ("cohort-instalments", place.pk),
    ):  # fmt: skip
        assert teacher.get(reverse(name, args=[key])).status_code == 200, name
        assert client.get(reverse(name, args=[key])).status_code == 403, name
    assert teacher.post(reverse("live-slot-triads", args=[slot.pk])).status_code == 302
    assert "Your triad" in client.get(reverse("cohort-week", args=[cohort.pk, 1])).content.decode()
    assert teacher.post(reverse("live-slot-remind", args=[slot.pk])).status_code == 302
    assert client.post(reverse("live-slot-absent", args=[slot.pk])).status_code == 302
    assert (
        teacher.post(
            reverse("cohort-letter", args=[cohort.pk]), {"title": "Hi", "words": "Soon."}
        ).status_code
        == 302
    )
    assert b"Soon." in client.get(reverse("cohort", args=[cohort.pk])).content
    assert teacher.post(reverse("pre-work-remove", args=[piece.pk])).status_code == 302
    days = reverse("cohort-instalments", args=[place.pk])
    assert teacher.post(days, {"days": "tomorrow"}).status_code == 422
    assert teacher.post(days, {"days": "2027-01-01\n2027-02-01"}).status_code == 302
    part = place.instalments.order_by("due_on")[0]
    paid = reverse("cohort-instalment", args=[place.pk, part.pk])
    assert teacher.post(paid, {"paid_on": "2027-01-02", "payment": "BANK-1"}).status_code == 302
    past = timezone.now() - timedelta(hours=3)
    LiveSlot.objects.filter(pk=slot.pk).update(starts_at=past, ends_at=past + timedelta(hours=1))
    listed = SimpleUploadedFile("call.csv", b"email\nnobody@example.org\n")
    answer = teacher.post(reverse("live-slot-list", args=[slot.pk]), {"listed": listed})
    assert b"Row 2: nobody@example.org" in answer.content
    assert teacher.post(reverse("live-slot-present", args=[slot.pk, mate.pk])).status_code == 302
    back = reverse("live-slot-not-present", args=[slot.pk, mate.pk])
    assert teacher.post(back, {"reason": "In error."}).status_code == 302
    sheet = reverse("practice-sheet", args=[slot.pk, place.pk])
    assert client.get(sheet).status_code == 404, "nobody rates themselves"
    assert teacher.post(sheet, dict.fromkeys(ITEMS, "3") | {"words": ""}).status_code == 302
    made = reverse("live-slot-make-up", args=[slot.pk])
    assert client.post(made, {"words": "I take this from it."}).status_code == 302
    decide = reverse("make-up", args=[MakeUp.objects.get().pk])
    assert client.get(decide).status_code == 403
    assert teacher.post(decide, {"accepted": "yes", "answer": ""}).status_code == 302
    assert client.post(reverse("cohort-leave", args=[cohort.pk]), {"reason": ""}).status_code == 302
    assert teacher.post(reverse("cohort-cancel", args=[cohort.pk]), {"reason": "Too few."}).status_code == 302
    assert b"Too few." in client.get(reverse("cohort", args=[cohort.pk])).content
