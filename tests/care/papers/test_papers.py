"""Papers: made of the record, what is missing listed, signed whole, sent into the register, corrected by a new one."""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from mooring.audit.models import Access, Event
from mooring.care.disclosures.models import RecordDisclosure
from mooring.care.papers import actions
from mooring.care.papers.kinds import EVENT, KINDS, SESSION
from mooring.care.papers.models import EarlierTreatment, IssuedPaper, PaperBatch
from mooring.care.papers.queries import sheet_of, subject_of
from mooring.care.safety.actions import (
    Assessed,
    NewEvent,
    assess_event,
    record_event,
    report_event,
    withdraw_event,
)
from mooring.care.safety.models import AdverseEvent
from mooring.care.sessions.models import Session
from mooring.content.loader import load
from mooring.identity.models import Person
from mooring.rules.billing import Billed, lines_for
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.documents.sheet import Sheet, drawn_sheet
from tests.care.sessions.rows import left, minute, note, started
from tests.care.sessions.test_event_taps import write
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db
ANSWERS = {
    "since": "The pump was exchanged.",
    "recipient": "Dr Okafor",
    "abated": "yes",
    "reappeared": "not-applicable",
    "payer": "other",
    "request": "new",
    "necessity": "Two medicines did not help.",
}
LATER = NOW + timedelta(hours=5)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def session_of(cast: Cast) -> Session:
    made = left(cast)
    rows = Session.objects.select_related(
        "patient__person",
        "patient__site",
        "cycle__treatment",
        "order__signed_by",
        "order__weight",
        "pack",
        "opened_by",
    )
    return rows.get(pk=made.pk)


def event_of(cast: Cast, session: Session, grade: int = 2, **fields: Any) -> AdverseEvent:
    """Nausea in the session, as the register holds it."""
    event = NewEvent(
        term="AE-NAUSEA@1", onset_at=minute(50), grade=grade, cycle=session.cycle, description="She felt faint.",
        **fields,
    )  # fmt: skip
    return record_event(patient=cast.patient, event=event, by=cast.monitor, at=LATER)


def made(
    cast: Cast, code: str, session: Session | None, event: AdverseEvent | None = None, **answers: str
) -> Sheet:
    subject = subject_of(
        cast.patient, session, {**ANSWERS, **answers}, by=cast.prescriber, now=LATER, event=event
    )
    return KINDS[code].make(subject)


def issued(
    cast: Cast, code: str, session: Session | None, seen: str | None = None, **changed: Any
) -> IssuedPaper:
    subject = subject_of(cast.patient, session, ANSWERS, by=cast.prescriber, now=LATER)
    given: dict[str, Any] = {"replaces": None, **changed}
    digest = seen or KINDS[code].make(subject).digest
    return actions.issue_paper(
        kind=KINDS[code], subject=subject, seen=digest, by=cast.prescriber, at=LATER, **given
    )


def everything(sheet: Sheet) -> str:
    parts = [sheet.title, sheet.lead, *sheet.letterhead, sheet.whose, *sheet.missing]
    for section in sheet.sections:
        parts += [section.title, *(f"{name}: {value}" for name, value in section.facts), *section.lines]
        parts += [" | ".join(row) for row in (section.head, *section.rows)]
    return "\n".join(parts)


def test_every_kind_is_made_drawn_and_names_what_is_missing(cast: Cast) -> None:
    session = session_of(cast)
    event = event_of(cast, session)
    sheets = {
        code: made(
            cast,
            code,
            session if kind.about in (SESSION, EVENT) else None,
            event if kind.about == EVENT else None,
        )
        for code, kind in KINDS.items()
    }
    for code, sheet in sheets.items():
        words = everything(sheet)
        assert "Ruth Calloway, born 9 Apr 1981" in words.replace("\u00a0", " "), code
        assert not [value for section in sheet.sections for _name, value in section.facts if not value], code
    assert drawn_sheet(sheets["session-record"]).startswith(b"%PDF-")
    record = everything(sheets["session-record"]).replace("\u00a0", " ")
    assert "Time | Minute | BP | HR | SpO₂ | RR | MOAA/S" in record
    assert "81 | 128/80 | 72 per min | 98 % | 14 per min | 5" in record
    assert not sheets["session-record"].wide
    note_words = everything(sheets["work-note"]).lower()
    assert "ketamine" not in note_words
    assert "depress" not in note_words
    assert any("No earlier treatment" in line for line in sheets["authorisation"].missing)
    assert "Fee" in sheets["superbill"].missing
    assert "96365, 1 × infusion: Intravenous infusion, first hour" in everything(sheets["superbill"])
    assert any("NDC" in line for line in sheets["medwatch"].missing)


