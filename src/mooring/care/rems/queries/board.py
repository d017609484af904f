"""Which sessions owe a form, by days left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from mooring.care.patients.models import Patient
from mooring.care.rems.models import MonitoringForm
from mooring.care.rems.queries.filling import ESKETAMINE
from mooring.care.sessions.models import Session, SessionState
from mooring.content.loader import load
from mooring.content.schema.regulation import PaperForm
from mooring.identity.models import Site
from mooring.rules.limits import limit_of
from mooring.rules.rems import FormClock, FormStanding, clock_of

LIMIT = "rems-monitoring"
MONITORING = "rems-monitoring"


@dataclass(frozen=True)
class DosedSession:
    """A session that was dosed: its clock, and the form that stands for it."""

    session: Session
    clock: FormClock
    form: MonitoringForm | None

    @property
    def mark(self) -> str:
        return {
            FormStanding.OVERDUE: "overdue",
            FormStanding.LAST_DAY: "due",
            FormStanding.OPEN: "planned",
            FormStanding.SENT: "passed",
        }[self.clock.standing]


def edition_for(site: Site, form: str, on: date) -> PaperForm | None:
    """The edition of a form that was valid at the site on a day."""
    for edition in load().forms.in_force(on):
        if edition.form == form and edition.applies.fits(ESKETAMINE, "", site.jurisdiction, ""):
            return edition
    return None


def treated_on(session: Session) -> date:
    """The day of the dose on the site's own calendar."""
    return session.patient.site.today(session.cycle.dosed_at or session.opened_at)


def clock_for(session: Session, today: date, *, sent: bool) -> FormClock | None:
    """The clock of a session's form; None where no programme asks for one."""
    day = treated_on(session)
    limit = limit_of(load(), LIMIT, day, session.patient.site.jurisdiction, ESKETAMINE)
    if limit is None or limit.days is None:
        return None
    return clock_of(day, limit.days, today, sent=sent)


def standing_form(session: Session) -> MonitoringForm | None:
    """The newest form of a session: the one that no later one replaced."""
    forms = MonitoringForm.objects.filter(session=session, replaced_by__isnull=True)
    return forms.select_related("signed_by", "sent_by", "confirmed_by", "replaces").first()


def dosed_sessions(sites: Iterable[int]) -> "QuerySet[Session]":
    """Sessions in which esketamine was given, void ones aside."""
    return (
        Session.objects.filter(patient__site__in=list(sites), order__drug=ESKETAMINE)
        .filter(cycle__dosed_at__isnull=False)
        .exclude(state=SessionState.VOID)
        .select_related("patient__person", "patient__site", "cycle", "order", "opened_by")
        .order_by("cycle__dosed_at", "id")
    )


def owed_sessions(sites: Iterable[int]) -> "QuerySet[Session]":
    """Those whose standing form was not sent yet, or that have none."""
    sent = MonitoringForm.objects.filter(sent_at__isnull=False, replaced_by__isnull=True)
    return dosed_sessions(sites).exclude(pk__in=sent.values("session"))


def board_of(sites: Iterable[int], at: datetime) -> list[DosedSession]:
    """Every session that owes a form, fewest days first; those in progress among them."""
    rows = _with_forms(owed_sessions(sites), at)
    return sorted(rows, key=lambda row: (row.clock.days_left, row.session.pk))


def forms_of(patient: Patient, at: datetime) -> list[DosedSession]:
    """Every session of a patient in which esketamine was given, the newest first, with its standing form."""
    return _with_forms(dosed_sessions([patient.site_id]).filter(patient__in=patient.records), at)[::-1]


def _with_forms(found: "QuerySet[Session]", at: datetime) -> list[DosedSession]:
    """Sessions with their clocks and standing forms; without those of which no programme asks for a form."""
    sessions = list(found)
    standing = MonitoringForm.objects.filter(session__in=sessions, replaced_by__isnull=True)
    forms, rows = {form.session_id: form for form in standing}, []
    for session in sessions:
        form = forms.get(session.pk)
        sent = form is not None and form.sent_at is not None
        clock = clock_for(session, session.patient.site.today(at), sent=sent)
        if clock is not None:
            rows.append(DosedSession(session, clock, form))
    return rows


def sent_forms(sites: Iterable[int], most: int) -> list[MonitoringForm]:
    """The forms that were sent last."""
    rows = MonitoringForm.objects.filter(session__patient__site__in=list(sites), sent_at__isnull=False)
    return list(
        rows.select_related("session__patient__person", "patient__person", "sent_by").order_by("-sent_at")[
            :most
        ]
    )
