"""Everyone's first page, fitted to the role."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.care.patients.access import open_external
from mooring.care.patients.models import ExternalAccess
from mooring.desk.day import counts, doses_today, pipeline, running_out, site_checks
from mooring.desk.sessions_now import sessions_now
from mooring.identity.models import Person
from mooring.identity.packs import credential_kinds
from mooring.identity.roles import Permission, Role
from mooring.sentences.times import day_words, moment_words
from mooring.words.times import clock
from mooring.work.models import Task
from mooring.work.pages import SignedInRequest, page
from mooring.work.queries import first_tasks_of, next_asked, unread_messages

NEXT_SHOWN, MESSAGES_SHOWN = 12, 20


@dataclass(frozen=True)
class Row:
    """One task as a line of work: when, whose, what, why, and the next step."""

    task: Task
    pressing: bool

    @property
    def due(self) -> datetime:
        return self.task.due_at

    @property
    def when(self) -> str:
        """The due time on the clock of the task's site; the site is named where that is another clock."""
        here, site = timezone.localtime(self.task.due_at), self.task.site
        there = site.local(self.task.due_at)
        today = there.date() == site.today(timezone.now())
        words = clock(there) if today else f"{day_words(there.date())}, {clock(there)}"
        return words if there.utcoffset() == here.utcoffset() else f"{words} {site}"

    @property
    def who(self) -> str:
        return self.task.subject_name

    @property
    def what(self) -> str:
        return self.task.title

    @property
    def why(self) -> str:
        """The reason, and who is asked next and when."""
        task, reason = self.task, self.task.reason
        sentences = [reason if reason.endswith((".", "!", "?")) or not reason else f"{reason}."]
        if task.owner is None and task.escalated_at is None:
            sentences.append(_("No one is on duty for this. Whoever takes it first has it."))
        elif task.owner is None:
            sentences.append(_("No one answered in time, so everyone in this role is asked."))
        elif task.escalated_at is not None and task.owner_id == task.fallback_id:
            sentences.append(_("It is late, and there is no one else to ask."))
        elif task.escalated_at is not None:
            sentences.append(_("It was passed on to you because no one answered in time."))
        elif task.fallback is not None and task.escalate_at is not None:
            passes = _("If it is still open {time}, {name} is asked.")
            sentences.append(passes.format(time=moment_words(task.escalate_at), name=task.fallback))
        return " ".join(filter(None, sentences))

    @property
    def act(self) -> str:
        return self.task.act

    @property
    def act_url(self) -> str:
        return self.task.address

    @property
    def hand_over_url(self) -> str:
        return reverse("task-hand-over", args=[self.task.pk])


@dataclass(frozen=True)
class Section:
    """Tasks that are due in the same stretch of time."""

    id: str
    title: str
    rows: list[Row]


def my_work(request: SignedInRequest) -> HttpResponse:
    """Everyone's day: their tasks, patients by stage, today's doses, their messages."""
    person, now = request.user, timezone.now()
    live = sessions_now(person, now)
    if request.htmx and live.is_asked_again(request.GET.get("opening", "")):
        return page(request, "desk/sessions_now.html", {"live": live, "now": now})
    site = person.standing[0].site if person.standing else None
    tasks, count, overdue = first_tasks_of(person, now)
    next_mine = list(next_asked(person, now)[:NEXT_SHOWN])
    doses, doses_count = doses_today(person, site, now) if site else ([], 0)
    expiring = running_out(person, site, now) if site else []
    shared = shared_with(person)
    seen = [*(task.subject for task in [*tasks, *next_mine]), *(each.subject_ref for each in shared)]
    seen += [dose.cycle.subject_ref for dose in doses]
    saw(person, [*seen, *(row.session.subject_ref for row in live.rows if row.session is not None)])
    found = counts(person, now)
    context = {
        "now": now,
        "sections": _sections(list[Task](tasks), now),
        "count": count,
        "behind": count - len(tasks),
        "overdue": overdue,
        "live": live,
        "pipeline": pipeline(person, found.stages),
        "next_mine": next_mine,
        "doses": doses,
        "doses_count": doses_count,
        "doses_behind": doses_count - len(doses),
        "credentials": expiring,
        "kinds": credential_kinds([site]) if site and expiring else {},
        "unread": list(unread_messages(person)[:MESSAGES_SHOWN]),
        "site_checks": site_checks(person, found.credentials, now),
        "shared": shared,
        "steers": person.may(Permission.LEADS_WORK),
    }
    return page(request, "desk/my_work.html", context)


def shared_with(person: Person) -> list[ExternalAccess]:
    """The records that are open to a professional from outside; nothing is asked for anybody else."""
    if not any(held.role == Role.EXTERNAL for held in person.standing):
        return []
    return list(open_external(person).select_related("patient__person"))


def _sections(tasks: list[Task], now: datetime) -> list[Section]:
    midnight = datetime.combine(
        timezone.localtime(now).date() + timedelta(days=1), time(0), timezone.get_current_timezone()
    )
    rows = [Row(task, pressing=task.due_at < midnight) for task in tasks]
    return [
        Section("h-overdue", _("Overdue"), [row for row in rows if row.due < now]),
        Section("h-today", _("Today"), [row for row in rows if now <= row.due < midnight]),
        Section("h-later", _("Later"), [row for row in rows if row.due >= midnight]),
    ]
