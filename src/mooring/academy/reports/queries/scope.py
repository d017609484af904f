"""What a report is about."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from mooring.academy.courses.models import Course
from mooring.academy.reports.models import ReportKind
from mooring.identity.models import Person

PHYSICIAN = "physician"


@dataclass(frozen=True)
class ReportScope:
    """A course, the days of completion, the learners whom the maker may see; for a state's roster, which state."""

    kind: ReportKind
    course: Course
    since: date
    through: date
    learners: "QuerySet[Person]"
    state: str = ""
