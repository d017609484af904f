"""Reads of a session: its log folded, and what the pack that it began with makes of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from uuid import UUID, uuid5

from django.utils import timezone

from mooring.audit.prepared import Prepared
from mooring.care.patients.models import Patient
from mooring.care.sessions.kinds.dosing_ended import whole
from mooring.care.sessions.kinds.kind import Stage
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.care.sessions.log import SessionLog, log_of, logs_of
from mooring.care.sessions.models import LogEntry, Session, SessionGroup, SessionState
from mooring.care.treatments.models import Cycle, ReadinessFact
from mooring.content.pack import Pack
from mooring.identity.models import Person, Site
from mooring.identity.packs import parsed
from mooring.identity.queries import policy_in_force
from mooring.rules import (
    discharge,
    monitoring,
    rems_programme,
    session_alerts,
    session_events,
    session_log,
    session_safety,
)
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.doses.ordered import OrderedDose
from mooring.rules.doses.parts import DosePart, complete, next_part, worked
from mooring.rules.doses.quantity import AdministeredDose, DoseQuantity
from mooring.rules.infusion import earliest_end
from mooring.rules.session_entry import in_utc
from mooring.rules.verdict import Fact, Standing, Verdict
from mooring.sentences.discharge import worded

A_MINUTE = timedelta(minutes=1)
"""An end is typed to the minute."""
MG_STEP = Decimal("0.1")


def open_session_of(patient: Patient) -> Session | None:
    """The one open session of a patient, if there is one."""
    return (
        Session.objects.select_related("opened_by")
        .filter(patient__in=patient.records, state=SessionState.OPEN)
        .first()
    )


def session_of(cycle: Cycle) -> Session | None:
    """The session of a cycle; void ones aside."""
    return Session.objects.filter(cycle=cycle).exclude(state=SessionState.VOID).first()


def contact_window(site: Site, dosing_ends_at: datetime, at: datetime) -> tuple[datetime, datetime]:
    """From when until when the patient is to be reached after a dose, by the site's signed policy."""
    policy = policy_in_force(site, at)
    end = in_utc(dosing_ends_at)
    return (
        end + timedelta(hours=policy.contact_from_hours),
        end + timedelta(hours=policy.contact_until_hours),
    )


ROOMS_SINCE = timedelta(days=90)
"""A room in which nothing took place for so long is no longer listed."""


def rooms_of(site_id: int) -> list[str]:
    """The rooms in which sessions of a site took place lately, by name."""
    since = timezone.now() - ROOMS_SINCE
    here = Session.objects.filter(patient__site=site_id, opened_at__gte=since).exclude(room="")
    return list(here.order_by("room").values_list("room", flat=True).distinct())


def knowledge_of(session: Session) -> SessionKnowledge:
    """The knowledge that this session began with, read out of its pack once in a process."""
    on = session.patient.site.today(session.opened_at)
    return knowledge_in(parsed(session.pack), session.monitoring, on)


@lru_cache(maxsize=16)
def knowledge_in(pack: Pack, monitoring_plan: str, on: date) -> SessionKnowledge:
    """A parsed pack never changes, so what it says of a plan on a day does not either."""
    plan = pack.monitoring[monitoring_plan]
    return SessionKnowledge(
        pack=pack,
        plan=plan,
        thresholds=pack.thresholds.find(plan.thresholds, on),
        criteria=pack.discharge.find(plan.discharge, on),
        symptoms=pack.symptoms.in_force(on),
        scripts=pack.scripts.in_force(on),
        standing_orders=pack.standing_orders.in_force(on),
    )


MEASURED = Prepared(
    lambda keys, moments: (
        ReadinessFact.objects.filter(cycle__in=keys, at__lte=moments[0])
        .order_by("at", "id")
        .values_list("key", "value")
    )
)
"""What readiness asked and measured until a moment, the newest last; who and when is not asked at each tap."""


