"""Parts of the audit binder that come from the registers, the cohorts and the speaker series."""

from datetime import date

from mooring.academy.cohorts.models import Cohort
from mooring.academy.courses.models import Course
from mooring.academy.events.models import SpeakerEvent
from mooring.academy.registers.models import (
    Accommodation,
    ActivityPaper,
    ActivitySignOff,
    CommercialSupport,
    Grievance,
)
from mooring.academy.registers.queries.activity import kept_activity, pieces_of
from mooring.content.retention import retention_rules

Lines = list[list[str]]


def activity_files(course: Course) -> dict[str, bytes]:
    """Every paper of the activity: a PDF as it was filed, words as a text that says who filed them when."""
    files: dict[str, bytes] = {}
    for paper in ActivityPaper.objects.filter(course=course).select_related("recorded_by").order_by("pk"):
        name = f"activity/papers/{paper.pk:04}-{paper.kind}"
        if paper.sha256:
            files[f"{name}.pdf"] = bytes(paper.body)
        if paper.words:
            head = [paper.title, paper.person_name, paper.dated_on.isoformat(), paper.recorded_by.legal_name]
            files[f"{name}.txt"] = "\n".join([*filter(None, head), "", paper.words, ""]).encode()
    return files


def piece_lines(course: Course) -> Lines:
    """What an accreditor asks for, there or missing."""
    rows = [[each.name, "there" if each.there else "missing", each.says] for each in pieces_of(course)]
    return [["piece", "state", "says"], *rows]


def support_lines(course: Course) -> Lines:
    """Commercial support, or the statement that there is none."""
    lines = [["kind", "source", "amount", "currency", "agreed_on", "recorded_by"]]
    for row in CommercialSupport.objects.filter(course=course).select_related("recorded_by").order_by("pk"):
        amount = "" if row.amount is None else str(row.amount)
        lines.append(
            [
                row.kind,
                row.source,
                amount,
                row.currency,
                row.agreed_on.isoformat(),
                row.recorded_by.legal_name,
            ]
        )
    return lines


def sign_off_lines(course: Course) -> Lines:
    """Who signed which version off, as whom and when, with the digest of what they signed."""
    lines = [["version", "role", "person", "signed_at", "digest"]]
    found = ActivitySignOff.objects.filter(course=course).select_related("person", "version")
    for row in found.order_by("pk"):
        lines.append(
            [row.version.number, row.role, row.person.legal_name, row.signed_at.isoformat(), row.digest]
        )
    return lines


def retention_lines(course: Course, *, on: date) -> Lines:
    """The rules of each body, and until when this activity's records are kept by the longest."""
    kept = kept_activity(course, on=on)
    lines = [["body", "record", "years", "source", "state"]]
    for rule in retention_rules().rules:
        state = "unverified" if rule.unverified else "read"
        lines.append([rule.body, rule.record.value, str(rule.years), rule.source, state])
    until = kept.completions_until.isoformat() if kept.completions_until else ""
    return [*lines, ["completions-until", until], ["file-until", kept.file_until.isoformat()]]


def accommodation_lines(course: Course) -> Lines:
    """Requests and decisions, with their days; never who asked, and never what for: a need may tell of health."""
    lines = [["number", "asked", "state", "decided", "from"]]
    for row in Accommodation.objects.filter(course=course).order_by("pk"):
        decided = row.decided_at.date().isoformat() if row.decided_at else ""
        since = row.from_day.isoformat() if row.from_day else ""
        lines.append([str(row), row.asked_at.date().isoformat(), row.state, decided, since])
    return lines


def grievance_lines(course: Course) -> Lines:
    """Complaints with their days and answers; never who complained."""
    lines = [["number", "about", "sent", "acknowledged", "answered", "answer"]]
    for row in Grievance.objects.filter(course=course).order_by("pk"):
        days = [
            each.date().isoformat() if each else ""
            for each in (row.sent_at, row.acknowledged_at, row.answered_at)
        ]
        lines.append([str(row), row.title, *days, row.answer])
    return lines


def cohort_lines(course: Course) -> Lines:
    """Each cohort with its live meetings, and how many were present."""
    lines = [["cohort", "meeting", "starts", "ends", "places", "present"]]
    for cohort in Cohort.objects.filter(course=course).order_by("pk"):
        places = cohort.places.filter(waiting=False, left_at__isnull=True).count()
        for slot in cohort.slots.order_by("place"):
            present = slot.attendance.filter(cancelled_at__isnull=True).count()
            lines.append(
                [
                    cohort.title,
                    slot.title,
                    slot.starts_at.isoformat(),
                    slot.ends_at.isoformat(),
                    str(places),
                    str(present),
                ]
            )
    return lines


def event_lines(course: Course) -> Lines:
    """Live events whose credit this activity gives, with the speaker's disclosure and how many attended."""
    lines = [["event", "starts", "ends", "speaker", "disclosure", "attended"]]
    for event in SpeakerEvent.objects.filter(credit_course=course).order_by("starts_at"):
        attended = event.registrations.filter(attended_at__isnull=False).count()
        lines.append(
            [
                event.title,
                event.starts_at.isoformat(),
                event.ends_at.isoformat(),
                event.speaker,
                event.disclosure,
                str(attended),
            ]
        )
    return lines