def test_no_events_stands_only_where_the_log_holds_none(cast: Cast) -> None:
    session = session_of(cast)
    quiet = everything(made(cast, "hand-over", session))
    assert "No alert, adverse effect or intervention stands in the log, and no event in the register" in quiet
    from_log = made(cast, "session-record", session).digest
    note(session, cast.prescriber, "Late: she was sick in the taxi.", LATER)
    assert made(cast, "session-record", session).digest != from_log
    event = event_of(cast, session)
    for code in ("hand-over", "session-record"):
        said = everything(made(cast, code, session))
        assert "No alert, adverse effect" not in said
        assert "AE-2026-001, Nausea, from 12 Nov 2026" in said.replace("\u00a0", " ")
    withdraw_event(event=event, reason="Another patient.", by=cast.monitor, at=LATER)
    assert "No alert, adverse effect" in everything(made(cast, "hand-over", session))


def test_the_work_sheet_for_medwatch_is_the_registers_event(cast: Cast) -> None:
    """Term, onset, end, seriousness, relation, action, outcome and reports are those of the register, not of the log."""
    session = session_of(cast)
    event = event_of(cast, session)
    sheet = made(cast, "medwatch", session, event)
    assert "A prescriber has not decided how it relates to the drug." in sheet.missing
    assert "It was reported to no one yet." in sheet.missing
    assert "not serious: none of the outcomes of the form" in everything(sheet)
    judged = Assessed(
        grade=3, serious_why=["hospital"], relation_drug="probable", relation_procedure="unlikely",
        action="stopped", outcome="recovered", ended_at=minute(90), licensed_code="10028813",
        dictionary="MedDRA 28.0", note="Seen in the ward.",
    )  # fmt: skip
    assess_event(event=event, assessed=judged, seen=1, by=cast.prescriber, at=LATER)
    report_event(
        event=event, to="regulator", sent_at=minute(200), reference="MW-1", by=cast.prescriber, at=LATER
    )
    sheet = made(cast, "medwatch", session, AdverseEvent.objects.get(pk=event.pk))
    said = everything(sheet).replace("\u00a0", " ")
    for words in (
        "Event: Nausea", "Term: AE-NAUSEA@1", "Onset: 12 Nov 2026 ", "Ended: 12 Nov 2026 ",
        "Seriousness: admission to hospital, or a longer stay", "Relation to the drug: probable",
        "Relation to the procedure: unlikely", "Action with the drug: dose or treatment stopped",
        "Outcome: recovered", "MedDRA 28.0: 10028813", "She felt faint.", "Seen in the ward.", "MW-1",
        "medicines regulator (in the US FDA MedWatch)", "Abated after it was stopped: yes",
    ):  # fmt: skip
        assert words in said, words
    assert not [line for line in sheet.missing if "graded" in line or "reported to no one" in line]
    assert "What was done with the drug" not in said


def test_papers_of_an_event_are_made_from_its_page(cast: Cast) -> None:
    session = session_of(cast)
    event = event_of(cast, session)
    monitor = signed_in(cast.monitor)
    address = f"/care/papers/events/{event.pk}/make/incident/"
    assert address in monitor.get(f"/care/safety/{event.pk}/").content.decode()
    assert f"/care/safety/{event.pk}/" in monitor.get(f"/care/papers/sessions/{session.pk}/").content.decode()
    read = monitor.post(address, {"since": "The team was briefed."})
    assert "The team was briefed." in read.content.decode()
    seen = read.context["sheet"].digest
    signed = monitor.post(address, {"since": "The team was briefed.", "seen": seen, "password": PASSWORD})
    if signed.status_code == 422:  # a minute went by, and what the session says with it
        seen = signed.context["sheet"].digest
        signed = monitor.post(address, {"since": "The team was briefed.", "seen": seen, "password": PASSWORD})
    assert signed.status_code == 302
    paper = IssuedPaper.objects.get()
    assert (paper.event, paper.session) == (event, session)
    assert f"{address}?instead={paper.pk}" in monitor.get(f"/care/papers/{paper.pk}/").content.decode()
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert monitor.get(f"/care/papers/events/{event.pk}/make/hand-over/").status_code == 404
    assert monitor.get("/care/papers/events/987654/make/incident/").status_code == 404


def test_a_paper_whose_session_was_written_meanwhile_is_read_again(cast: Cast) -> None:
    session = session_of(cast)
    read = made(cast, "session-record", session).digest
    note(session, cast.prescriber, "Late: she was sick in the taxi.", LATER)
    with pytest.raises(Refused, match="Read the paper again"):
        issued(cast, "session-record", session, seen=read)
    assert not IssuedPaper.objects.exists()
    paper = issued(cast, "session-record", session)
    assert "sick in the taxi" in everything(sheet_of(paper))
    assert sheet_of(paper).digest == paper.digest
    note(session, cast.prescriber, "Another line.", LATER + timedelta(minutes=1))
    paper.refresh_from_db()
    assert "Another line" not in everything(sheet_of(paper))  # what was signed stays what it was
    with pytest.raises(Refused, match="same kind"):
        issued(cast, "dose-order", session, replaces=paper)
    newer = issued(cast, "session-record", session, replaces=paper)
    assert newer.replaces == paper
    assert Event.objects.filter(name="care.papers.issued").count() == 2