@dataclass(frozen=True)
class SessionChart:
    """A session at one moment: its log folded under its own knowledge."""

    session: Session
    knowledge: SessionKnowledge
    log: SessionLog
    now: datetime
    readiness: Mapping[str, object] | None = None
    """What readiness measured, by key, where it was read together with other sessions'."""

    @property
    def state(self) -> session_log.FoldedSession:
        """What the log says."""
        return self.log.folded

    @property
    def names(self) -> Mapping[str, str]:
        """What the authors of the log are called, by reference."""
        return self.log.names

    @cached_property
    def baseline(self) -> Mapping[str, float]:
        """The signs before the dose: the log's own, and what readiness measured where the log has none."""
        until = self.state.started_at or self.now
        measured = self.readiness
        if measured is None:
            measured = dict(MEASURED.rows((self.session.cycle_id,), until))
        known = {datum.key for datum in self.knowledge.signs}
        from_readiness = {
            key: float(value)
            for key, value in measured.items()
            if key in known and isinstance(value, int | float)
        }
        return {**from_readiness, **self.state.baseline}

    @cached_property
    def alerts(self) -> tuple[monitoring.Alert, ...]:
        """What the session called for until now; worked out once for a log, save for what only the time brings."""
        patient, thresholds, baseline = self.session.patient, self.knowledge.thresholds, self.baseline
        age = patient.age_on(patient.site.today(self.session.opened_at))
        jurisdiction = patient.site.jurisdiction
        under = (thresholds.key, tuple(sorted(baseline.items())), age, jurisdiction)
        cued = self.log.cued[under] = session_alerts.cued(
            self.state,
            thresholds,
            baseline=baseline,
            age=age,
            jurisdiction=jurisdiction,
            before=self.log.cued.get(under),
        )
        return session_alerts.alerts_at(self.state, cued, self.now)

    @cached_property
    def open_reds(self) -> tuple[monitoring.Alert, ...]:
        """The red alerts that nobody acknowledged yet."""
        return tuple(
            alert for alert in self.alerts if alert.sounds and alert.key not in self.state.acknowledged
        )

    @cached_property
    def calls(self) -> tuple[session_events.Call, ...]:
        """What the patient asked for at the tablet."""
        return session_events.calls(self.state.lines)

    @cached_property
    def open_calls(self) -> tuple[session_events.Call, ...]:
        """What the patient asked for and nobody answered yet."""
        return tuple(call for call in self.calls if call.answered_at is None)

    @cached_property
    def emergency(self) -> session_events.Emergency | None:
        """The emergency that is under way; of several, the first."""
        found = session_events.emergencies(self.state.lines)
        return next((emergency for emergency in found if emergency.over_at is None), None)

    @cached_property
    def watcher(self) -> str:
        """Who takes the observations, by reference: who took over last, started the dose, or opened the session."""
        return session_events.watcher(self.state.lines) or f"identity.person:{self.session.opened_by_id}"

    @property
    def watcher_name(self) -> str:
        return self.names.get(self.watcher) or self.session.opened_by.name

    @property
    def sitter_name(self) -> str:
        """Who sits with the patient; empty while nobody said so."""
        return self.names.get(session_events.sitter(self.state.lines), "")

    @cached_property
    def true_end(self) -> datetime | None:
        """The end of dosing that the volume given allows: never earlier than the rate can have given it."""
        started_at, ended_at, form = self.state.started_at, self.state.ended_at, self.dose.form
        if started_at is None or ended_at is None or not self.state.given_ml:
            return ended_at
        if not isinstance(form, InfusionDose):
            return ended_at
        given_ml = Decimal(self.state.given_ml)
        return max(ended_at, earliest_end(started_at, given_ml, form.rate_ml_per_h) - A_MINUTE)

    @cached_property
    def dose(self) -> OrderedDose:
        """What the order says, whatever its shape."""
        return self.session.order.ordered

    @property
    def next_part(self) -> DosePart | None:
        """The part that is given next, where the dose has parts."""
        return next_part(self.dose.parts, self.state.parts_given)

    @cached_property
    def administered(self) -> AdministeredDose:
        """What was given so far: of an infusion what its end says, else the parts that worked."""
        order, parts = self.session.order, worked(self.state.parts_given)
        if isinstance(self.dose.form, InfusionDose):
            ml = Decimal(self.state.given_ml or 0)
            mg = (ml * self.dose.form.concentration_mg_per_ml).quantize(MG_STEP)
            return AdministeredDose(order.drug, order.presentation, DoseQuantity(mg, ml=ml))
        counted = self.dose.form.read_back.what == "count"
        quantity = DoseQuantity(
            sum((part.mg for part in parts), Decimal(0)),
            ml=None if counted else sum((part.ml or Decimal(0) for part in parts), Decimal(0)),
            count=len(parts) if counted else None,
        )
        lots = tuple(dict.fromkeys(part.lot for part in self.state.parts_given if part.lot))
        return AdministeredDose(order.drug, order.presentation, quantity, lots)

    @property
    def given_whole(self) -> bool:
        """Whether all that was ordered was given; an optional booster is not missed."""
        if isinstance(self.dose.form, InfusionDose):
            return whole(Decimal(self.state.given_ml or 0), self.dose.form.volume_ml)
        return complete(self.dose.parts, self.state.parts_given)

    @cached_property
    def schedule(self) -> tuple[monitoring.ScheduledObservation, ...]:
        return session_log.schedule(self.state, self.knowledge.plan, self.now, alerts=self.alerts)

    @cached_property
    def overdue(self) -> tuple[monitoring.ScheduledObservation, ...]:
        """What fell due since the last vital signs and was not taken; a later one that falls due hides none."""
        if self.stage not in (Stage.DOSING, Stage.RECOVERY) or self.state.started_at is None:
            return ()
        since = max([self.state.started_at, *(signs.at for signs in self.state.vitals)])
        return tuple(
            each
            for each in self.schedule
            if each.state == monitoring.ObservationState.OVERDUE
            or (each.state == monitoring.ObservationState.MISSED and each.due_at > since)
        )

    @cached_property
    def safety(self) -> session_safety.SafetySummary:
        return session_safety.safety(self.state, self.alerts, self.schedule, self.knowledge.wanted)

    @cached_property
    def discharge(self) -> Verdict:
        """What stands between the patient and the door at this moment."""
        verdict = discharge.assess(
            self.facts,
            self.knowledge.criteria,
            self.knowledge.plan,
            in_utc(self.now),
            started_at=self.state.started_at,
            ended_at=self.true_end,
            baseline=self.baseline,
            alerts=self.alerts,
            acknowledged=self.state.acknowledged,
        )
        return worded(verdict)

    @cached_property
    def facts(self) -> list[Fact]:
        """Vital signs and discharge checks of the recovery as dated facts.

        What was observed before the dose ended says nothing about having recovered from it.
        """
        since = self.state.ended_at
        measured = [
            Fact(sign, value, signs.at, signs.by, Standing.MEASURED)
            for signs in self.state.vitals
            for sign, value in signs.values.items()
        ]
        asked = [
            Fact(key, value, check.at, check.by)
            for check in self.state.discharge_answers
            for key, value in check.answers.items()
        ]
        return [fact for fact in measured + asked if since and fact.dated and fact.dated >= since]

    @cached_property
    def monitoring_facts(self) -> rems_programme.MonitoringFacts | None:
        """What the monitoring form of esketamine's safety programme asks; None for other products."""
        if self.knowledge.plan.product != "esketamine":
            return None
        known, now = self.knowledge, in_utc(self.now)
        ready_at = discharge.ready_at(
            self.facts, known.criteria, known.plan, now, ended_at=self.true_end, baseline=self.baseline
        )
        left = None if self.state.discharged_at is None else True
        return rems_programme.monitoring_facts(self.state, self.alerts, ready_at, discharge_open=left)

    @property
    def stage(self) -> Stage:
        """Where the session stands, as its log tells it."""
        if self.state.started_at is None:
            return Stage.BEFORE
        if self.state.ended_at is None:
            return Stage.DOSING
        return Stage.RECOVERY if self.state.discharged_at is None else Stage.DISCHARGED


