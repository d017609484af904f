"""Reads of a session: its log folded, and what the pack that it began with makes of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from mooring.care.sessions.models import LogEntry, Session, SessionState
from mooring.care.treatments.models import Cycle
from mooring.care.treatments.queries import newest_facts
from mooring.content.pack import Pack
from mooring.content.schema.data import Datum, DatumType
from mooring.content.schema.monitoring import (
    DischargeCriteria,
    MonitoringPlan,
    Point,
    Repeat,
    Thresholds,
)
from mooring.content.schema.texts import Symptom
from mooring.content.trigger import keys, parse
from mooring.identity.models import Site
from mooring.identity.packs import parsed
from mooring.identity.queries import policy_in_force
from mooring.rules import discharge, monitoring, session_log
from mooring.rules.verdict import Fact, Refused, Standing, Verdict
from mooring.sentences.ranges import range_words

COMPUTED = frozenset({"systolic_rise_mmhg", "diastolic_rise_mmhg", "systolic_falling"})
"""Facts that `rules.discharge` works out from the readings, so that nobody is asked for them."""


def open_session_of(patient_id: int) -> Session | None:
    """The one open session of a patient, if there is one."""
    return (
        Session.objects.select_related("opened_by")
        .filter(patient_id=patient_id, state=SessionState.OPEN)
        .first()
    )


def session_of(cycle: Cycle) -> Session | None:
    """The session of a cycle; void ones aside."""
    return Session.objects.filter(cycle=cycle).exclude(state=SessionState.VOID).first()


def contact_window(site: Site, dosing_ends_at: datetime, at: datetime) -> tuple[datetime, datetime]:
    """From when until when the patient is to be reached after a dose, by the site's signed policy."""
    policy = policy_in_force(site, at)
    end = session_log.in_utc(dosing_ends_at)
    return (
        end + timedelta(hours=policy.contact_from_hours),
        end + timedelta(hours=policy.contact_until_hours),
    )


def entries_of(session: Session) -> list[LogEntry]:
    """Every entry with its author and its words, in the order in which they were stored."""
    return list(session.entries.select_related("by", "words", "corrects").order_by("id"))


def as_entry(row: LogEntry) -> session_log.Entry:
    """A row as the fold reads it: keys as text, the author by reference."""
    words = getattr(row, "words", None)
    return session_log.Entry(
        key=str(row.key),
        kind=row.kind,
        at=row.at,
        stored_at=row.stored_at,
        by=row.by.actor_ref,
        facts=row.facts,
        text=words.text if words else "",
        corrects=str(row.corrects.key) if row.corrects else "",
    )


