"""What comes due at a published course: its review, its literature search, the end of an offering."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.content.course.lint_sources import SWEPT_WITHIN
from mooring.content.course.schema import CreditType

ANNOUNCED_BEFORE = timedelta(days=60)
"""As for clinical knowledge: long enough to read a course again and publish it. Design default."""


@dataclass(frozen=True)
class CourseDue:
    """One thing that is due, and on which day."""

    what: str
    on: date


def due_of(version: CourseVersion, today: date) -> list[CourseDue]:
    """What of a version is due within sixty days or was due before, the earliest first."""
    content = parsed(version)
    about = content.about
    found = [CourseDue(_("Review of the course"), about.review_due)]
    if about.literature_sweep is not None:
        found.append(CourseDue(_("Literature search"), about.literature_sweep.through + SWEPT_WITHIN))
    found += [
        CourseDue(_("End of “{offering}”").format(offering=each.title), each.valid_through)
        for each in content.accreditation.offerings
        if each.credit_type is not CreditType.COMPLETION
    ]
    return sorted((each for each in found if each.on <= today + ANNOUNCED_BEFORE), key=lambda each: each.on)
