"""Acts on the file of an activity: papers, commercial support, and who signed a version off."""

import hashlib
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course, CourseVersion
from mooring.academy.registers.models import (
    ActivityPaper,
    ActivitySignOff,
    CommercialSupport,
    PaperKind,
    SignOffRole,
    SupportKind,
)
from mooring.audit.recording import note, recorded
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Person
from mooring.rules.verdict import Refused

LARGEST_BYTES = 5_000_000
PDF = b"%PDF-"


@recorded("academy.registers.paper-filed")
def file_paper(
    *,
    course: Course,
    kind: PaperKind,
    title: str,
    dated_on: date,
    words: str = "",
    person_name: str = "",
    file_name: str = "",
    body: bytes = b"",
    by: Person,
    at: datetime,
) -> ActivityPaper:
    """File a paper: words, or a PDF. Refused for an empty one, another kind of file, or a CV without a name."""
    if not words.strip() and not body:
        raise Refused(_("Write the text, or choose a PDF."))
    if body and not body.startswith(PDF):
        raise Refused(_("Only a PDF is filed. Save the paper as PDF first."))
    if len(body) > LARGEST_BYTES:
        raise Refused(_("The PDF is larger than 5 MB. Save it smaller."))
    if kind == PaperKind.CV and not person_name.strip():
        raise Refused(_("Say whose CV it is."))
    if dated_on > at.date():
        raise Refused(_("The paper’s date lies in the future."))
    sha256 = hashlib.sha256(body).hexdigest() if body else ""
    note(course=course.slug, kind=kind, sha256=sha256)
    return ActivityPaper.objects.create(
        course=course,
        kind=kind,
        title=title.strip()[:160],
        person_name=person_name.strip()[:160],
        words=words.strip(),
        file_name=file_name[-120:] if body else "",
        body=body,
        sha256=sha256,
        dated_on=dated_on,
        recorded_at=at,
        recorded_by=by,
    )


@recorded("academy.registers.support-recorded")
def record_support(
    *,
    course: Course,
    kind: SupportKind,
    source: str = "",
    amount: Decimal | None = None,
    currency: str = "USD",
    agreed_on: date,
    by: Person,
    at: datetime,
) -> CommercialSupport:
    """Record support by a company, or that there is none. Support names its source; money also its amount."""
    if kind != SupportKind.NONE and not source.strip():
        raise Refused(_("Name the company that supports the activity."))
    if kind == SupportKind.MONETARY and not amount:
        raise Refused(_("Enter the amount."))
    none = kind == SupportKind.NONE
    note(course=course.slug, kind=kind)
    return CommercialSupport.objects.create(
        course=course,
        kind=kind,
        source="" if none else source.strip()[:160],
        amount=None if none else amount,
        currency=currency,
        agreed_on=agreed_on,
        recorded_at=at,
        recorded_by=by,
    )


@recorded("academy.registers.signed-off")
def sign_activity(
    *, version: CourseVersion, role: SignOffRole, password: str, by: Person, at: datetime
) -> ActivitySignOff:
    """Sign a version off in a role, with one's password. Refused for a second time in the same role.

    Who planned a version does not review its content, nor the other way round.
    """
    held = set(ActivitySignOff.objects.filter(version=version, person=by).values_list("role", flat=True))
    if role in held:
        raise Refused(_("You have already signed this version in this role."))
    if held | {role} >= {SignOffRole.PLANNER, SignOffRole.CONTENT}:
        raise Refused(_("The content is reviewed by another person than the one who planned it."))
    confirm_signature(by, password)
    note(version=version.number, role=role, digest=version.digest)
    return ActivitySignOff.objects.create(
        course=version.course, version=version, role=role, person=by, digest=version.digest, signed_at=at
    )
