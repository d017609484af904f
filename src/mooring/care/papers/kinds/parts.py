"""Parts that several papers share, each read out of a session's chart."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.care.safety.queries import events_of
from mooring.care.sessions.kinds import entry_in_words
from mooring.care.sessions.kinds.intervention import intervention_words
from mooring.care.sessions.kinds.symptom import severity_words
from mooring.care.sessions.kinds.vitals import vitals_table
from mooring.care.sessions.queries import SessionChart
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.sentences.alerts import alert_says
from mooring.sentences.doses import quantity_words
from mooring.sentences.times import clock_words, dated_moment_words, full_day_words
from mooring.work.documents.sheet import SheetSection

Facts = tuple[tuple[str, str], ...]


def not_recorded() -> str:
    return _("not recorded")


def dose_facts(chart: SessionChart) -> Facts:
    """What was ordered and what was given, from start to stop."""
    order, state = chart.session.order, chart.state
    given = (
        quantity_words(chart.administered.quantity, chart.session.order.shape)
        if state.ended_at
        else _("dosing has not ended")
    )
    facts = [
        (_("Medicine"), order.drug),
        (_("Route"), order.route),
        (_("Ordered"), order.dose_words),
        (_("Given"), given),
    ]
    if chart.administered.lots:
        facts.append((_("Lots"), ", ".join(chart.administered.lots)))
    return (*facts, *times(chart))


def times(chart: SessionChart) -> Facts:
    """Start, stop, discharge and the minutes of observation; what has not happened is said."""
    state = chart.state
    moments = (
        (_("Started"), state.started_at),
        (_("Dosing ended"), state.ended_at),
        (_("Discharged"), state.discharged_at),
    )
    facts = [(name, dated_moment_words(at) if at else _("not yet")) for name, at in moments]
    minutes = observed_minutes(chart)
    if minutes is not None:
        facts.append((_("Observed"), ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)))
    return tuple(facts)


def observed_minutes(chart: SessionChart) -> int | None:
    """Whole minutes from the start of the dose to the discharge."""
    state = chart.state
    return state.minute(state.discharged_at) if state.discharged_at else None


def given_minutes(chart: SessionChart) -> int:
    """Whole minutes of the giving, start to stop; 0 while it has not ended."""
    state = chart.state
    return (state.minute(state.ended_at) or 0) if state.ended_at else 0


def vitals_section(chart: SessionChart) -> SheetSection:
    """Every set of vital signs as a table, the first one first."""
    return vitals_table(_("Vital signs"), chart.state.vitals, chart.knowledge)


def event_lines(chart: SessionChart) -> tuple[str, ...]:
    """Alerts, adverse effects and interventions, as the log holds them; empty only where it holds none."""
    found = [f"{clock_words(alert.at)}: {alert_says(alert)}" for alert in chart.safety.alerts]
    for symptom in chart.safety.symptoms:
        item = chart.knowledge.symptom(symptom.code)
        found.append(
            f"{clock_words(symptom.at)}: {item.words if item else symptom.code}, {severity_words(symptom.severity)}"
        )
    for done in chart.safety.interventions:
        found.append(f"{clock_words(done.at)}: {intervention_words(done.what)} {done.text}".strip())
    return (*found, *emergency_lines(chart))


def registered_lines(chart: SessionChart) -> tuple[str, ...]:
    """The events of the register that belong to this dose, as they are assessed now; withdrawn ones are none."""
    return tuple(
        _("{reference}, {event}, from {onset}: {grade}, {serious}; outcome: {outcome}").format(
            reference=event.reference,
            event=event.words,
            onset=dated_moment_words(event.onset_at, event.site.zone),
            grade=event.assessed.grade_words,
            serious=event.assessed.why_words or _("not serious"),
            outcome=event.assessed.get_outcome_display(),
        )
        for event in events_of(chart.session.cycle)
    )


def log_line(entry: LoggedEntry, chart: SessionChart) -> str:
    """An entry of the log with its time, as the session's own log says it."""
    return f"{clock_words(entry.at)}: {entry_in_words(entry, chart.knowledge)} {entry.text}".strip()


def emergency_lines(chart: SessionChart) -> tuple[str, ...]:
    """The emergency and every step of it, in the words of the log."""
    wanted = (EntryKind.EMERGENCY, EntryKind.EMERGENCY_STEP, EntryKind.EMERGENCY_OVER, EntryKind.DEBRIEF)
    return tuple(
        log_line(line.entry, chart)
        for line in chart.state.lines
        if line.entry.kind in wanted and not line.struck
    )


def safety_section(chart: SessionChart) -> SheetSection:
    """What happened; “no events” stands there only where neither the log nor the register holds one."""
    found = (*event_lines(chart), *registered_lines(chart))
    return SheetSection(
        _("What happened"),
        (),
        found
        or (_("No alert, adverse effect or intervention stands in the log, and no event in the register."),),
    )


def open_points(chart: SessionChart) -> tuple[str, ...]:
    """What a paper of this session cannot say yet."""
    state, found = chart.state, []
    if state.started_at is None:
        found.append(_("Dosing has not started; nothing was given."))
    elif state.ended_at is None:
        found.append(_("Dosing has not ended; how much was given is not known yet."))
    if state.discharged_at is None:
        found.append(_("The patient was not discharged yet."))
    if chart.session.signed_off_at is None:
        found.append(_("The session is not signed off."))
    return tuple(found)


def day_of(chart: SessionChart) -> str:
    """The day of the dose, in words."""
    site = chart.session.patient.site
    return full_day_words(site.today(chart.state.started_at or chart.session.opened_at))
