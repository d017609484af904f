"""Signing off ends the session; the cycle goes on to integration."""

from uuid import uuid4

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import sign_off
from mooring.care.treatments.models import Cycle, Phase
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import left, minute, recovering, signed_off
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_signed_session_hands_the_cycle_to_integration(cast: Cast) -> None:
    session = signed_off(cast)
    assert (session.state, session.signed_off_by) == ("signed-off", cast.prescriber)
    assert Cycle.objects.get(pk=session.cycle_id).phase == Phase.INTEGRATING
    assert Task.objects.get(kind="sign-off").state == "done"
    assert Task.objects.get(kind="integration-contact").state == "open"
    assert Event.objects.get(name="care.sessions.signed-off").subject == cast.patient.subject_ref


def test_before_the_discharge_nothing_is_signed(cast: Cast) -> None:
    session = recovering(cast)
    with pytest.raises(Refused, match="not been discharged"):
        sign_off(session=session, key=uuid4(), by=cast.prescriber, at=minute(60))


def test_a_second_signature_is_refused(cast: Cast) -> None:
    session = signed_off(cast)
    with pytest.raises(Refused, match="signed off"):
        sign_off(session=session, key=uuid4(), by=cast.prescriber, at=minute(121))
    assert session.entries.filter(kind="signed-off").count() == 1


def test_a_prescriber_without_registration_does_not_sign(cast: Cast) -> None:
    session = left(cast)
    cast.prescriber.credentials.filter(kind="controlled-drug-registration").update(revoked_at=NOW)
    with pytest.raises(Refused, match="controlled drugs"):
        sign_off(session=session, key=uuid4(), by=cast.prescriber, at=minute(120))
