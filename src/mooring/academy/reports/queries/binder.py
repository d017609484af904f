"""The audit binder of a course: everything that an accreditor asks for, in one archive, with an index of digests."""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import asdict
from datetime import datetime

from mooring.academy.checks.queries.evaluation import aggregate_of
from mooring.academy.courses.models import Course, CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.models import Certificate, Disclosure, MakerRole, OfferingPause
from mooring.academy.reports.models import Report
from mooring.academy.reports.queries.binder_parts import (
    accommodation_lines,
    activity_files,
    cohort_lines,
    event_lines,
    grievance_lines,
    piece_lines,
    retention_lines,
    sign_off_lines,
    support_lines,
)
from mooring.content.course.credit import credit_of, lesson_minutes
from mooring.content.reporting import safe_cell


def binder(course: Course, *, at: datetime) -> bytes:
    """A zip archive: the activity's file, its papers and sign-offs, every version with its calculation, disclosures,
    roles, pauses, certificates, evaluations, registers, cohorts and events, and what was reported.

    `index.csv` lists each file with its SHA-256, so that somebody can see that nothing was changed after.
    """
    files: dict[str, bytes] = {}
    for version in course.versions.order_by("place"):
        files |= _version(version)
    files |= activity_files(course)
    files["activity/retention.csv"] = _csv(retention_lines(course, on=at.date()))
    files["registers/accommodations.csv"] = _csv(accommodation_lines(course))
    files["registers/grievances.csv"] = _csv(grievance_lines(course))
    files["delivery/cohorts.csv"] = _csv(cohort_lines(course))
    files["delivery/events.csv"] = _csv(event_lines(course))
    files["activity/pieces.csv"] = _csv(piece_lines(course))
    files["activity/support.csv"] = _csv(support_lines(course))
    files["activity/sign-offs.csv"] = _csv(sign_off_lines(course))
    files["people/disclosures.csv"] = _csv(_disclosures(course))
    files["people/roles.csv"] = _csv(_roles(course))
    files["credit/pauses.csv"] = _csv(_pauses(course))
    files["credit/certificates.csv"] = _csv(_certificates(course))
    files["credit/reports.csv"] = _csv(_reports(course))
    index = [["file", "bytes", "sha256"]]
    index += [
        [name, str(len(body)), hashlib.sha256(body).hexdigest()] for name, body in sorted(files.items())
    ]
    files["index.csv"] = _csv([["made", at.isoformat(), course.slug], *index])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            stamp = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            stamp.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(stamp, body)
    return out.getvalue()


def _version(version: CourseVersion) -> dict[str, bytes]:
    root = f"versions/{version.place:02}-{version.number}".replace(" ", "-")
    files = {f"{root}/files/{each.path}": bytes(each.body) for each in version.files.all()}
    content = parsed(version)
    calculation = {**asdict(credit_of(content)), "hours": str(credit_of(content).hours)}
    calculation["lesson_minutes"] = lesson_minutes(content)
    files[f"{root}/calculation.json"] = json.dumps(calculation, indent=1).encode()
    files[f"{root}/published.json"] = json.dumps(
        {
            "number": version.number,
            "change": version.change,
            "notes": version.notes,
            "digest": version.digest,
            "published_at": version.published_at.isoformat(),
            "published_by": version.published_by.legal_name,
        },
        indent=1,
    ).encode()
    aggregate = aggregate_of(version)
    lines = [["question", "answer", "people", "of"]]
    lines += [
        [counted.put.text, label, str(number), str(counted.n)]
        for counted in aggregate.counted
        for label, number, _share in counted.options
    ]
    files[f"{root}/evaluation.csv"] = _csv(lines)
    return files


def _disclosures(course: Course) -> list[list[str]]:
    lines = [["person", "signed_on", "company", "nature", "mitigated_on", "steps"]]
    for row in Disclosure.objects.filter(course=course).prefetch_related("mitigations").order_by("pk"):
        mitigated = {each.place: each for each in row.mitigations.all()}
        if not row.relationships:
            lines.append([row.name, row.signed_on.isoformat(), "none", "", "", ""])
        for place, each in enumerate(row.relationships):
            steps = mitigated.get(place)
            lines.append(
                [
                    row.name,
                    row.signed_on.isoformat(),
                    each["company"],
                    each["nature"],
                    steps.done_on.isoformat() if steps else "",
                    steps.steps if steps else "",
                ]
            )
    return lines


def _roles(course: Course) -> list[list[str]]:
    lines = [["person", "role", "since", "given_at", "given_by", "ended_at"]]
    for row in MakerRole.objects.filter(course=course).select_related("given_by").order_by("pk"):
        ended = row.ended_at.isoformat() if row.ended_at else ""
        lines.append(
            [
                row.maker,
                row.role,
                row.since.isoformat(),
                row.given_at.isoformat(),
                row.given_by.legal_name,
                ended,
            ]
        )
    return lines


def _pauses(course: Course) -> list[list[str]]:
    lines = [["offering", "reason", "from", "to"]]
    for row in OfferingPause.objects.filter(course=course).order_by("pk"):
        ended = row.resumed_at.isoformat() if row.resumed_at else ""
        lines.append([row.offering, row.reason, row.paused_at.isoformat(), ended])
    return lines


def _certificates(course: Course) -> list[list[str]]:
    lines = [
        [
            "number",
            "learner",
            "credit",
            "amount",
            "profession",
            "licence",
            "completed",
            "version",
            "state",
            "digest",
        ]
    ]
    found = Certificate.objects.filter(course=course).select_related("snapshot").order_by("pk")
    for row in found:
        said = row.says
        lines.append(
            [
                row.code,
                said["learner"],
                said["title"],
                said["amount"],
                said["profession"],
                said["licence_number"],
                said["completed"],
                said["version"],
                row.state,
                row.snapshot.digest,
            ]
        )
    return lines


def _reports(course: Course) -> list[list[str]]:
    lines = [["file", "kind", "rows", "sha256", "made", "submitted", "accepted", "answer"]]
    for row in Report.objects.filter(course=course).order_by("pk"):
        submitted = row.submitted_at.isoformat() if row.submitted_at else ""
        lines.append(
            [
                row.file_name,
                row.kind,
                str(row.row_count),
                row.sha256,
                row.made_at.isoformat(),
                submitted,
                "" if row.accepted is None else str(row.accepted).lower(),
                row.answer,
            ]
        )
    return lines


def _csv(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in line] for line in lines)
    return out.getvalue().encode()
