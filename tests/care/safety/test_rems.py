"""Esketamine's safety programme: certified setting, enrolled patient, verified before dispensing, ready-at minute."""

from datetime import timedelta

import pytest

from mooring.care.safety import actions
from mooring.care.safety.models import EnrolmentState, RemsEnrolment
from mooring.care.safety.queries.rems import certification_of
from mooring.care.sessions.queries import chart_of
from mooring.content.loader import load
from mooring.identity.models import RoleAssignment
from mooring.identity.roles import Role
from mooring.rules.dose_limits import check_spacing
from mooring.rules.rems_programme import Acknowledgment, Attestation
from mooring.rules.verdict import Refused
from tests.care.safety.rems_rows import certified, enrolled, signed_form, verified
from tests.care.sessions.whole_walk import Walk
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_dose_waits_for_certification_enrolment_and_the_check_of_the_day(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD", in_rems=False)
    with pytest.raises(Refused) as refused:
        walk.ready()
    assert any("not certified" in reason for reason in refused.value.reasons)
    assert any("not enrolled" in reason for reason in refused.value.reasons)


def test_what_was_verified_yesterday_is_not_known_today(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD", in_rems=False)
    certified(cast)
    enrolment = signed_form(cast)
    actions.move_enrolment(
        enrolment=enrolment, to="enrolled", on=NOW.date(), reference="PE-1", by=cast.coordinator, at=NOW
    )
    verified(cast, enrolment, NOW - timedelta(days=1))
    with pytest.raises(Refused, match="not verified today"):
        walk.ready()


def test_another_representative_certifies_anew(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD")
    assert certification_of(cast.site, NOW) is not None
    RoleAssignment.objects.filter(person=cast.director, role=Role.AUTHORISED_REPRESENTATIVE).update(
        held_until=NOW - timedelta(hours=1)
    )
    assert certification_of(cast.site, NOW) is None
    with pytest.raises(Refused, match="representative has changed"):
        walk.ready()


def test_only_the_representative_signs_and_attests_everything(cast: Cast) -> None:
    form = actions.CertificationForm(
        kind="outpatient",
        setting_name="A",
        address="B",
        phone="C",
        supply=["pharmacy"],
        representative_credential="MD",
        representative_contact="D",
        attested=list(Attestation)[:-1],
    )
    with pytest.raises(Refused, match="authorised representative"):
        actions.certify_site(site=cast.site, form=form, by=cast.prescriber, at=NOW)
    RoleAssignment.objects.create(
        person=cast.director, role=Role.AUTHORISED_REPRESENTATIVE, site=cast.site, held_from=NOW
    )
    with pytest.raises(Refused, match="Not attested yet"):
        actions.certify_site(site=cast.site, form=form, by=cast.director, at=NOW)


def test_an_enrolment_needs_both_signatures_and_every_acknowledgment(cast: Cast) -> None:
    certified(cast)
    form = {
        "first_name": "Ruth",
        "last_name": "Calloway",
        "address": "27 Alder Row",
        "phone": "1",
        "prescriber_phone": "2",
        "acknowledged": list(Acknowledgment),
        "patient_signed_name": "Somebody Else",
    }
    with pytest.raises(Refused, match="not the name on this record"):
        actions.enrol_patient(
            patient=cast.patient, form=actions.EnrolmentForm(**form), by=cast.prescriber, at=NOW
        )
    form |= {"patient_signed_name": "Ruth Calloway", "acknowledged": [Acknowledgment.DATA]}
    with pytest.raises(Refused, match="Not acknowledged yet"):
        actions.enrol_patient(
            patient=cast.patient, form=actions.EnrolmentForm(**form), by=cast.prescriber, at=NOW
        )


def test_steps_follow_one_another(cast: Cast) -> None:
    enrolment = enrolled(cast)
    assert RemsEnrolment.objects.get().state == EnrolmentState.ENROLLED
    with pytest.raises(Refused, match="does not follow"):
        actions.move_enrolment(enrolment=enrolment, to="sent", on=NOW.date(), by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="open already"):
        signed_form(cast)


def test_ready_at_is_a_minute_of_its_own_beside_the_two_hours(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD")
    session = walk.started()
    ended_at = walk.given(session)
    for minutes in (40, 55, 75, 90):
        at = NOW + timedelta(minutes=2 + minutes)
        walk.observe(session, at)
        walk.check(session, at)
    chart = walk.leave(session, ended_at)
    found = chart_of(session, NOW + timedelta(hours=4)).monitoring_facts
    assert found is not None
    assert chart.state.discharged_at is not None
    assert found.monitored_min is not None
    assert found.monitored_min >= 120
    assert found.ready_min == 55, "awake on two checks fifteen minutes apart"
    assert (found.before.systolic, found.at_40.minute) == (128, 40)  # type: ignore[union-attr]
    assert found.lots == ("26C081",)
    assert found.oximetry
    assert found.sedation is None
    assert found.respiratory_depression is None


def test_after_four_weeks_acute_suicidality_is_held(cast: Cast) -> None:
    protocol = load().protocols["IN-ESK-MDSI@1"]
    began = NOW.date() - timedelta(days=29)
    held = check_spacing(
        protocol,
        NOW.date(),
        previous_on=(began, NOW.date() - timedelta(days=4)),
        of_this_treatment=2,
        began_on=began,
    )
    assert [finding.rule for finding in held.findings] == [f"{protocol.key}/end"]
