"""The emergency control: who is told, the script on one clock, the sheet, the stand-down and its debrief."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.audit.models import Access
from mooring.care.observations.models import Medicine
from mooring.care.sessions.access import crew_link_of
from mooring.care.sessions.actions import sign_off, write_entry
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.content.loader import load
from mooring.content.pack import Pack
from mooring.content.schema.monitoring import StandingOrders
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import checked, discharge, minute, recovering, started, vitals
from tests.care.sessions.test_session_page import post, signed_in
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def raised(cast: Cast, session: Any, when: float = 12) -> str:
    entry = write_entry(
        session=session,
        kind=EntryKind.EMERGENCY,
        facts={"script": ""},
        happened_at=minute(when),
        key=uuid4(),
        by=cast.monitor,
        at=minute(when),
    )
    return str(entry.key)


def open_kinds(session: Any) -> set[str]:
    return set(
        Task.objects.filter(about__contains=f":{session.pk}", state="open").values_list("kind", flat=True)
    )


def test_one_tap_calls_the_team_and_opens_the_script_of_the_alert(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    client = signed_in(cast.monitor)
    post(client, "symptom", session, **{"symptom-tap": "chest-pain 3"})
    address = reverse("session-emergency", args=[session.pk])
    answer = client.post(address, {"once": str(uuid4())})
    assert answer["Location"] == address
    assert {"emergency", "emergency-desk"} <= open_kinds(session)
    task = Task.objects.get(kind="emergency")
    assert (task.role, task.urgent, task.address) == ("prescriber", True, address)
    page = client.get(address).content.decode()
    assert "Blood pressure too high" in page
    assert cast.patient.person.legal_name in page
    assert cast.site.phone in page
    client.post(address, {"once": str(uuid4())})
    assert session.entries.filter(kind="emergency").count() == 1, "who presses second joins the first"


def test_the_script_is_chosen_and_each_step_is_one_tap(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    key = raised(cast, session)
    clock[0] = minute(13)
    client = signed_in(cast.second_monitor)
    address = reverse("session-emergency", args=[session.pk])
    assert "choose what it is" in client.get(address).content.decode()
    chosen = {"emergency-emergency": key, "emergency-script": "SCRIPT-ALLERGY"}
    assert post(client, "emergency", session, **chosen)["Location"] == address
    step = {"emergency-step-emergency": key, "emergency-step-script": "SCRIPT-ALLERGY"}
    assert (
        post(client, "emergency-step", session, **step, **{"emergency-step-step": "2"})["Location"] == address
    )
    found = chart_of(session, minute(14)).emergency
    assert found is not None
    assert (found.script, set(found.steps), found.next_step) == ("SCRIPT-ALLERGY", {2}, 1)
    page = client.get(address).content.decode()
    assert "Severe allergic reaction" in page
    assert cast.second_monitor.name in page
    assert post(client, "emergency-step", session, **step, **{"emergency-step-step": "99"}).status_code == 422
    assert post(client, "emergency", session, **{"emergency-script": "MADE-UP"}).status_code == 422


def test_others_steps_appear_without_a_new_opening(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    raised(cast, session)
    clock[0] = minute(13)
    client = signed_in(cast.monitor)
    page = client.get(reverse("session-emergency", args=[session.pk])).content.decode()
    address = page.split('data-again="')[1].split('"')[0]
    openings = Access.objects.count()
    part = client.get(address, headers={"hx-request": "true"})
    assert 'id="steps"' in part.content.decode()
    assert Access.objects.count() == openings
    stranger = signed_in(cast.stranger).get(address, headers={"hx-request": "true"})
    assert stranger.status_code == 404


def test_the_sheet_for_the_crew_says_what_a_crew_asks(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    Medicine.objects.create(
        patient=cast.patient, name="Venlafaxine", told_at=NOW, told_to=cast.prescriber, dose="150 mg"
    )
    vitals(cast, session, minute(10), systolic_mmhg=186, diastolic_mmhg=112)
    clock[0] = minute(12)
    answer = signed_in(cast.monitor).get(reverse("session-crew-sheet", args=[session.pk]))
    page = answer.content.decode()
    patient = cast.patient
    for words in (
        patient.person.legal_name,
        patient.record_number,
        "186/112",
        "Venlafaxine",
        "kg",
        "Allergies",
    ):
        assert words in page
    assert "not ended" in page
    assert Access.objects.latest("id").kind == "print"


def test_without_an_emergency_the_page_is_the_session(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    answer = signed_in(cast.monitor).get(reverse("session-emergency", args=[session.pk]))
    assert answer["Location"] == reverse("session", args=[session.pk])


def test_a_stranger_and_a_reader_call_nobody(cast: Cast) -> None:
    session = started(cast)
    address = reverse("session-emergency", args=[session.pk])
    assert signed_in(cast.stranger).post(address).status_code == 404
    assert signed_in(cast.therapist).post(address).status_code == 403
    assert signed_in(cast.stranger).get(reverse("session-crew-sheet", args=[session.pk])).status_code == 404
    assert not session.entries.filter(kind="emergency").exists()


def test_standing_down_needs_a_reason_and_makes_the_debrief_that_the_sign_off_waits_for(
    cast: Cast, clock: list[Any]
) -> None:
    session = recovering(cast)
    key = raised(cast, session, 50)
    checked(cast, session)
    with pytest.raises(Refused, match="Stand down first"):
        discharge(cast, session, minute(105))
    clock[0] = minute(104)
    client = signed_in(cast.monitor)
    over = {"emergency-over-emergency": key}
    assert (
        post(client, "emergency-over", session, **over, **{"emergency-over-reason": "bored"}).status_code
        == 422
    )
    assert (
        post(client, "emergency-over", session, **over, **{"emergency-over-reason": "resolved"}).status_code
        == 302
    )
    assert "emergency" not in open_kinds(session)
    assert "emergency-debrief" in open_kinds(session)
    discharge(cast, session, minute(105))
    with pytest.raises(Refused, match="debrief"):
        sign_off(session=session, key=uuid4(), by=cast.prescriber, at=minute(120))
    clock[0] = minute(110)
    post(signed_in(cast.prescriber), "debrief", session, **{"debrief-text": "The mask hung behind the door."})
    assert "emergency-debrief" not in open_kinds(session)
    sign_off(session=session, key=uuid4(), by=cast.prescriber, at=minute(120))


def test_the_crew_reads_its_sheet_on_a_phone_for_an_hour(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    raised(cast, session)
    sheet = signed_in(cast.monitor).get(reverse("session-crew-sheet", args=[session.pk])).content.decode()
    assert "data:image/svg" in sheet
    link = sheet.split('<a href="http://testserver')[1].split('"')[0]
    openings = Access.objects.count()
    phone = Client()
    answer = phone.get(link)
    assert cast.patient.person.legal_name in answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert Access.objects.count() == openings + 1
    assert Access.objects.latest("id").reason == "shown to an ambulance crew"
    assert phone.get(reverse("session", args=[session.pk])).status_code == 302
    assert phone.get("/care/sessions/crew/forged/").status_code == 404
    cast.monitor.roles.update(held_until=minute(13))
    clock[0] = minute(14)
    assert phone.get(link).status_code in (403, 404), "who showed it may no longer read it"


def test_a_crews_link_grows_old(cast: Cast, clock: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    session = started(cast)
    link = reverse("session-crew-link", args=[crew_link_of(cast.monitor, session)])
    monkeypatch.setattr("mooring.care.sessions.access.CREW_HOLDS", timedelta(seconds=-1))
    assert Client().get(link).status_code == 404


def test_the_sites_standing_orders_stand_beside_the_steps(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    key = raised(cast, session)
    post(
        signed_in(cast.monitor),
        "emergency",
        session,
        **{"emergency-script": "SCRIPT-ALLERGY", "emergency-emergency": key},
    )
    address = reverse("session-emergency", args=[session.pk])
    assert "No standing orders are signed for this." in signed_in(cast.monitor).get(address).content.decode()
    ours = StandingOrders.model_validate(
        {
            "id": "ORDERS-ELM",
            "version": 1,
            "title": "Allergy",
            "effective_from": "2026-01-01",
            "next_review": "2027-01-01",
            "author": "Director",
            "checker": "Second prescriber",
            "evidence": "design-default",
            "basis": "The site's own.",
            "scripts": ["SCRIPT-ALLERGY"],
            "orders": ["The auto-injector of the emergency box, into the outer thigh."],
            "who": "any nurse",
        }
    )
    pack = load()
    shelves = {**pack.shelves, "standing-orders": {ours.key: ours}}
    signed = Pack(data=pack.data, shelves=shelves, references=pack.references, engine=pack.engine)
    Session.objects.filter(pk=session.pk).update(pack=sign_pack_for(cast, signed))
    page = signed_in(cast.monitor).get(address).content.decode()
    assert "The auto-injector of the emergency box" in page
    assert "ORDERS-ELM@1" in page


def test_every_emergency_of_the_room_has_its_script(cast: Cast) -> None:
    """The eleven that the room rehearses, each under a script of the signed pack."""
    session = started(cast)
    scripts = {script.id for script in chart_of(session, NOW).knowledge.scripts}
    rehearsed = {
        "SCRIPT-PRESSURE", "SCRIPT-BREATHING", "SCRIPT-LARYNGOSPASM", "SCRIPT-ALLERGY", "SCRIPT-HYPOTENSION",
        "SCRIPT-FAINT", "SCRIPT-CHEST-PAIN", "SCRIPT-VOMITING", "SCRIPT-FEAR", "SCRIPT-PSYCHOSIS",
        "SCRIPT-SUICIDAL",
    }  # fmt: skip
    assert rehearsed <= scripts
