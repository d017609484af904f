"""Who may read and write in a discussion: learners enrolled in the course, and who teaches; moderators decide."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from mooring.academy.courses.models import Course
from mooring.academy.discussion.models import Post, Thread
from mooring.academy.learning.models import Enrolment
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_discussion_for(person: Person, slug: str) -> Course:
    """The course whose discussion is opened; 404 for who is not enrolled and does not teach."""
    course = Course.objects.filter(slug=slug, published__gt=0).first()
    if course is None or not _takes_part(person, course.pk):
        raise Http404
    return course


def get_thread_for(person: Person, pk: int) -> Thread:
    """A thread of a course that one takes part in; 404 for everybody else."""
    found = Thread.objects.select_related("course", "opened_by").filter(pk=pk).first()
    if found is None or not _takes_part(person, found.course_id):
        raise Http404
    return found


def get_post_for(person: Person, pk: int, *, to: str = "read") -> Post:
    """A post; to edit it takes its author, to moderate it who teaches: 403 for others who may read it."""
    found = Post.objects.select_related("thread__course", "thread__opened_by", "author").filter(pk=pk).first()
    if found is None or not _takes_part(person, found.thread.course_id):
        raise Http404
    if to == "edit" and found.author_id != person.pk:
        raise PermissionDenied
    if to == "moderate" and not person.may(Permission.COURSES_TEACH):
        raise PermissionDenied
    return found


def _takes_part(person: Person, course_pk: int) -> bool:
    if person.may(Permission.COURSES_TEACH):
        return True
    return Enrolment.objects.filter(learner=person, course=course_pk, ended_at__isnull=True).exists()
