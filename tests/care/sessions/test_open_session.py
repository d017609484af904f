"""Opening a session: what it needs, and that a patient has one."""

from decimal import Decimal

import pytest

from mooring.audit.models import Event
from mooring.care.patients.models import Patient
from mooring.care.sessions.actions import cancel_session, open_session
from mooring.care.sessions.models import Session
from mooring.care.treatments.models import Cycle, DoseOrder, Phase
from mooring.identity.models import Credential
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import minute, opened, ready_cycle
from tests.care.treatments.rows import cycle_in, live_order
from tests.conftest import guards_down
from tests.packs import grant
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_session_opens_under_the_pack_in_force_and_leaves_an_event(cast: Cast) -> None:
    session = opened(cast)
    assert (session.state, session.patient, session.monitoring) == ("open", cast.patient, "MON-IV@1")
    assert session.order.dose_mg == Decimal("36.0")
    event = Event.objects.get(name="care.sessions.opened")
    assert (event.actor, event.subject) == (cast.monitor.actor_ref, cast.patient.subject_ref)


def test_without_a_signed_pack_nothing_opens(cast: Cast) -> None:
    """The other site has signed none."""
    cycle = ready_cycle(cast)
    Patient.objects.filter(pk=cast.patient.pk).update(site=cast.other_site)
    with pytest.raises(Refused, match="no signed knowledge pack"):
        open_session(cycle=Cycle.objects.get(pk=cycle.pk), by=cast.stranger, at=NOW)
    assert not Session.objects.exists()


def test_every_reason_is_told_at_once(cast: Cast) -> None:
    cycle = ready_cycle(cast)
    DoseOrder.objects.update(withdrawn_at=NOW, withdrawn_by=cast.prescriber)
    Cycle.objects.update(phase=Phase.PREPARE)
    with pytest.raises(Refused) as refused:
        open_session(cycle=cycle, by=cast.monitor, at=NOW)
    assert "not ready" in refused.value.reasons[0]
    assert "No dose order" in refused.value.reasons[1]


def test_an_expired_credential_refuses_with_its_name(cast: Cast) -> None:
    cycle = ready_cycle(cast)
    with guards_down():
        held = Credential.objects.filter(person=cast.monitor, kind="acls")
        held.update(valid_until=NOW.date().replace(day=1))
    with pytest.raises(Refused, match=r"ACLS.*expired"):
        open_session(cycle=cycle, by=cast.monitor, at=NOW)
    grant(cast.monitor, "als")
    assert open_session(cycle=cycle, by=cast.monitor, at=NOW).pk


def test_a_patient_has_one_open_session_and_is_told_which(cast: Cast) -> None:
    session = opened(cast)
    second = cycle_in(Phase.READY, session.cycle.treatment, number=2)
    live_order(cast, second)
    with pytest.raises(Refused, match="already has an open session, opened by Jonas Lind"):
        open_session(cycle=second, by=cast.monitor, at=minute(1))
    assert Session.objects.count() == 1


def test_after_a_cancel_session_the_same_order_opens_a_new_one(cast: Cast) -> None:
    session = opened(cast)
    cancel_session(session=session, reason="Opened in the wrong room.", by=cast.monitor, at=minute(1))
    assert opened(cast, minute(2), session.cycle).order == session.order


def test_an_order_for_another_route_than_the_plan_is_refused(cast: Cast) -> None:
    cycle = ready_cycle(cast)
    with guards_down():
        DoseOrder.objects.update(route="intramuscular")
    with pytest.raises(Refused, match="intramuscular"):
        open_session(cycle=cycle, by=cast.monitor, at=NOW)
