"""The monitoring form: filled from the record, what is open asked, seven days by the clock, sent, confirmed, corrected."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from mooring.audit.models import Access, Event
from mooring.care.disclosures.models import RecordDisclosure
from mooring.care.observations.models import Medicine
from mooring.care.papers.actions import save_practice
from mooring.care.papers.models import PracticeDetails
from mooring.care.rems import actions
from mooring.care.rems.models import MonitoringForm
from mooring.care.rems.queries import board_of, clock_for, edition_for, filled, monitored
from mooring.care.rems.queries.sheets import enrolment_sheet, monitoring_sheet, site_sheet
from mooring.care.sessions import actions as session_actions
from mooring.care.sessions.models import Session
from mooring.content.loader import load
from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Role
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.clock import tick
from mooring.work.documents.sheet import drawn_sheet
from mooring.work.models import Task
from tests.care.sessions.whole_walk import Walk
from tests.people import NOW, PASSWORD, Cast, make_person

pytestmark = pytest.mark.django_db
EDITION = load().forms["REMS-MONITORING@2"]
ANSWERS = {
    "enrolled": "yes",
    "benzodiazepines": "no",
    "sedative-hypnotics": "no",
    "opioids": "no",
    "psychostimulants": "no",
    "maois": "no",
    "serious-event": "no",
    "lot": "26C081",
    "setting-address-1": "1 Quay Street",
    "setting-city": "Portland",
    "setting-state": "OR",
    "setting-zip": "97201",
}


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def treated(cast: Cast, *, left: bool = True) -> Session:
    """A session of 56 mg of esketamine, from the plan to the discharge."""
    walk = Walk(cast, "IN-ESK-TRD", amount=Decimal(56))
    session = walk.started()
    ended = walk.given(session)
    if left:
        walk.leave(session, ended)
    return Session.objects.select_related("patient__person", "patient__site", "cycle", "order").get(
        pk=session.pk
    )


def later(days: int = 0, hours: int = 5) -> datetime:
    return NOW + timedelta(days=days, hours=hours)


def signed(cast: Cast, session: Session, at: datetime | None = None, **changed: Any) -> MonitoringForm:
    fields: dict[str, Any] = {"answered": ANSWERS, "replaces": None, "why": "", **changed}
    return actions.sign_form(session=session, edition=EDITION, by=cast.monitor, at=at or later(), **fields)


def sent(cast: Cast, form: MonitoringForm, at: datetime | None = None) -> MonitoringForm:
    when = at or later()
    return actions.send_form(form=form, how="fax", reference="", happened_at=when, by=cast.director, at=when)


def open_kinds() -> list[str]:
    found = Task.objects.filter(kind__startswith="rems-", state="open").values_list("kind", flat=True)
    return sorted(found)


def test_the_record_answers_what_it_knows_and_guesses_nothing(cast: Cast) -> None:
    session = treated(cast)
    found = filled(monitored(session, later()), EDITION)
    values = found.values
    assert (values["first-name"], values["last-name"]) == ("Ruth", "Calloway")
    assert values["birth-date"] == "1981-04-09"
    assert values["dose"] == "56"
    assert int(values["monitored-minutes"]) >= 120
    assert 0 < int(values["ready-minutes"]) <= int(values["monitored-minutes"])
    assert "/" in values["pressure-before"]
    assert values["oximetry"] == "yes"
    open_codes = {field.code for field in found.missing}
    # No medicine is on the list, so nobody knows; that there was no serious event is a person's answer.
    assert {"opioids", "maois", "serious-event", "setting-city"} <= open_codes
    assert values["enrolled"] == "yes"
    assert not [field for field in found.missing if not field.seen]
    common = {"patient": cast.patient, "told_at": NOW, "told_to": cast.monitor}
    Medicine.objects.create(name="Lorazepam", classes=["benzodiazepine"], classified_at=NOW, **common)
    values = filled(monitored(session, later()), EDITION).values
    assert (values["benzodiazepines"], values["opioids"]) == ("yes", "no")
    Medicine.objects.create(name="Something herbal", **common)
    values = filled(monitored(session, later()), EDITION).values
    assert (values["benzodiazepines"], values["opioids"]) == ("yes", "")


def test_seven_days_by_the_clock(cast: Cast) -> None:
    session = treated(cast)
    representative = make_person("Aisha Karim", (Role.AUTHORISED_REPRESENTATIVE, cast.site))
    seen: dict[int, list[str]] = {}
    for day in range(9):
        actions.remind_of_forms(at=later(day))
        tick(at=later(day))
        clock = clock_for(session, cast.site.today(later(day)), sent=False)
        assert clock is not None
        assert clock.days_left == 7 - day
        seen[day] = open_kinds()
    assert seen[0] == seen[5] == ["rems-sign"]
    assert seen[6] == ["rems-last-day", "rems-sign"]
    assert seen[7] == seen[8] == ["rems-last-day", "rems-overdue", "rems-sign"]
    assert Task.objects.get(kind="rems-last-day").role == Role.AUTHORISED_REPRESENTATIVE
    assert "REMS monitoring form: one day left" in signed_in(representative).get("/").content.decode()
    assert Task.objects.get(kind="rems-overdue").role == Role.MEDICAL_DIRECTOR
    sent(cast, signed(cast, session, later(8)), later(8))
    assert not open_kinds()
    assert not board_of([cast.site.pk], later(8))
    actions.remind_of_forms(at=later(9))
    assert not open_kinds()


def test_no_events_is_never_signed_beside_an_emergency(cast: Cast) -> None:
    walk = Walk(cast, "IN-ESK-TRD", amount=Decimal(56))
    session = walk.started()
    with pytest.raises(Refused, match="not over"):
        signed(cast, session)
    assert board_of([cast.site.pk], later())[0].session == session
    ended = walk.given(session)
    emergency, moment = uuid4(), ended - timedelta(minutes=1)
    written = {
        "session": session,
        "text": "Fainted, came round.",
        "happened_at": moment,
        "by": cast.monitor,
        "at": moment,
    }
    session_actions.write_entry(kind=EntryKind.EMERGENCY, facts={}, key=emergency, **written)
    over = {"emergency": str(emergency), "reason": "resolved"}
    session_actions.write_entry(kind=EntryKind.EMERGENCY_OVER, facts=over, key=uuid4(), **written)
    session_actions.write_entry(kind=EntryKind.DEBRIEF, facts={}, key=uuid4(), **written)
    walk.leave(session, ended)
    session = Session.objects.select_related("patient__person", "patient__site", "cycle").get(pk=session.pk)
    with pytest.raises(Refused, match="The log holds an emergency"):
        signed(cast, session)
    assert signed(cast, session, answered={**ANSWERS, "serious-event": "yes"}).facts["serious-event"] == "yes"


def test_signed_sent_confirmed_and_corrected(cast: Cast) -> None:
    session = treated(cast)
    with pytest.raises(Refused, match="Opioids"):
        signed(cast, session, answered={})
    assert not MonitoringForm.objects.exists()
    old = signed(cast, session, answered={**ANSWERS, "dose": "84", "first-name": "Rachel"})
    assert (old.facts["dose"], old.facts["first-name"]) == ("56", "Ruth")  # what the record says stands
    assert "opioids" in old.asked
    assert "dose" not in old.asked
    old = sent(cast, old)
    row = RecordDisclosure.objects.get()
    assert (row.recipient, row.basis, row.channel) == ("Spravato REMS", "public-health", "fax")
    assert f"form {old.pk} " in row.what
    with pytest.raises(Refused, match="a moment ago"):
        sent(cast, old)
    with pytest.raises(Refused, match="confirmation"):
        actions.confirm_form(form=old, confirmation=" ", by=cast.director, at=later())
    done = actions.confirm_form(form=old, confirmation="Fax report 4471, OK", by=cast.director, at=later())
    assert done.confirmed_by == cast.director
    with pytest.raises(Refused, match="confirmed already"):
        actions.confirm_form(form=old, confirmation="again", by=cast.director, at=later())
    assert Event.objects.filter(name__startswith="care.rems.").count() == 3
    with pytest.raises(Refused, match="signed form already"):
        signed(cast, session)
    with pytest.raises(Refused, match="why"):
        signed(cast, session, replaces=old)
    why = "The lot was read wrongly."
    new = signed(cast, session, replaces=old, why=why, answered={**ANSWERS, "lot": "26C082"})
    old.refresh_from_db()
    assert (old.facts["enrolled"], new.replaces) == ("yes", old)
    assert [row.form for row in board_of([cast.site.pk], later())] == [new]  # the new one is not sent yet
    with pytest.raises(Refused, match="newer form"):
        sent(cast, MonitoringForm.objects.select_related("patient__site", "session__cycle").get(pk=old.pk))
    assert ("Replaces form", f"{old.pk}: {why}") in monitoring_sheet(new).sections[-1].facts


def test_the_pages_from_the_board_to_the_confirmation(cast: Cast) -> None:
    session = treated(cast)
    monitor, director = signed_in(cast.monitor), signed_in(cast.director)
    board = monitor.get("/care/rems/").content.decode()
    assert f"/care/rems/sessions/{session.pk}/" in board
    path = f"/care/rems/sessions/{session.pk}/"
    shown = monitor.get(path).content.decode()
    assert "was found in no public copy" in shown
    assert 'name="opioids"' in shown
    assert 'name="dose"' not in shown
    assert monitor.post(path, {"password": PASSWORD}).status_code == 422
    assert monitor.post(path, {**ANSWERS, "password": "wrong"}).status_code == 422
    assert monitor.post(path, {**ANSWERS, "password": PASSWORD}).status_code == 302
    form = MonitoringForm.objects.get()
    own = f"/care/rems/forms/{form.pk}/"
    typed = {"how": "fax", "happened_at": "2026-11-12T02:00"}
    for part in (path, own, f"{own}paper/"):
        assert signed_in(cast.stranger).get(part).status_code == 404
        assert signed_in(cast.administrator).get(part).status_code == 404
    assert signed_in(cast.coordinator).get(f"{own}correct/").status_code == 403
    assert monitor.get("/care/rems/forms/987654/").status_code == 404
    assert signed_in(cast.therapist).get("/care/rems/").status_code == 403
    assert monitor.get(own).status_code == 200
    assert monitor.post(own, typed).status_code == 403
    assert director.post(own, typed).status_code == 302
    assert director.post(own, {"confirmation": "OK 1"}).status_code == 302
    form.refresh_from_db()
    assert form.confirmation == "OK 1"
    paper = director.get(f"{own}paper/")
    assert b"".join(paper.streaming_content).startswith(b"%PDF-")
    assert Access.objects.filter(kind="print", screen=f"{own}paper/").exists()
    assert director.get(f"/care/rems/sites/{cast.site.pk}/inventory/").status_code == 200


def test_the_edition_is_that_of_the_day(cast: Cast) -> None:
    old = edition_for(cast.site, "rems-monitoring", date(2024, 6, 5))
    new = edition_for(cast.site, "rems-monitoring", NOW.date())
    assert old is not None
    assert new is not None
    assert "opioids" not in {field.code for field in old.fields}
    assert "opioids" in {field.code for field in new.fields}
    assert [field.code for field in new.fields if not field.seen]
    cast.site.jurisdiction = "PT"
    assert edition_for(cast.site, "rems-monitoring", NOW.date()) is None


def test_the_work_sheets_list_what_is_not_known(cast: Cast) -> None:
    patient_form = load().forms["REMS-PATIENT-ENROLMENT@1"]
    made = enrolment_sheet(cast.patient, patient_form)
    assert "Name" in made.missing  # the prescriber's
    assert made.missing[-1].startswith("The form itself was not found.")
    save_practice(
        details=PracticeDetails(
            site=cast.site, legal_name="Elm Quay LLC", address_1="1 Quay Street", city="Portland", region="OR",
            postcode="97201",
        ),
        by=cast.director,
        at=NOW,
    )  # fmt: skip
    RoleAssignment.objects.create(
        person=cast.director, role=Role.AUTHORISED_REPRESENTATIVE, site=cast.site, held_from=NOW
    )
    site = site_sheet(cast.site, load().forms["REMS-SITE-ENROLMENT@1"], NOW)
    assert ("Address", "1 Quay Street, Portland OR 97201") in site.sections[0].facts
    assert "DEA number" in site.missing
    assert site.letterhead[0] == "Elm Quay LLC, 1 Quay Street, Portland OR 97201"
    assert drawn_sheet(site).startswith(b"%PDF-")


def test_the_letterhead_is_typed_by_who_manages_the_site(cast: Cast) -> None:
    path = f"/care/papers/sites/{cast.site.pk}/letterhead/"
    typed = {
        "legal_name": "Elm Quay LLC",
        "address_1": "1 Quay Street",
        "city": "Portland",
        "postcode": "97201",
    }
    client = signed_in(cast.administrator)
    assert client.get(path).status_code == 200
    assert client.post(path, {**typed, "city": ""}).status_code == 422
    assert client.post(path, typed).status_code == 302
    assert PracticeDetails.objects.get().by == cast.administrator
    assert signed_in(cast.monitor).get(path).status_code == 403
    assert client.get(f"/care/papers/sites/{cast.other_site.pk}/letterhead/").status_code == 404
