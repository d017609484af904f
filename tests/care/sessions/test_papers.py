"""Papers out of a session: folded from its log, with what the record cannot answer listed and never guessed."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client

from mooring.audit.models import Access
from mooring.care.patients.models import SupportPerson
from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.care.sessions.views.papers import NOTHING_LOGGED, SHEETS
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.work.documents.paper import NoFont
from mooring.work.documents.sheet import Sheet
from tests.care.sessions.rows import left, minute, opened, recovering, started
from tests.people import Cast

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(session: Session, name: str, at: int = 106) -> Sheet:
    return SHEETS[name][1](chart_of(session, minute(at)), minute(at))


def words(made: Sheet) -> str:
    parts = [f"{name}: {value}" for section in made.sections for name, value in section.facts]
    return "\n".join([*parts, *(line for section in made.sections for line in section.lines)]).replace(
        "\u00a0", " "
    )


def test_the_patients_sheet_says_what_was_given_and_whom_to_call(cast: Cast) -> None:
    made = sheet(left(cast), "home")
    said = words(made)
    assert "racemic ketamine, 36 mg in 36 mL, intravenous" in said
    assert "988" in said
    assert cast.site.phone in said
    assert "Do not drive" in said
    assert made.missing == ()
    assert cast.patient.record_number in made.whose


def test_the_escorts_sheet_names_them(cast: Cast) -> None:
    assert "Ben Calloway, +1 503 555 0177" in words(sheet(left(cast), "escort"))


@pytest.mark.parametrize(
    ("name", "says"),
    [("home", "has not started"), ("escort", "has not started"), ("ambulance", "No one who may be called")],
)
def test_what_the_record_cannot_answer_is_listed(cast: Cast, name: str, says: str) -> None:
    session = opened(cast)
    made = sheet(session, name, 1)
    assert any(says in line for line in made.missing)
    assert "not ended" in words(made), "what is not known is said, never guessed"


def test_no_event_is_printed_only_when_the_log_holds_none(cast: Cast) -> None:
    session = recovering(cast)
    assert str(NOTHING_LOGGED) in words(sheet(session, "ambulance", 50))
    code = chart_of(session, minute(50)).knowledge.pack.symptoms.in_force(cast.site.today(minute(0)))[0].code
    write_entry(
        session=session, kind=EntryKind.SYMPTOM, facts={"code": code, "severity": 2},
        happened_at=minute(51), key=uuid4(), by=cast.monitor, at=minute(51),
    )  # fmt: skip
    assert str(NOTHING_LOGGED) not in words(sheet(session, "ambulance", 52))


def test_a_sheet_made_while_the_session_runs_says_so(cast: Cast) -> None:
    made = sheet(started(cast), "home", 10)
    assert any("not ended" in line for line in made.missing)


def test_who_is_called_stands_on_the_crews_sheet(cast: Cast) -> None:
    SupportPerson.objects.create(
        patient=cast.patient,
        name="Ida Calloway",
        relation="mother",
        phone="+1 503 555 0190",
        may_be_called=True,
    )
    said = words(sheet(left(cast), "ambulance"))
    assert "Ida Calloway: mother, +1 503 555 0190" in said


def test_the_digest_covers_what_the_paper_says(cast: Cast) -> None:
    made = sheet(left(cast), "home")
    assert made.digest == replace(made).digest
    assert made.digest != replace(made, lead="Something else.").digest


def test_the_paper_is_a_tagged_pdf_and_a_print_in_the_access_history(cast: Cast) -> None:
    session = left(cast)
    monitor = signed_in(cast.monitor)
    assert b"For the escort" in monitor.get(f"/care/sessions/{session.pk}/papers/").content
    answer = monitor.get(f"/care/sessions/{session.pk}/papers/home/")
    pdf = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert pdf.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert Access.objects.filter(kind="print", viewer=cast.monitor.actor_ref).exists()
    assert monitor.get(f"/care/sessions/{session.pk}/papers/none/").status_code == 404
    for path in ("papers/", "papers/home/"):
        assert signed_in(cast.stranger).get(f"/care/sessions/{session.pk}/{path}").status_code == 404


def test_a_server_without_any_font_says_so_instead_of_a_paper(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_fonts(_: str) -> bytes:
        raise NoFont("W")

    monkeypatch.setattr("mooring.work.documents.paper.render", without_fonts)
    session = left(cast)
    answer = signed_in(cast.monitor).get(f"/care/sessions/{session.pk}/papers/home/")
    assert answer.status_code == 422
    assert "no font on this server has the characters" in answer.content.decode()