def chart_of(session: Session, now: datetime, log: SessionLog | None = None) -> SessionChart:
    """The session as its log tells it at this moment; `log` where it was read already."""
    return SessionChart(session, knowledge_of(session), log_of(session.pk) if log is None else log, now)


OPEN_SESSIONS = Prepared(
    lambda keys, moments: (
        Session.objects.filter(state=SessionState.OPEN, patient__site__in=keys)
        .select_related("patient__person", "order__weight", "pack", "opened_by")
        .defer("pack__body")
        .order_by("opened_at", "id")
    )
)


def live_charts(sites: Iterable[Site], at: datetime) -> list[SessionChart]:
    """The open sessions of these sites, each with its log; four statements, however many there are."""
    known = {site.pk: site for site in sites}
    sessions: list[Session] = OPEN_SESSIONS.records(list(known)) if known else []
    if not sessions:
        return []
    for session in sessions:
        session.patient.site = known[session.patient.site_id]
    logs = logs_of(session.pk for session in sessions)
    measured: dict[int, dict[str, object]] = {session.cycle_id: {} for session in sessions}
    signs = {datum.key for session in sessions for datum in knowledge_of(session).signs}
    facts = ReadinessFact.objects.filter(cycle__in=measured, at__lte=at, key__in=signs).order_by("at", "id")
    for cycle, key, value in facts.values_list("cycle", "key", "value"):
        measured[cycle][key] = value
    return [
        SessionChart(session, knowledge_of(session), logs[session.pk], at, measured[session.cycle_id])
        for session in sessions
    ]


OPEN_GROUPS = Prepared(
    lambda sites, moments: SessionGroup.objects.filter(site__in=sites, closed_at=None).order_by("-opened_at")
)


def open_groups(sites: Sequence[int]) -> list[SessionGroup]:
    """The groups that are under way at these sites (ids), the newest first."""
    return OPEN_GROUPS.records(sites) if sites else []


def shared_key(key: UUID, session: int) -> UUID:
    """The key of a group's line in one record; the line itself was sent under `key`."""
    return uuid5(key, str(session))


def shared_entries(group: SessionGroup, key: UUID, by: Person) -> list[LogEntry]:
    """What this person wrote for all of a group under this key, and what still stands of it."""
    keys = [shared_key(key, session) for session in group.places.values_list("session", flat=True)]
    standing = LogEntry.objects.filter(key__in=keys, by=by, corrected_by__isnull=True)
    joined = standing.select_related("session__patient__site", "session__pack", "session__order", "words")
    return list(joined.defer("session__pack__body"))
