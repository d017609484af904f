"""A branching case: begun, left, gone on with, ended, talked through; two windows never walk one step twice."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.academy.checks.actions.cases import choose_in_case, start_case
from mooring.academy.checks.models import CaseRun, CaseStep
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from tests.academy.checks.studying import signed_in, studying
from tests.courses import FOUNDATIONS
from tests.people import Cast

pytestmark = pytest.mark.django_db
CASE = "the-case"


def at(enrolment: Enrolment, case: str = CASE) -> str:
    return reverse("case", args=[enrolment.pk, case])


def send(client: Client, enrolment: Enrolment, case: str = CASE, **said: str) -> Any:
    return client.post(at(enrolment, case), {"once": str(uuid4()), **said})


def test_a_case_is_begun_decided_and_talked_through(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    assert ">Start<" in client.get(at(enrolment)).content.decode()
    assert send(client, enrolment).status_code == 302
    moment = client.get(at(enrolment)).content.decode()
    assert "10 minutes before the dose" in moment
    assert "Do not open" in moment
    assert "Unsafe" not in moment
    send(client, enrolment, choice="b", place="0")
    end = client.get(at(enrolment)).content.decode()
    for words in ("Nobody is helped.", "Do not open", "Unsafe", "They wait.", "Open doors.", "Domino"):
        assert words in end
    assert list(
        Event.objects.filter(name__startswith="academy.checks.case").values_list("name", flat=True)
    ) == [
        "academy.checks.case-started",
        "academy.checks.case-chosen",
    ]


def test_every_way_is_kept(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    for choice in ("b", "a"):
        send(client, enrolment)
        send(client, enrolment, choice=choice, place="0")
    assert "All is well." in client.get(at(enrolment)).content.decode()
    assert CaseRun.objects.filter(ended_at__isnull=False).count() == 2
    assert list(CaseStep.objects.order_by("pk").values_list("choice", flat=True)) == ["b", "a"]


def test_a_tab_closed_in_the_middle_goes_on_where_it_was(cast: Cast) -> None:
    enrolment = studying(cast, FOUNDATIONS)
    case = "laryngospasm-in-the-chair"
    first = signed_in(cast.learner)
    send(first, enrolment, case)
    send(first, enrolment, case, choice="a", place="0")
    later = signed_in(cast.learner).get(at(enrolment, case)).content.decode()
    assert "A high-pitched noise" in later
    assert "What you did so far" in later


def test_the_second_window_is_told_and_nothing_is_walked_twice(cast: Cast) -> None:
    enrolment, client = studying(cast, FOUNDATIONS), signed_in(cast.learner)
    case = "laryngospasm-in-the-chair"
    send(client, enrolment, case)
    send(client, enrolment, case)  # begun in both windows: one run
    send(client, enrolment, case, choice="a", place="0")
    second = send(client, enrolment, case, choice="b", place="0")
    assert second.status_code == 422
    assert "in another window" in second.content.decode()
    assert "A high-pitched noise" in second.content.decode()
    assert CaseRun.objects.count() == 1
    assert CaseStep.objects.count() == 1


def test_a_choice_sent_after_the_end_begins_nothing_anew(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    send(client, enrolment)
    send(client, enrolment, choice="a", place="0")
    late = send(client, enrolment, choice="b", place="0")
    assert late.status_code == 422
    assert CaseRun.objects.count() == 1


@pytest.mark.parametrize(
    "said", [{"place": "0"}, {"choice": "f", "place": "0"}, {"choice": "a", "place": "x"}]
)
def test_what_the_moment_does_not_offer_is_refused(cast: Cast, said: dict[str, str]) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    send(client, enrolment)
    assert send(client, enrolment, **said).status_code == 422
    assert not CaseStep.objects.exists()


def test_the_acts_refuse_by_themselves(cast: Cast) -> None:
    enrolment = studying(cast)
    now, later = timezone.now(), timezone.now() + timedelta(days=400)
    run = start_case(enrolment=enrolment, case_id=CASE, by=cast.learner, at=now)
    for named in ({"place": 1}, {"choice": "f"}, {"at": later}):
        said = {"place": 0, "choice": "a", "at": now} | named
        with pytest.raises(Refused):
            choose_in_case(run=run, by=cast.learner, **said)  # type: ignore[arg-type]
    for named in ({"case_id": "no-case"}, {"at": later}):
        with pytest.raises(Refused):
            start_case(**{"enrolment": enrolment, "case_id": CASE, "by": cast.learner, "at": now} | named)  # type: ignore[arg-type]
    assert not CaseStep.objects.exists()


def test_nobody_else_finds_it(cast: Cast) -> None:
    enrolment = studying(cast)
    for person in (cast.stranger, cast.educator):
        assert signed_in(person).get(at(enrolment)).status_code == 404
        assert send(signed_in(person), enrolment).status_code == 404
    assert signed_in(cast.learner).get(at(enrolment, "no-case")).status_code == 404