@dataclass(frozen=True)
class Knowledge:
    """What the pack that a session began with says about it; a pack signed later changes nothing here."""

    pack: Pack
    plan: MonitoringPlan
    thresholds: Thresholds
    criteria: DischargeCriteria
    symptoms: tuple[Symptom, ...]

    @cached_property
    def signs(self) -> tuple[Datum, ...]:
        """The signs that the plan looks at, each with its name, unit and plausible range."""
        parts: list[Point | Repeat] = [*self.plan.points, *self.plan.repeats]
        names = dict.fromkeys(sign for part in parts for sign in part.signs)
        return tuple(self.pack.data[name] for name in names)

    @cached_property
    def asked(self) -> tuple[Datum, ...]:
        """What discharge asks for beyond the signs and what is computed from them."""
        product = self.plan.product
        wanted = [each for each in self.criteria.criteria if not each.products or product in each.products]
        names = dict.fromkeys(key for each in wanted for key in keys(parse(each.met)))
        measured = {each.key for each in self.signs} | COMPUTED
        return tuple(self.pack.data[name] for name in names if name not in measured)

    def symptom(self, code: str) -> Symptom | None:
        return next((each for each in self.symptoms if each.code == code), None)

    def checked_signs(self, values: Mapping[str, float | None]) -> dict[str, float]:
        """The signs that were given, each known and plausible; `Refused` with every fault."""
        given = {sign: float(value) for sign, value in values.items() if value is not None}
        known = {datum.key: datum for datum in self.signs}
        faults = [fault for sign, value in given.items() for fault in _fault(known.get(sign), sign, value)]
        if given.get("diastolic_mmhg", 0) >= given.get("systolic_mmhg", 1000):
            faults.append("The lower pressure is not below the upper one. Please look again.")
        if not given:
            faults.append("Nothing was read. Write at least one sign.")
        if faults:
            raise Refused(*faults)
        return given

    def checked_symptom(self, code: str, severity: int) -> dict[str, object]:
        """A symptom of the pack's list with a severity that it has; `Refused` otherwise."""
        symptom = self.symptom(code)
        if symptom is None:
            raise Refused(_("This symptom is not on the list that this session began with."))
        if not 1 <= severity <= len(symptom.severities):
            raise Refused(
                _("The severity of “{words}” is a number from 1 to {most}.").format(
                    words=symptom.words, most=len(symptom.severities)
                )
            )
        return {"code": code, "severity": severity}

    def checked_answers(self, answers: Mapping[str, object]) -> dict[str, object]:
        """Answers to what discharge asks for; left out where nothing was said. `Refused` with every fault."""
        known = {datum.key: datum for datum in self.asked}
        given = {key: value for key, value in answers.items() if value not in (None, "")}
        faults = [fault for key, value in given.items() for fault in _fault(known.get(key), key, value)]
        if not given:
            faults.append("Nothing was answered. Answer at least one question.")
        if faults:
            raise Refused(*faults)
        return given

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The effects that are part of the treatment."""
        return frozenset(each.code for each in self.symptoms if each.nature == "wanted")


def _fault(datum: Datum | None, key: str, value: object) -> list[str]:
    """What is wrong with a value, in words; nothing when it fits its datum."""
    if datum is None:
        return [_("“{key}” is not asked for in this session.").format(key=key)]
    if datum.type == DatumType.YES_NO:
        return [] if value in ("yes", "no") else [_("{title}: answer yes or no.").format(title=datum.title)]
    if datum.type == DatumType.NUMBER:
        low, high = datum.least, datum.most
        fits = isinstance(value, int | float) and math.isfinite(value)
        if fits and (low is None or value >= low) and (high is None or value <= high):  # type: ignore[operator]
            return []
        expected = range_words(low, high, datum.unit)
        return [_("{title}: expected {range}.").format(title=datum.title, range=expected)]
    return []


def knowledge_of(session: Session) -> Knowledge:
    """The knowledge that this session began with."""
    pack = parsed(session.pack)
    on = session.patient.site.today(session.opened_at)
    plan = pack.monitoring[session.monitoring]
    return Knowledge(
        pack=pack,
        plan=plan,
        thresholds=pack.thresholds.find(plan.thresholds, on),
        criteria=pack.discharge.find(plan.discharge, on),
        symptoms=pack.symptoms.in_force(on),
    )


@dataclass(frozen=True)
class Reading:
    """A session read at one moment: its log folded under its own knowledge."""

    session: Session
    knowledge: Knowledge
    state: session_log.SessionState
    now: datetime

    @cached_property
    def baseline(self) -> Mapping[str, float]:
        """The signs before the dose: the log's own, and what readiness measured where the log has none."""
        until = self.state.started_at or self.now
        measured = newest_facts(self.session.cycle, until)
        known = {datum.key for datum in self.knowledge.signs}
        from_readiness = {
            key: float(fact.value)
            for key, fact in measured.items()
            if key in known and isinstance(fact.value, int | float)
        }
        return {**from_readiness, **self.state.baseline}

    @cached_property
    def alerts(self) -> tuple[monitoring.Alert, ...]:
        patient = self.session.patient
        return session_log.alerts(
            self.state,
            self.knowledge.thresholds,
            baseline=self.baseline,
            age=patient.age_on(patient.site.today(self.session.opened_at)),
            jurisdiction=patient.site.jurisdiction,
        )

    @cached_property
    def looks(self) -> tuple[monitoring.Look, ...]:
        return session_log.looks(self.state, self.knowledge.plan, self.now)

    @cached_property
    def safety(self) -> session_log.SafetySummary:
        return session_log.safety(self.state, self.alerts, self.looks, self.knowledge.wanted)

    @cached_property
    def discharge(self) -> Verdict:
        """What stands between the patient and the door at this moment."""
        return discharge.assess(
            self.facts,
            self.knowledge.criteria,
            self.knowledge.plan,
            session_log.in_utc(self.now),
            started_at=self.state.started_at,
            ended_at=self.state.ended_at,
            baseline=self.baseline,
            product=self.knowledge.plan.product,
        )

    @property
    def facts(self) -> list[Fact]:
        """Readings and discharge checks of the recovery as dated facts.

        What was seen before the dose ended says nothing about having recovered from it.
        """
        since = self.state.ended_at
        measured = [
            Fact(sign, value, each.at, each.by, Standing.MEASURED)
            for each in self.state.readings
            for sign, value in each.values.items()
        ]
        asked = [
            Fact(key, value, each.at, each.by)
            for each in self.state.checks
            for key, value in each.facts.items()
        ]
        return [fact for fact in measured + asked if since and fact.dated and fact.dated >= since]


def read(session: Session, now: datetime, rows: list[LogEntry] | None = None) -> Reading:
    """The session as its log tells it at this moment."""
    rows = entries_of(session) if rows is None else rows
    state = session_log.fold(as_entry(row) for row in rows)
    return Reading(session, knowledge_of(session), state, now)