def test_codes_are_those_of_the_day() -> None:
    def codes(day: date, mg: int = 84, payer: str = "other") -> list[str]:
        done = Billed(day, "esketamine", "intranasal", "US-OR", payer, Decimal(mg), 15)
        return [line.code.code for line in lines_for(load(), done)]

    assert codes(date(2025, 12, 31)) == ["G2083", "S0013"]
    assert codes(date(2026, 1, 1)) == ["G2083", "J0013"]
    assert codes(date(2026, 1, 1), 56) == ["G2082", "J0013"]
    assert codes(date(2026, 1, 1), payer="medicare") == ["G2083"]
    assert not codes(date(2019, 6, 1))

    def infused(minutes: int) -> list[tuple[str, int]]:
        done = Billed(
            date(2026, 1, 1), "racemic ketamine", "intravenous", "US-OR", "other", Decimal(36), minutes
        )
        return [(line.code.code, line.units) for line in lines_for(load(), done)]

    assert not infused(15)
    assert infused(40) == [("96365", 1)]
    assert infused(90) == [("96365", 1)]
    assert infused(91) == [("96365", 1), ("96366", 1)]
    assert infused(151) == [("96365", 1), ("96366", 2)]


def test_a_line_that_was_undone_stands_withdrawn_in_the_record_of_the_session(cast: Cast) -> None:
    session = started(cast)
    wrong = write(cast, session, EntryKind.STATE, "resting", 13)
    write(cast, session, EntryKind.STATE, "resting", 14, corrects=wrong, withdraw=True)
    record = everything(made(cast, "session-record", session))
    assert "Withdrawn: entered in error" in record
    assert "Resting, calm" in record  # what was withdrawn stays readable, and is said to be replaced
    assert "replaced by a correction" in record


def test_the_packet_names_what_a_trial_leaves_open(cast: Cast) -> None:
    whole = EarlierTreatment(
        patient=cast.patient, name="Sertraline", dose="150 mg", started_on=date(2025, 1, 1),
        ended_on=date(2025, 3, 12), response="none", this_episode=True,
    )  # fmt: skip
    actions.record_trial(trial=whole, by=cast.prescriber, at=NOW)
    wrong = actions.record_trial(
        trial=EarlierTreatment(patient=cast.patient, name="Bupropion"), by=cast.prescriber, at=NOW
    )
    packet = made(cast, "authorisation", None)
    assert "10 weeks, no response" in everything(packet)
    assert "Bupropion: how long is not known" in packet.missing
    actions.withdraw_trial(trial=wrong, by=cast.prescriber, at=NOW)
    assert "Bupropion" not in everything(made(cast, "authorisation", None))
    with pytest.raises(Refused, match="withdrawn already"):
        actions.withdraw_trial(trial=wrong, by=cast.prescriber, at=NOW)


