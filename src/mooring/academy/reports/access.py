"""Who may make and open reports: whoever manages credit, for the people at their sites."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mooring.academy.courses.models import Course
from mooring.academy.reports.models import Report, ReportJob
from mooring.audit.looking import saw
from mooring.identity.access import must_hold
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_course_to_report(person: Person, slug: str) -> Course:
    """A published course, for who manages credit; 403 for everybody else, 404 when there is none."""
    must_hold(person, Permission.CREDITS_MANAGE)
    found = Course.objects.filter(slug=slug, published__gt=0).first()
    if found is None:
        raise Http404
    return found


def get_report_for(person: Person, pk: int) -> Report:
    """A report that somebody at one's own sites made; opening it leaves a row for everyone in it."""
    if not person.may(Permission.CREDITS_MANAGE):
        raise PermissionDenied
    found = reports_for(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    subjects = {each.subject_ref for each in found.credits.select_related("certificate__learner")}
    if subjects:
        saw(person, sorted(subjects))
    return found


def get_job_for(person: Person, pk: int) -> ReportJob:
    """A report that is being made, for who asked for it."""
    must_hold(person, Permission.CREDITS_MANAGE)
    found = ReportJob.objects.select_related("course", "report").filter(pk=pk, asked_by=person).first()
    if found is None:
        raise Http404
    return found


def reports_for(person: Person) -> "QuerySet[Report]":
    """Reports made by people at the sites where `person` manages credit."""
    must_hold(person, Permission.CREDITS_MANAGE)
    makers = learners_for(person)
    return (
        Report.objects.select_related("course", "made_by")
        .filter(made_by__in=makers.values("pk"))
        .order_by("-made_at", "-pk")
    )


def latest_day_for(person: Person, at: datetime) -> date:
    """Today at the sites where `person` manages credit; where it is two days there, the later one, so that nobody is left out."""
    sites = person.sites_where(Permission.CREDITS_MANAGE)
    return max(held.site.today(at) for held in person.standing if held.site_id in sites)


def learners_for(person: Person) -> "QuerySet[Person]":
    """The people who hold, or held, a role at the sites where `person` manages credit."""
    sites = person.sites_where(Permission.CREDITS_MANAGE)
    return Person.objects.filter(roles__site__in=sites).distinct()
