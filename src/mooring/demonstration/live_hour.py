"""The demonstration's live hour: its open sessions go on by themselves, through the acts that people use.

`mooring demo` runs it beside the server. The first session has a bedside device that measures each second; the
second loses the network for four minutes now and then, and what was tapped meanwhile arrives late; the third has an
emergency open, and nobody else touches it. What is due and was not taken is taken a minute later by the colleague who
watches, so that whoever looks around may be quicker. After two hours a session is left alone.
"""

import math
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from mooring.care.sessions.actions import (
    end_dosing,
    make_device_code,
    pair_device,
    store_readings,
    write_entry,
)
from mooring.care.sessions.kinds.kind import Stage
from mooring.care.sessions.models import BedsideDevice, Session, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.demonstration.dosing import CURVE
from mooring.identity.models import Person
from mooring.rules.device_readings import DeviceReading
from mooring.rules.monitoring import ObservationState
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused

EVERY_S = 5
CUFF_EVERY_S = 30
TAKEN_AFTER = timedelta(minutes=1)
LEFT_ALONE_AFTER = timedelta(hours=2)
DROP_EVERY, DROP_LASTS = timedelta(minutes=15), timedelta(minutes=4)
SIGNS = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_per_min", "spo2_percent")


@dataclass
class LiveHour:
    """What goes on in the open sessions; called every few seconds."""

    sent: dict[int, datetime] = field(default_factory=dict)
    kept: list[tuple[int, datetime, dict[str, float]]] = field(default_factory=list)

    def turn(self, now: datetime) -> None:
        """One turn: whatever is due at this moment in any session."""
        for place, chart in enumerate(_going_on(now)):
            try:
                if place == 0:
                    self._measure(chart, now)
                if chart.emergency is None:
                    self._watch(chart, now, drops=place == 1)
            except Refused:
                continue  # somebody was quicker, or the session has moved on

    def _measure(self, chart: SessionChart, now: datetime) -> None:
        """The device: a reading each second since the last turn, one of ninety an artefact."""
        session = chart.session
        device = BedsideDevice.objects.filter(session=session, ended_at__isnull=True).first()
        if device is None or device.paired_at is None:
            by = _watcher(chart)
            made, _code = make_device_code(session=session, by=by, at=now)
            device, _token = pair_device(device=made, name="Monitor 2 (simulated)", by=by, at=now)
            self.sent.pop(session.pk, None)
        since = self.sent.get(session.pk, now - timedelta(seconds=EVERY_S))
        seconds = [
            since + timedelta(seconds=step)
            for step in range(1, min(int((now - since).total_seconds()), 60) + 1)
        ]
        if not seconds:
            return
        store_readings(device=device, readings=[self._reading(chart, at) for at in seconds], at=now)
        self.sent[session.pk] = seconds[-1]

    def _reading(self, chart: SessionChart, at: datetime) -> DeviceReading:
        second = int(at.timestamp())
        wave = math.sin(second / 7)
        values = _curve(chart, at)
        found = {
            "heart_rate_per_min": values["heart_rate_per_min"] + round(2 * wave),
            "spo2_percent": min(values["spo2_percent"] + round(wave / 2), 100.0),
            "respiratory_rate_per_min": 14.0 + round(wave),
        }
        if second % CUFF_EVERY_S == 0:
            found |= {sign: values[sign] for sign in ("systolic_mmhg", "diastolic_mmhg")}
        slipped = second % 90 == 0
        return DeviceReading(second, at, found | ({"spo2_percent": 61.0} if slipped else {}), slipped)

    def _watch(self, chart: SessionChart, now: datetime, *, drops: bool) -> None:
        if self._end(chart, now):
            return
        pressing = (ObservationState.DUE, ObservationState.OVERDUE)
        waiting = [
            each for each in chart.schedule if each.state in pressing and now - each.due_at > TAKEN_AFTER
        ]
        known = {at for pk, at, _values in self.kept if pk == chart.session.pk}
        if waiting and waiting[-1].due_at + TAKEN_AFTER not in known:
            self.kept.append((chart.session.pk, waiting[-1].due_at + TAKEN_AFTER, _curve(chart, now)))
        if not (drops and _is_dropped(chart, now)):
            self._send(chart, now)

    def _send(self, chart: SessionChart, now: datetime) -> None:
        """What was tapped, now that the network is there; entries of a drop come late, at their own times."""
        mine = [each for each in self.kept if each[0] == chart.session.pk]
        self.kept = [each for each in self.kept if each[0] != chart.session.pk]
        for _pk, at, values in mine:
            write_entry(
                session=chart.session,
                kind=EntryKind.VITALS,
                facts={**values, "respiratory_rate_per_min": 14, "moaas": 5},
                happened_at=min(at, now),
                key=uuid4(),
                sure=list(values),
                by=_watcher(chart),
                at=now,
            )

    def _end(self, chart: SessionChart, now: datetime) -> bool:
        """The infusion ends when its time is over."""
        started_at, planned = chart.state.started_at, chart.dose.form.planned_min
        if chart.stage != Stage.DOSING or started_at is None or not planned:
            return False
        if now < started_at + timedelta(minutes=planned + 1):
            return False
        end_dosing(
            session=chart.session,
            given_ml=chart.dose.quantity.ml,
            happened_at=now,
            key=uuid4(),
            by=_watcher(chart),
            at=now,
        )
        return True


def _going_on(now: datetime) -> list[SessionChart]:
    """The sessions in which a dose is going on or wearing off, the oldest first."""
    sessions = Session.objects.filter(
        state=SessionState.OPEN, opened_at__gt=now - LEFT_ALONE_AFTER
    ).select_related("patient__site", "cycle__treatment__patient__site", "order", "pack", "opened_by")
    charts = [chart_of(session, now) for session in sessions.defer("pack__body").order_by("id")]
    return [chart for chart in charts if chart.stage in (Stage.DOSING, Stage.RECOVERY)]


def _watcher(chart: SessionChart) -> Person:
    return Person.objects.get(pk=int(chart.watcher.rpartition(":")[2]))


def _curve(chart: SessionChart, at: datetime) -> dict[str, float]:
    """The signs of the made-up curve at the minute nearest to this moment."""
    minute = chart.state.minute(at) or 0
    _nearest, *values = min(CURVE, key=lambda row: abs(row[0] - minute))
    return {sign: float(value) for sign, value in zip(SIGNS, values, strict=True)}


def _is_dropped(chart: SessionChart, now: datetime) -> bool:
    since = now - (chart.state.started_at or now)
    return since % DROP_EVERY > DROP_EVERY - DROP_LASTS


def go_on(stopping: threading.Event) -> None:
    """Turn after turn until told to stop."""
    hour = LiveHour()
    while not stopping.wait(EVERY_S):
        hour.turn(timezone.now())
    connection.close()