def test_the_pages_from_asking_to_the_register(cast: Cast) -> None:
    session = session_of(cast)
    prescriber = signed_in(cast.prescriber)
    assert "Session record" in prescriber.get(f"/care/papers/sessions/{session.pk}/").content.decode()
    path = f"/care/papers/sessions/{session.pk}/make/hand-over/"
    assert 'name="recipient"' in prescriber.get(path).content.decode()
    assert prescriber.post(path, {"recipient": ""}).status_code == 422
    read = prescriber.post(path, {"recipient": "Dr Okafor", "asks": ""})
    assert "Dear Dr Okafor" in read.content.decode()
    seen = read.context["sheet"].digest
    answers = {"recipient": "Dr Okafor", "asks": "", "seen": seen}
    assert prescriber.post(path, {**answers, "password": "wrong"}).status_code == 422
    note(session, cast.prescriber, "A late line.", minute(200))
    changed = prescriber.post(path, {**answers, "password": PASSWORD})
    if (
        changed.status_code == 422
    ):  # the record changed meanwhile: the page shows it anew, with its new digest
        seen = changed.context["sheet"].digest
        changed = prescriber.post(path, {**answers, "seen": seen, "password": PASSWORD})
    assert changed.status_code == 302
    paper = IssuedPaper.objects.get()
    own = f"/care/papers/{paper.pk}/"
    sent = {
        "recipient": "Dr Okafor", "purpose": "Continued care", "basis": "treatment", "channel": "fax",
    }  # fmt: skip
    assert prescriber.post(own, {**sent, "purpose": ""}).status_code == 422
    assert prescriber.post(own, sent).status_code == 302
    assert RecordDisclosure.objects.get().package_digest == paper.digest
    pdf = prescriber.get(f"{own}pdf/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    assert prescriber.get(f"{own}data/").json()["digest"] == paper.digest
    assert {row.kind for row in Access.objects.filter(screen__startswith=own)} >= {"print", "export", "view"}
    for address in (own, f"{own}pdf/", f"{own}data/", path, f"/care/papers/of/{cast.patient.pk}/"):
        assert signed_in(cast.stranger).get(address).status_code == 404
    assert prescriber.get("/care/papers/987654/").status_code == 404
    assert prescriber.get(f"/care/papers/sessions/{session.pk}/make/summary/").status_code == 404
    assert signed_in(cast.monitor).post(own, sent).status_code == 403
    own_page = prescriber.get(f"/care/papers/of/{cast.patient.pk}/").content.decode()
    assert f'href="{own}"' in own_page
    typed = {"name": "Sertraline", "dose": "150 mg", "this_episode": "yes"}
    assert prescriber.post(f"/care/papers/of/{cast.patient.pk}/", typed).status_code == 302
    trial = EarlierTreatment.objects.get()
    assert signed_in(cast.therapist).post(f"/care/papers/earlier/{trial.pk}/withdraw/").status_code in (
        403,
        404,
    )
    assert prescriber.post(f"/care/papers/earlier/{trial.pk}/withdraw/").status_code == 302


def test_a_months_records_are_drawn_by_the_clock_with_progress(cast: Cast) -> None:
    session = session_of(cast)
    director = signed_in(cast.director)
    months = f"/care/papers/sites/{cast.site.pk}/months/"
    assert director.post(months, {"month": "2026-09-01"}).status_code == 422
    assert director.post(months, {"month": "2026-11-12"}).status_code == 302
    batch = PaperBatch.objects.get()
    assert director.post(months, {"month": "2026-11-20"}).status_code == 422  # it is being made
    own = f"/care/papers/batches/{batch.pk}/"
    assert "0 of 1 papers" in director.get(own).content.decode()
    assert director.get(f"{own}file/").status_code == 302
    assert actions.draw_batches(at=LATER, seconds=0) == 0  # no time left: nothing is lost
    assert actions.draw_batches(at=LATER) == 1
    assert "1 of 1 papers" in director.get(own).content.decode()
    answer = director.get(f"{own}file/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        (name,) = archive.namelist()
        assert archive.read(name).startswith(b"%PDF-")
    assert session.patient.record_number in name
    assert Access.objects.filter(kind="export", subjects__subject=session.subject_ref).exists()
    for path in (months, own, f"{own}file/"):
        assert signed_in(cast.stranger).get(path).status_code == 404
        assert signed_in(cast.monitor).get(path).status_code == 403
    actions.draw_batches(at=LATER + timedelta(days=8))
    assert not PaperBatch.objects.exists()


def test_a_paper_that_fails_is_named_and_holds_up_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(cast)
    batch = actions.start_batch(site=cast.site, month=NOW.date(), by=cast.director, at=LATER)

    def fails(_: Sheet) -> bytes:
        raise ValueError("a font file is broken")

    monkeypatch.setattr("mooring.care.papers.actions.batches.drawn_sheet", fails)
    assert actions.draw_batches(at=LATER) == 0
    batch.refresh_from_db()
    assert (batch.left, batch.finished_at) == ([], LATER)
    page = signed_in(cast.director).get(f"/care/papers/batches/{batch.pk}/").content.decode()
    assert session.patient.record_number in page
    assert "This paper failed." in page


def test_no_answer_is_chosen_in_advance(cast: Cast) -> None:
    """Whether it abated is a person's answer; a form that is sent as it came says nothing."""
    event = event_of(cast, session_of(cast))
    address = f"/care/papers/events/{event.pk}/make/medwatch/"
    browser = signed_in(cast.prescriber)
    assert " selected" not in browser.get(address).content.decode().replace('value="" selected', "")
    assert browser.get(address, {"abated": "", "reappeared": ""}).content.decode().count("Choose") == 2


@pytest.mark.parametrize(
    ("started_on", "why"),
    [(date(2090, 1, 1), "in the future"), (date(1926, 1, 1), "before the patient was born")],
)
def test_a_trial_is_of_a_day_that_the_patient_has_lived(cast: Cast, started_on: date, why: str) -> None:
    trial = EarlierTreatment(patient=cast.patient, name="Sertraline", started_on=started_on)
    with pytest.raises(Refused, match=why):
        actions.record_trial(trial=trial, by=cast.prescriber, at=NOW)
    assert not EarlierTreatment.objects.exists()
