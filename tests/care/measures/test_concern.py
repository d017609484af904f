"""The ninth item above zero acts on the saved draft: somebody is paged, and the patient's page says whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.measures.actions import answer_concern, fill_measure, keep_draft
from mooring.care.measures.models import Asked, Concern, RiskAssessment
from mooring.identity.models import SitePolicy
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.clock import tick
from mooring.work.models import Message, Task
from tests.care.measures.questionnaires import answers, asked, filled, on_a_phone, on_duty
from tests.links import page_of
from tests.people import NOW, Cast

MONTH = timedelta(days=30)


def assessed() -> RiskAssessment:
    return RiskAssessment(tier="low", means="none", plan="Call tomorrow.", told="The therapist")


def draft(cast: Cast, found: Asked, value: int, at: object = NOW) -> Concern | None:
    keep_draft(
        asked=found,
        answers={"q9": value},
        revision=found.revision,
        by=cast.patient.person,
        at=at,  # type: ignore[arg-type]
    )
    return Concern.objects.filter(asked=found).first()


def urgent_messages() -> list[tuple[str, str]]:
    return [(each.person.legal_name, each.channel) for each in Message.objects.filter(urgent=True)]


def test_a_draft_alone_pages_who_is_on_duty(cast: Cast) -> None:
    on_duty(cast, cast.prescriber)
    on_duty(cast, cast.director, Role.MEDICAL_DIRECTOR)
    concern = draft(cast, asked(cast), 1)
    assert concern is not None
    assert (concern.urgent, concern.baseline, concern.owner) == (True, None, cast.prescriber)
    assert concern.answer_by == NOW + timedelta(minutes=15)
    task = Task.objects.get(kind="concern")
    assert (task.owner, task.fallback, task.urgent) == (cast.prescriber, cast.director, True)
    assert task.escalate_at == task.due_at == concern.answer_by
    assert urgent_messages() == [("Kofi Mensah", "screen"), ("Kofi Mensah", "email")]
    assert not any("q9" in each.body or "dead" in each.body for each in Message.objects.all())
    assert Event.objects.filter(name="care.measures.concern-raised").count() == 1


def test_zero_raises_nothing(cast: Cast) -> None:
    assert draft(cast, asked(cast), 0) is None
    assert not Task.objects.filter(kind="concern").exists()


def test_the_same_draft_again_pages_nobody_twice(cast: Cast) -> None:
    on_duty(cast, cast.prescriber)
    found = asked(cast)
    draft(cast, found, 2)
    draft(cast, found, 2)
    draft(cast, found, 1)
    assert Concern.objects.get().value == 2
    assert len(urgent_messages()) == 2


@pytest.mark.parametrize(
    ("before", "now", "urgent"),
    [(0, 1, True), (1, 2, True), (2, 2, False), (3, 1, False)],
)
def test_new_or_rising_is_urgent_and_unchanged_is_listed(
    cast: Cast, before: int, now: int, urgent: bool
) -> None:
    on_duty(cast, cast.prescriber)
    filled(cast, at=NOW - MONTH, q9=before)
    Message.objects.all().delete()
    concern = draft(cast, asked(cast), now)
    assert concern is not None
    assert (concern.urgent, concern.baseline) == (urgent, before)
    assert Task.objects.get(about=f"care_measures.concern:{concern.pk}").urgent is urgent
    assert bool(urgent_messages()) is urgent


def test_a_listed_answer_that_rises_while_the_page_is_open_is_paged(cast: Cast) -> None:
    on_duty(cast, cast.prescriber)
    filled(cast, at=NOW - MONTH, q9=1)
    Message.objects.all().delete()
    found = asked(cast)
    concern = draft(cast, found, 1)
    assert concern is not None
    answer_concern(
        concern=concern, what_was_done="Spoke by phone.", by=cast.prescriber, at=NOW, assessment=assessed()
    )
    concern = draft(cast, found, 3)
    assert concern is not None
    assert (concern.urgent, concern.value, concern.answered_at) == (True, 3, None)
    assert concern.what_was_done == "Spoke by phone."
    task = Task.objects.get(about=f"care_measures.concern:{concern.pk}", state="open")
    assert task.urgent
    assert urgent_messages()


def test_nobody_on_duty_leaves_it_to_the_role_and_tells_every_prescriber(cast: Cast) -> None:
    concern = draft(cast, asked(cast), 1)
    assert concern is not None
    assert concern.owner is None
    task = Task.objects.get(kind="concern")
    assert (task.owner, task.role) == (None, Role.PRESCRIBER)
    assert {name for name, _channel in urgent_messages()} == {"Kofi Mensah"}


def test_it_is_paged_even_where_no_policy_is_signed(cast: Cast) -> None:
    found = asked(cast)
    early = NOW - timedelta(days=500)
    assert not SitePolicy.objects.filter(site=cast.site, in_force_from__lte=early).exists()
    concern = draft(cast, found, 1, early)
    assert concern is not None
    assert concern.answer_by == early + timedelta(minutes=15)


def test_an_unanswered_page_goes_to_the_next(cast: Cast) -> None:
    on_duty(cast, cast.prescriber)
    on_duty(cast, cast.director, Role.MEDICAL_DIRECTOR)
    draft(cast, asked(cast), 1)
    tick(at=NOW + timedelta(minutes=16))
    assert Task.objects.get(kind="concern").owner == cast.director
    assert ("Amara Nwosu", "screen") in urgent_messages()


def test_sending_it_whole_acts_as_well(cast: Cast) -> None:
    on_duty(cast, cast.prescriber)
    fill_measure(
        asked=asked(cast),
        answers=answers(0, q9=3),
        revision=0,
        link=None,
        by=cast.patient.person,
        at=NOW,
    )
    assert Concern.objects.get().value == 3


def test_a_colleague_answers_once_with_what_was_done(cast: Cast) -> None:
    on_duty(cast, cast.prescriber)
    concern = draft(cast, asked(cast), 1)
    assert concern is not None
    with pytest.raises(Refused, match="Enter what was done"):
        answer_concern(concern=concern, what_was_done=" ", by=cast.prescriber, at=NOW)
    answer_concern(
        concern=concern,
        what_was_done="Called; safe tonight.",
        by=cast.prescriber,
        at=NOW,
        assessment=assessed(),
    )
    assert not Task.objects.filter(kind="concern", state="open").exists()
    event = Event.objects.get(name="care.measures.concern-answered")
    assert event.subject == cast.patient.subject_ref
    assert "safe" not in str(event.detail)
    with pytest.raises(Refused, match="a moment ago"):
        answer_concern(
            concern=concern, what_was_done="Again.", by=cast.director, at=NOW, assessment=assessed()
        )


def test_the_patients_page_names_who_was_told_on_the_saved_draft(cast: Cast) -> None:
    now = timezone.now()
    on_duty(cast, cast.prescriber, since=now)
    client = on_a_phone(asked(cast, at=now))
    kept = client.post(page_of("measure") + "draft/", {"q9": "1", "revision": "0"})
    text = kept.content.decode()
    assert kept.status_code == 200
    assert 'value="1" id="id_revision"' in " ".join(text.split())
    assert 'id="concern"' in text
    assert "988" in text
    assert "Kofi Mensah" in text
    by = cast.site.local(Concern.objects.get().answer_by)
    assert f"{by:%H:%M}" in text
    again = client.get(page_of("measure")).content.decode()
    assert "Kofi Mensah" in again
    without_scripts = client.post(
        page_of("measure"),
        {"q9": "1", "revision": "1", "draft": "1", "once": str(uuid4())},
        follow=True,
    )
    assert "Kofi Mensah" in without_scripts.content.decode()


def test_the_patients_page_says_plainly_when_nobody_is_on_duty(cast: Cast) -> None:
    client = on_a_phone(asked(cast, at=timezone.now()))
    text = client.post(page_of("measure") + "draft/", {"q9": "2", "revision": "0"}).content.decode()
    assert "No one from the clinic is on duty now." in text
    assert "988" in text
    assert cast.site.phone in text


def test_the_patients_page_does_not_promise_what_is_late(cast: Cast) -> None:
    now = timezone.now()
    on_duty(cast, cast.prescriber, since=now)
    found = asked(cast, at=now)
    client = on_a_phone(found)
    client.post(page_of("measure") + "draft/", {"q9": "1", "revision": "0"})
    Concern.objects.update(raised_at=now - timedelta(hours=1), answer_by=now - timedelta(minutes=45))
    text = client.get(page_of("measure")).content.decode()
    assert "was asked and has not answered yet" in text
    assert "They answer by" not in text


def test_the_answer_page_of_a_concern(cast: Cast, client: Client) -> None:
    on_duty(cast, cast.prescriber)
    concern = draft(cast, asked(cast), 1)
    assert concern is not None
    path = f"/care/measures/concerns/{concern.pk}/"
    client.force_login(cast.stranger)
    assert client.get(path).status_code == 404
    client.force_login(cast.prescriber)
    assert "Several days" in client.get(path).content.decode()
    assert client.post(path, {"what_was_done": ""}).status_code == 422
    sent = {"what_was_done": "<b>Called</b> her.", "once": str(uuid4())}
    sent |= {"tier": "low", "means": "none", "plan": "Call tomorrow.", "told": "The therapist"}
    assert client.post(path, sent).status_code == 302
    assert "&lt;b&gt;Called" in client.get(path).content.decode()
