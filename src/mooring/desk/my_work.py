"""Everyone's first page, fitted to the role."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.desk.day import doses_today, pipeline, running_out, sites_standing
from mooring.identity.packs import credential_kinds
from mooring.identity.roles import Permission
from mooring.sentences.times import day_words, moment_words
from mooring.words.times import clock
from mooring.work.models import Task
from mooring.work.pages import SignedInRequest, page
from mooring.work.queries import next_asked, tasks_of, unread_messages

SHOWN = 25
"""So many tasks stand on the page, the soonest first; nobody works off more before looking again."""


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
        task, said = self.task, [self.task.reason]
        if task.owner is None and task.escalated_at is None:
            said.append(_("Nobody is on duty for this; whoever takes it first has it."))
        elif task.owner is None:
            said.append(_("Nobody had answered in time, so everyone in the role is asked."))
        elif task.escalated_at is not None and task.owner_id == task.fallback_id:
            said.append(_("It is late, and nobody else can be asked."))
        elif task.escalated_at is not None:
            said.append(_("It was passed on because nobody had answered."))
        elif task.fallback is not None and task.escalate_at is not None:
            when = moment_words(task.escalate_at)
            said.append(
                _("If nobody has by %(when)s, %(name)s is asked.") % {"when": when, "name": task.fallback}
            )
        return " ".join(filter(None, said))

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
    """Everyone's day: what is theirs, how many stand where, today's doses, what was said to them."""
    person, now = request.user, timezone.now()
    site = person.standing[0].site if person.standing else None
    mine = tasks_of(person, now)
    tasks = list(mine[:SHOWN])
    counts = mine.aggregate(all=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)))
    next_mine = list(next_asked(person, now)[:12])
    doses, doses_count = doses_today(person, site, now) if site else ([], 0)
    ending = running_out(person, site, now) if site else []
    shown = [*tasks, *next_mine]
    saw(person, [*(each.subject for each in shown), *(each.cycle.subject_ref for each in doses)])
    sections = _sections(tasks, now)
    context = {
        "now": now,
        "sections": sections,
        "count": counts["all"],
        "behind": counts["all"] - len(tasks),
        "overdue": counts["overdue"],
        "pipeline": pipeline(person, now),
        "next_mine": next_mine,
        "doses": doses,
        "doses_count": doses_count,
        "doses_behind": doses_count - len(doses),
        "credentials": ending,
        "kinds": credential_kinds([site]) if site and ending else {},
        "unread": list(unread_messages(person)[:20]),
        "sites_standing": sites_standing(person, now),
        "steers": person.may(Permission.LEADS_WORK),
    }
    return page(request, "desk/my_work.html", context)


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
