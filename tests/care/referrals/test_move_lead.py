"""The call is booked, and what came of it is recorded, by one coordinator at a time."""

from datetime import date, timedelta

import pytest
from django.test import Client

from mooring.audit.models import Event
from mooring.care.patients.models import Patient
from mooring.care.referrals.actions import (
    book_call,
    decline_lead,
    join_lead,
    mark_duplicate,
    withdraw_lead,
)
from mooring.care.referrals.models import Lead
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.referrals.leads import received
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

LATER = NOW + timedelta(hours=1)


def test_a_booked_call_is_owned_by_who_booked_it(cast: Cast) -> None:
    lead = received(cast.site)
    call_at = NOW + timedelta(days=1)
    book_call(lead=lead, call_at=call_at, seen=lead.since, by=cast.coordinator, at=LATER)
    task = Task.objects.get(kind="fit-call", state="open")
    assert (lead.stage, lead.call_at, lead.since) == ("call-booked", call_at, LATER)
    assert (task.owner, task.due_at) == (cast.coordinator, call_at)


def test_a_call_in_the_past_is_refused(cast: Cast) -> None:
    lead = received(cast.site)
    with pytest.raises(Refused, match="in the future"):
        book_call(lead=lead, call_at=NOW, seen=lead.since, by=cast.coordinator, at=LATER)


def test_a_second_coordinator_on_an_older_page_is_told(cast: Cast) -> None:
    lead = received(cast.site)
    seen = lead.since
    book_call(lead=lead, call_at=NOW + timedelta(days=1), seen=seen, by=cast.coordinator, at=LATER)
    with pytest.raises(Refused, match="colleague"):
        decline_lead(lead=lead, reason="r", call_note="", seen=seen, by=cast.director, at=LATER)
    with pytest.raises(Refused, match="colleague"):
        join_lead(lead=lead, call_note="", seen=seen, by=cast.director, at=LATER)
    lead.refresh_from_db()
    assert lead.stage == "call-booked"
    assert Patient.objects.count() == 1


def test_going_on_admits_the_patient_and_owes_the_screening(cast: Cast) -> None:
    lead = received(cast.site)
    join_lead(
        lead=lead,
        call_note="Good talk.",
        team=[(cast.prescriber, Role.PRESCRIBER)],
        seen=lead.since,
        by=cast.coordinator,
        at=LATER,
    )
    patient = lead.patient
    assert patient is not None
    assert patient.person.legal_name == "Sara Lindqvist"
    assert lead.subject_ref == patient.subject_ref
    assert not Task.objects.filter(kind="fit-call", state="open").exists()
    task = Task.objects.get(kind="screening-send", state="open")
    assert (task.owner, task.subject) == (cast.coordinator, patient.subject_ref)
    assert Event.objects.get(name="care.referrals.joined").subject == patient.subject_ref


def test_an_email_in_use_refuses_and_leaves_the_lead_open(cast: Cast) -> None:
    lead = received(cast.site, email="ruth@example.com")
    with pytest.raises(Refused, match="e-mail"):
        join_lead(lead=lead, call_note="", seen=lead.since, by=cast.coordinator, at=LATER)
    lead.refresh_from_db()
    assert lead.stage == "received"
    assert not Event.objects.filter(name="care.referrals.joined").exists()


def test_declining_needs_a_reason_and_ends_the_task(cast: Cast) -> None:
    lead = received(cast.site)
    with pytest.raises(Refused, match="reason"):
        decline_lead(lead=lead, reason=" ", call_note="", seen=lead.since, by=cast.coordinator, at=LATER)
    decline_lead(
        lead=lead, reason="Too far away.", call_note="", seen=lead.since, by=cast.coordinator, at=LATER
    )
    assert (lead.stage, lead.move) == ("declined", "nobody")
    assert not Task.objects.filter(kind="fit-call", state="open").exists()
    with pytest.raises(Refused):
        withdraw_lead(lead=lead, reason="", call_note="", seen=lead.since, by=cast.coordinator, at=LATER)


def test_a_duplicate_points_to_the_form_that_goes_on(cast: Cast) -> None:
    first, second = received(cast.site), received(cast.site)
    mark_duplicate(lead=second, other=first, seen=second.since, by=cast.coordinator, at=LATER)
    assert (second.stage, second.may_be_lead) == ("duplicate", first)
    with pytest.raises(Refused, match="followed up"):
        mark_duplicate(lead=first, other=second, seen=first.since, by=cast.coordinator, at=LATER)
    assert Lead.objects.get(pk=first.pk).stage == "received"


def test_case_g10_an_age_below_the_programmes_is_said_at_the_lead_and_admits_nobody(
    cast: Cast, client: Client
) -> None:
    """Case G10: born in 2014; the lead says so at once, and no patient comes of it."""
    sign_pack_for(cast)
    lead = received(cast.site, birth_date=date(2014, 5, 2))
    client.force_login(cast.coordinator)
    page = " ".join(client.get(f"/care/referrals/{lead.pk}/").content.decode().split())
    assert "2 May 2014 (12 y)" in page
    assert "Under 18 years old." in page
    assert "specialist service for young people" in page
    with pytest.raises(Refused, match="Under 18"):
        join_lead(lead=lead, call_note="", seen=lead.since, by=cast.coordinator, at=NOW + timedelta(hours=1))
    assert not Patient.objects.filter(person__legal_name=lead.legal_name).exists()
