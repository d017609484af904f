"""`mooring academy preview`: the real player on the author's own folder, with a database made for it.

The folder is only read. A look at its files before each page shows whether something changed; then the course
is stored again, the author moves to it, and the lint is asked anew. What cannot be read is said on the page.
"""

import argparse
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mooring.academy.courses.actions import preview_course
from mooring.academy.learning.actions import enrol, follow_versions, see_disclosures
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import COMMAND_LINE
from mooring.content.course.lint import LintReport, lint_course
from mooring.content.course.loader import CourseProblem, CourseUnreadable, load_course
from mooring.identity.actions import add_person, found_organisation, give_role, open_site
from mooring.identity.models import Person, Site
from mooring.identity.roles import Role
from mooring.references.bibliography import bibliography
from mooring.rules.verdict import Refused
from mooring.web import serving
from mooring.work.installation import make_installation
from mooring.work.mistakes import Mistake
from mooring.work.pages import page
from mooring.work.queries import is_demonstration
from mooring.work.schema import migrate

ONLY_THIS_MACHINE = "127.0.0.1"
Look = tuple[tuple[str, int, int], ...]


def run(given: argparse.Namespace, database: Path) -> int:
    """Serve the folder until told to stop, then throw the database away."""
    folder: Path = given.folder
    listen = serving.Listen(host=ONLY_THIS_MACHINE, port=given.port, workers=1)
    try:
        if not folder.is_dir():
            raise Mistake(f"{folder} is not a folder. Name the folder that holds course.yaml.")
        serving.require_free_port(listen)
        print("Making a place to look at it …", flush=True)
        migrate()
        make_author()
        print(f"Look at {listen.address}/ and reload it after each edit.", flush=True)
        return serving.serve(listen, demonstration=True)
    finally:
        shutil.rmtree(database.parent, ignore_errors=True)


def make_author() -> Person:
    """The one person of a preview, at a place that treats nobody."""
    at = timezone.now()
    make_installation(demonstration_day=at.date(), by=COMMAND_LINE, at=at)
    organisation = found_organisation(name="Preview", by=COMMAND_LINE, at=at)
    site = Site(
        organisation=organisation,
        name="Preview",
        time_zone="UTC",
        jurisdiction="US-OR",
        programme="therapy-clinic",
        phone="-",
        opens_at=time(8),
        closes_at=time(18),
        crisis_lines=[{"name": "No patient is treated here", "number": "-", "what": "this is a preview"}],
    )
    open_site(site=site, by=COMMAND_LINE, at=at)
    author = Person(legal_name="The author", email="author@preview.example", joined_at=at)
    add_person(person=author, by=COMMAND_LINE, at=at)
    give_role(person=author, role=Role.LEARNER, site=site, by=COMMAND_LINE, at=at)
    return author


@dataclass(frozen=True)
class Shown:
    """What the folder holds now: `enrolment` in what could be read last, and everything found."""

    look: Look
    problems: tuple[CourseProblem, ...] = ()
    advice: tuple[CourseProblem, ...] = ()
    unreadable: tuple[str, ...] = ()
    enrolment: Enrolment | None = None


class PreviewMiddleware:
    """Signs the author in, and follows the folder. It stands in the settings of a preview only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not is_demonstration():  # it lets anybody in, so it never stands before a clinic's records
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.folder, self.shown, self.lock = Path(settings.PREVIEW), Shown(look=()), Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        author = Person.objects.order_by("pk")[0]
        if not request.user.is_authenticated:
            login(request, author, backend="django.contrib.auth.backends.ModelBackend")
        with self.lock:
            look = looked_at(self.folder)
            if look != self.shown.look:
                self.shown = read_anew(self.folder, look, author, self.shown.enrolment)
        request.preview = self.shown  # type: ignore[attr-defined]
        if self.shown.unreadable:
            return page(request, "web/preview_unreadable.html", {"shown": self.shown}, status=422)
        if request.path == "/" and self.shown.enrolment is not None:
            return redirect("overview", self.shown.enrolment.pk)
        return self.get_response(request)


def looked_at(folder: Path) -> Look:
    """Names, sizes and times of all files: what tells cheaply whether anything was edited."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            known = path.stat()
            found.append((str(path), known.st_size, known.st_mtime_ns))
    return tuple(found)


def read_anew(folder: Path, look: Look, author: Person, before: Enrolment | None) -> Shown:
    """Store what the folder holds now and say what the lint says of it."""
    try:
        report = lint_of(folder)
        version = preview_course(folder=folder, by=author, at=timezone.now())
    except (CourseUnreadable, Refused) as fault:
        reasons = fault.problems if isinstance(fault, CourseUnreadable) else fault.reasons
        return Shown(look, unreadable=tuple(map(str, reasons)), enrolment=before)
    at = timezone.now()
    enrolment = Enrolment.objects.filter(learner=author, course=version.course).first()
    if enrolment is None:
        enrolment = enrol(learner=author, course=version.course, paid=False, by=author, at=at)
        enrolment = see_disclosures(enrolment=enrolment, by=author, at=at)
    else:
        follow_versions(course=version.course, by=author, at=at)
    return Shown(look, report.problems, report.advice, enrolment=enrolment)


def lint_of(folder: Path) -> LintReport:
    return lint_course(load_course(folder), references=bibliography(), day=timezone.now().date())
