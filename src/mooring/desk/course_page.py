"""The page of a course, for everybody: what it teaches, who made it, what credit it gives, what it is not.

It stands here because it shows several rooms: the course, the credit offered with it, and one's own enrolment.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext

from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import minutes_of, newest_version, parsed
from mooring.academy.credits.queries.offerings import disclosures_for, offerings_on
from mooring.academy.learning.queries import enrolment_in, open_offer
from mooring.content.course.lint_sources import SWEPT_WITHIN
from mooring.content.course.loader import CourseContent
from mooring.identity.models import Person
from mooring.references.bibliography import bibliography
from mooring.work.pages import page


@login_not_required
def course_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest version of a course. Statements about credit stand only while they hold."""
    course = Course.objects.filter(slug=slug, published__gt=0).first()
    if course is None:
        raise Http404
    version = newest_version(course)
    content = parsed(version)
    today = timezone.localdate()
    disclosed = disclosures_for(version, today)
    person = request.user if isinstance(request.user, Person) else None
    offered = offerings_on(version, today, disclosed)
    everywhere = [why for why in offered[0].why_closed if all(why in each.why_closed for each in offered)]
    enrolment = enrolment_in(person, course.pk) if person is not None else None
    return page(
        request,
        "desk/course.html",
        {
            "row": course,
            "version": version,
            "course": content,
            "about": content.about,
            "modules": _modules(content, minutes_of(version)),
            "sweep_old": content.about.literature_sweep is not None
            and today - content.about.literature_sweep.through > SWEPT_WITHIN,
            "facts": _counts(content),
            "contains": _contains(content),
            "provider": content.accreditation.provider,
            "disclosed": disclosed,
            "offered": [
                (each, [why for why in each.why_closed if why not in everywhere]) for each in offered
            ],
            "closed_everywhere": everywhere,
            "enrolment": enrolment,
            "offer": open_offer(course),
            "open": enrolment is not None and enrolment.is_open(timezone.now()),
            "overdue": content.about.review_due < today,
        },
    )


def _modules(content: CourseContent, minutes: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "module": content.modules[each],
            "lessons": [(content.lessons[one], minutes[one]) for one in content.modules[each].lessons],
            "minutes": sum(minutes[one] for one in content.modules[each].lessons),
        }
        for number, each in enumerate(content.about.modules, 1)
    ]


def _contains(content: CourseContent) -> list[str]:
    """What there is to read and to do, each with its number; what there is none of is left out."""
    lessons, questions = len(content.lessons), sum(1 for _item in content.check_items())
    explorables, cases = len(content.explorables), len(content.cases)
    counted = (
        (lessons, ngettext("{n} lesson", "{n} lessons", lessons)),
        (questions, ngettext("{n} question", "{n} questions", questions)),
        (explorables, ngettext("{n} explorable", "{n} explorables", explorables)),
        (cases, ngettext("{n} case", "{n} cases", cases)),
    )
    return [words.format(n=number) for number, words in counted if number]


def _counts(content: CourseContent) -> dict[str, int]:
    """The pass mark, and how many of the sources were opened and how far, counted from the files."""
    cited = {key for each in content.about.modules for key in content.references_of(each)}
    known = bibliography()
    works = [known[key] for key in cited if key in known]
    return {
        "pass_percent": round(100 * content.post_test.pass_mark),
        "references": len(works),
        "opened": sum(work.opened for work in works),
        "abstracts": sum(work.opened and work.read.startswith("abstract") for work in works),
    }
