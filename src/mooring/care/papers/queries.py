"""The letterhead of a site, what a paper is made of, which papers and files a patient has."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from mooring.audit.recording import reference
from mooring.care.observations.models import LaboratoryResult, Observation
from mooring.care.papers.kinds import KINDS, KindOfPaper, PaperSubject
from mooring.care.papers.models import IssuedPaper, PracticeDetails
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.care.safety.models import AdverseEvent
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import chart_of
from mooring.identity.models import Person, Site
from mooring.words.numbers import with_unit
from mooring.work.documents.sheet import Sheet, SheetSection, letterhead_of
from mooring.work.moments import start_of


def practice_of(site: Site) -> PracticeDetails | None:
    """What the site wrote last about its name, address and numbers; None where nobody did."""
    return PracticeDetails.objects.filter(site=site).order_by("-id").first()


def letterhead_with_address(site: Site) -> tuple[str, ...]:
    """The site with its address, where it is known."""
    practice = practice_of(site)
    if practice is None:
        return letterhead_of(site)
    fax = (_("Fax {number}").format(number=practice.fax),) if practice.fax else ()
    return (", ".join((practice.legal_name, *practice.address_lines)), *letterhead_of(site), *fax)


def subject_of(
    patient: Patient,
    session: Session | None,
    answers: Mapping[str, str],
    *,
    by: Person,
    now: datetime,
    event: AdverseEvent | None = None,
) -> PaperSubject:
    """What a paper is made of, read now."""
    return PaperSubject(
        patient=patient,
        chart=chart_of(session, now) if session is not None else None,
        practice=practice_of(patient.site),
        letterhead=letterhead_with_address(patient.site),
        by=by,
        now=now,
        answers=answers,
        event=event,
    )


def session_with(event: AdverseEvent) -> Session | None:
    """The session of the dose that an event of the register belongs to; None where it belongs to none."""
    sessions = Session.objects.filter(cycle=event.cycle_id).exclude(state=SessionState.VOID)
    rows = sessions.select_related(
        "patient__person", "patient__site", "cycle__treatment", "order__weight", "order__signed_by", "pack",
        "opened_by", "signed_off_by",
    )  # fmt: skip
    return rows.defer("pack__body").order_by("-pk").first() if event.cycle_id else None


def kinds_for(person: Person, patient: Patient, about: str) -> list[KindOfPaper]:
    """The papers that this person may make here: of a session, of the patient, of an event of the register."""
    return [
        kind for kind in KINDS.values() if kind.about == about and may_on(person, patient, kind.permission)
    ]


def papers_of(person: Person, patient: Patient, session: Session | None = None) -> list[IssuedPaper]:
    """Issued papers, newest first: those of kinds that this person may read."""
    may = [code for code, kind in KINDS.items() if may_on(person, patient, kind.permission)]
    rows = IssuedPaper.objects.filter(patient__in=patient.records, kind__in=may)
    if session is not None:
        rows = rows.filter(session=session)
    return list(rows.select_related("signed_by", "replaced_by").order_by("-signed_at", "-id"))


def sheet_of(paper: IssuedPaper) -> Sheet:
    """The sheet as it was signed."""
    fields: dict[str, Any] = dict(paper.sheet)
    sections = tuple(
        SheetSection(
            part["title"],
            tuple((name, value) for name, value in part["facts"]),
            tuple(part["lines"]),
            tuple(part["head"]),
            tuple(tuple(row) for row in part["rows"]),
        )
        for part in fields.pop("sections")
    )
    texts = {name: str(fields[name]) for name in ("name", "version", "title", "lead", "whose")}
    return Sheet(
        **texts, letterhead=tuple(fields["letterhead"]), sections=sections, missing=tuple(fields["missing"])
    )


def facts_on(patient: Patient, day: date) -> list[tuple[str, str]]:
    """Values of one day that a file may be filed to: how the audit names them, and in words."""
    start, end = (start_of(each, patient.site.zone) for each in (day, day + timedelta(days=1)))
    within = {"patient__in": patient.records, "at__gte": start, "at__lt": end, "corrected_by__isnull": True}
    measured = Observation.objects.filter(**within).order_by("at")
    results = LaboratoryResult.objects.filter(**within).order_by("at")
    return [
        *((reference(row), f"{row.get_kind_display()}: {row.words}") for row in measured),
        *((reference(row), f"{row.get_test_display()}: {_result_words(row)}") for row in results),
    ]


def _result_words(row: LaboratoryResult) -> str:
    return row.result or (with_unit(row.value, row.unit) if row.value is not None else "")
