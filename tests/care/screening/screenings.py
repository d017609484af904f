"""A screening at each of its stages, for the tests of this room."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from mooring.care.observations.actions import record_observation
from mooring.care.observations.models import Observation
from mooring.care.screening.actions import answer_screening, send_screening, settle_fact
from mooring.care.screening.models import Screening
from mooring.care.screening.queries import questions_of
from mooring.work.models import TaskLink
from tests.links import hold
from tests.packs import sign_pack_for
from tests.people import NOW, Cast
from tests.told import told


@told
def sent(cast: Cast, *, at: datetime = NOW) -> Screening:
    sign_pack_for(cast)
    return send_screening(patient=cast.patient, by=cast.coordinator, at=at)


def all_no(screening: Screening, **changed: str) -> dict[str, str]:
    """Every question answered with "no", except those that are named."""
    return {rule.question.about: "no" for rule in questions_of(screening) if rule.question} | changed


@told
def answered(cast: Cast, *, at: datetime = NOW, **changed: str) -> Screening:
    """Answered by the patient; the prescriber asked about suicide, which no form does, and found nothing."""
    screening = sent(cast, at=at)
    screening = answer_screening(
        screening=screening,
        answers=all_no(screening, **changed),
        revision=0,
        link=None,
        by=cast.patient.person,
        at=at + timedelta(minutes=5),
    )
    asked_about_suicide(cast, screening, at=at + timedelta(minutes=10))
    return screening


def asked_about_suicide(cast: Cast, screening: Screening, *, at: datetime) -> None:
    settle_fact(screening=screening, key="suicide_risk", value="no", by=cast.prescriber, at=at)


def measured(cast: Cast, upper: int, lower: int, *, at: datetime = NOW, reason: str = "") -> Observation:
    """`reason` says why a pressure differs much from the last one."""
    observation = Observation(patient=cast.patient, kind="blood-pressure", value=upper, second=lower, at=at)
    return record_observation(observation=observation, by=cast.monitor, at=at, reason=reason)


def on_a_phone(screening: Screening) -> Client:
    """A visitor who opened the screening's link and knew the date of birth."""
    link = TaskLink.objects.get(kind="screening", state="open", about__endswith=f":{screening.pk}")
    return hold(Client(), link)


def sending(screening: Screening, **changed: Any) -> dict[str, Any]:
    """What the patient's page sends."""
    return {**all_no(screening), "revision": screening.revision, **changed}
