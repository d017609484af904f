"""What an activity's file holds and lacks, in the order in which an accreditor reads it; how long it is kept."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.credits.models import Certificate, Disclosure
from mooring.academy.registers.models import (
    ActivityPaper,
    ActivitySignOff,
    CommercialSupport,
    PaperKind,
    SignOffRole,
    SupportKind,
)
from mooring.content.retention import RecordKind, kept_until


@dataclass(frozen=True)
class FilePiece:
    """One piece of an activity's file: its name, whether it is there, and what is known of it."""

    name: str
    there: bool
    says: str


def newest_support(course: Course) -> list[CommercialSupport]:
    """What is stated now: the newest statement that there is none, or all support recorded since."""
    rows = list(CommercialSupport.objects.filter(course=course).order_by("-recorded_at", "-pk"))
    if rows and rows[0].kind == SupportKind.NONE:
        return rows[:1]
    since_none = []
    for row in rows:
        if row.kind == SupportKind.NONE:
            break
        since_none.append(row)
    return since_none


def pieces_of(course: Course) -> list[FilePiece]:
    """Every piece that an activity file asks for, there or missing."""
    version = newest_version(course)
    content = parsed(version)
    papers: dict[str, list[ActivityPaper]] = {}
    for paper in ActivityPaper.objects.filter(course=course).order_by("dated_on"):
        papers.setdefault(paper.kind, []).append(paper)
    found = [
        _papers(str(PaperKind(kind).label), papers.get(kind, []))
        for kind in (PaperKind.NEEDS_ASSESSMENT, PaperKind.PLANNING_COMMITTEE)
    ]
    people = {each.name for each in content.about.people}
    known = {each.person_name for each in papers.get(PaperKind.CV, [])}
    for name in sorted(people):
        found.append(FilePiece(_("CV: {name}").format(name=name), name in known, ""))
    disclosed = set(Disclosure.objects.filter(course=course).values_list("maker", flat=True))
    for maker in content.about.people:
        name = _("Disclosure: {name}").format(name=maker.name)
        found.append(FilePiece(name, maker.id in disclosed, ""))
    support = newest_support(course)
    found.append(FilePiece(_("Commercial support"), bool(support), "; ".join(str(each) for each in support)))
    signed = {
        each.role: each for each in ActivitySignOff.objects.filter(version=version).select_related("person")
    }
    for role in SignOffRole:
        row = signed.get(role)
        says = f"{row.person.legal_name}, {row.signed_at.date().isoformat()}" if row else ""
        found.append(FilePiece(_("Signed off: {role}").format(role=role.label), row is not None, says))
    found.append(_papers(str(PaperKind.ADVERTISEMENT.label), papers.get(PaperKind.ADVERTISEMENT, [])))
    return found


def _papers(name: str, papers: list[ActivityPaper]) -> FilePiece:
    return FilePiece(name, bool(papers), ", ".join(str(each.dated_on) for each in papers))


@dataclass(frozen=True)
class KeptActivity:
    """Until when a course's records are kept at least: of its newest completion, and of its file."""

    course: Course
    completions: int
    completions_until: date | None
    file_until: date


def kept_activity(course: Course, *, on: date) -> KeptActivity:
    """The longest rule of `on` applied to the course's newest completion."""
    held = Certificate.objects.filter(course=course)
    newest = held.order_by("-issued_at").values_list("issued_at", flat=True).first()
    last = newest.date() if newest else None
    released = newest_version(course).published_at.date()
    return KeptActivity(
        course,
        held.count(),
        kept_until(RecordKind.COMPLETION, last, on=on) if last else None,
        kept_until(RecordKind.ACTIVITY_FILE, max(filter(None, (last, released))), on=on),
    )
