"""A monitoring form filled out of the record: which field is read out of which fact.

A field that the record cannot answer stays open (`missing`) and is asked of the signer; nothing is guessed. A name of
more than two words, a question of judgement, a reading that nobody took: each is asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from mooring.care.observations.models import Medicine
from mooring.care.observations.queries import medicines_of
from mooring.care.papers.models import PracticeDetails
from mooring.care.papers.queries import practice_of
from mooring.care.safety.models import AdverseEvent, EnrolmentState
from mooring.care.safety.queries import events_of
from mooring.care.safety.queries.rems import enrolment_of
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.content.schema.regulation import FormField, PaperForm
from mooring.identity.models import Person
from mooring.rules.rems import split_name
from mooring.rules.session_log import VitalSigns
from mooring.words.numbers import plain_number

AT_40, AROUND_40 = 40, 10
"""The reading that the form calls "about 40 minutes after"; ten minutes either way is this program's own choice."""
SEDATED_BELOW = 5
DISSOCIATION = frozenset({"detached", "loss-of-reality", "floating"})
ESKETAMINE = "esketamine"
RESPIRATORY_DEPRESSION = "AE-RESPIRATORY-DEPRESSION@"
YES, NO = "yes", "no"


@dataclass(frozen=True)
class FilledForm:
    """A form as far as the record answers it: values by code, and the fields that somebody has to answer."""

    form: PaperForm
    values: Mapping[str, str]

    @property
    def missing(self) -> tuple[FormField, ...]:
        """What the record cannot answer, of the pages that were seen, the required ones first."""
        left = [field for field in self.form.fields if field.seen and not self.values.get(field.code)]
        return tuple(sorted(left, key=lambda field: not field.required))


@dataclass(frozen=True)
class Monitored:
    """What the record knows of one session, read once for all fields."""

    session: Session
    chart: SessionChart
    practice: PracticeDetails | None
    monitor: Person | None

    @cached_property
    def medicines(self) -> list[Medicine]:
        return list(medicines_of(self.session.patient))

    @cached_property
    def registered(self) -> list[AdverseEvent]:
        """What the register of adverse events holds of this dose."""
        return events_of(self.session.cycle)

    def minute(self, at: datetime | None) -> str:
        minute = None if at is None else self.chart.state.minute(at)
        return "" if minute is None else str(minute)

    @cached_property
    def given(self) -> list[VitalSigns]:
        started = self.chart.state.started_at
        return [signs for signs in self.chart.state.vitals if started and signs.at >= started]

    @cached_property
    def before(self) -> list[VitalSigns]:
        started = self.chart.state.started_at
        return [signs for signs in self.chart.state.vitals if started is None or signs.at < started]

    def takes(self, *classes: str) -> str:
        """Whether any of the medicines is of these classes; open where none is listed or one is not classified."""
        if any(code in medicine.classes for medicine in self.medicines for code in classes):
            return YES
        known = self.medicines and all(medicine.classified_at for medicine in self.medicines)
        return NO if known else ""


def monitored(session: Session, now: datetime) -> Monitored:
    """The session with its chart, the site's letterhead and who watched it."""
    chart = chart_of(session, now)
    pk = chart.watcher.rpartition(":")[2]
    return Monitored(session, chart, practice_of(session.patient.site), Person.objects.filter(pk=pk).first())


def filled(known: Monitored, form: PaperForm, answered: Mapping[str, str] | None = None) -> FilledForm:
    """The form with what the record says, and what a person `answered` where it says nothing."""
    values = {field.code: READ[field.code](known) if field.code in READ else "" for field in form.fields}
    for code, answer in (answered or {}).items():
        if not values.get(code):
            values[code] = answer
    return FilledForm(form, values)


def _name_part(person: Person | None, part: int) -> str:
    found = split_name(person.legal_name) if person else None
    return found[part] if found else ""


def _practice(name: str) -> Callable[[Monitored], str]:
    return lambda known: str(getattr(known.practice, name, "") or "")


def _first_treatment(known: Monitored) -> str:
    patient = known.session.patient
    earlier = Session.objects.filter(
        patient__in=patient.records, order__drug=ESKETAMINE, cycle__dosed_at__lt=known.session.opened_at
    ).exclude(state=SessionState.VOID)
    return NO if earlier.exclude(pk=known.session.pk).exists() else ""


def _enrolled(known: Monitored) -> str:
    """Yes where the enrolment stands; open where none does, since it may have been made elsewhere."""
    enrolment = enrolment_of(known.session.patient)
    return YES if enrolment is not None and enrolment.state == EnrolmentState.ENROLLED else ""


def _serious_event(known: Monitored) -> str:
    """Yes where the register holds a serious event of this dose; that there was none is a person's answer."""
    return YES if any(event.assessed.serious for event in known.registered) else ""


def _respiratory_depression(known: Monitored) -> str:
    named = any(event.term.startswith(RESPIRATORY_DEPRESSION) for event in known.registered)
    return YES if named else ""


def _treated_on(known: Monitored) -> str:
    started = known.chart.state.started_at
    return "" if started is None else known.session.patient.site.today(started).isoformat()


def _dose(known: Monitored) -> str:
    if known.chart.state.ended_at is None:
        return ""
    return plain_number(known.chart.administered.quantity.mg)


def _lots(known: Monitored) -> str:
    """Every device's lot; open while one device was entered without its lot."""
    worked = [part for part in known.chart.state.parts_given if not part.failed]
    if not worked or not all(part.lot for part in worked):
        return ""
    return ", ".join(known.chart.administered.lots)


def _pressure(readings: list[VitalSigns]) -> str:
    for signs in readings:
        pair = [signs.values.get(name) for name in ("systolic_mmhg", "diastolic_mmhg")]
        if pair[0] is not None and pair[1] is not None:
            return f"{plain_number(pair[0])}/{plain_number(pair[1])}"
    return ""


def _pressure_at_40(known: Monitored) -> str:
    near = [
        signs for signs in known.given if signs.minute is not None and abs(signs.minute - AT_40) <= AROUND_40
    ]
    return _pressure(sorted(near, key=lambda signs: abs((signs.minute or 0) - AT_40)))


def _pressure_after(known: Monitored) -> str:
    """The last pressure of the recovery: one that was taken while the dose was given answers nothing here."""
    ended = known.chart.state.ended_at
    return _pressure([signs for signs in reversed(known.given) if ended and signs.at >= ended])


def _acceptable_before(known: Monitored) -> str:
    started = known.chart.state.started_at
    if started is None or not _pressure(list(reversed(known.before))):
        return ""
    raised = [alert for alert in known.chart.alerts if alert.at < started]
    return "" if raised else YES


def _acceptable_after(known: Monitored) -> str:
    """Yes where the patient was discharged, the pressure stood in the recovery and no red alert was open."""
    if known.chart.state.discharged_at is None or not _pressure_after(known) or known.chart.open_reds:
        return ""
    return YES


def _oximetry(known: Monitored) -> str:
    return YES if any("spo2_percent" in signs.values for signs in known.given) else ""


def _sedation(known: Monitored) -> str:
    scores = [signs.values["moaas"] for signs in known.given if "moaas" in signs.values]
    drowsy = any(each.code == "drowsy" and each.severity > 0 for each in known.chart.state.symptoms)
    if drowsy or any(score < SEDATED_BELOW for score in scores):
        return YES
    return NO if scores else ""


def _dissociation(known: Monitored) -> str:
    seen = [each for each in known.chart.state.symptoms if each.code in DISSOCIATION and each.severity > 0]
    return YES if seen else ""


def _sedation_onset(known: Monitored) -> str:
    low = [signs for signs in known.given if signs.values.get("moaas", SEDATED_BELOW) < SEDATED_BELOW]
    return known.minute(low[0].at) if low else ""


def _sedation_resolved(known: Monitored) -> str:
    scored = [signs for signs in known.given if "moaas" in signs.values]
    low = [signs.at for signs in scored if signs.values["moaas"] < SEDATED_BELOW]
    after = [signs for signs in scored if low and signs.at > low[-1]]
    return known.minute(after[0].at) if after else ""


def _dissociation_onset(known: Monitored) -> str:
    seen = [each.at for each in known.chart.state.symptoms if each.code in DISSOCIATION and each.severity > 0]
    return known.minute(min(seen)) if seen else ""


def _ready_minutes(known: Monitored) -> str:
    """The first look at which everything but the time was met: the log is folded anew as it stood then."""
    state = known.chart.state
    if state.started_at is None or state.ended_at is None:
        return ""
    log = known.chart.log
    looked = sorted({row.entry.at for row in log.rows if row.entry.at > state.ended_at})
    for at in looked:
        then = chart_of(known.session, at, log.until(at))
        if all(finding.rule.endswith("/floor") for finding in then.discharge.findings):
            return str((at - state.started_at) // timedelta(minutes=1))
    return ""


READ: Mapping[str, Callable[[Monitored], str]] = {
    "first-name": lambda known: _name_part(known.session.patient.person, 0),
    "last-name": lambda known: _name_part(known.session.patient.person, 1),
    "birth-date": lambda known: known.session.patient.birth_date.isoformat(),
    "sex": lambda known: (
        "" if known.session.patient.sex_at_birth == "unknown" else known.session.patient.sex_at_birth
    ),
    "first-treatment": _first_treatment,
    "enrolled": _enrolled,
    "benzodiazepines": lambda known: known.takes("benzodiazepine"),
    "sedative-hypnotics": lambda known: known.takes("z-drug", "sedative-other", "sodium-oxybate"),
    "opioids": lambda known: known.takes("opioid"),
    "psychostimulants": lambda known: known.takes("stimulant"),
    "maois": lambda known: known.takes("maoi"),
    "monitor-first-name": lambda known: _name_part(known.monitor, 0),
    "monitor-last-name": lambda known: _name_part(known.monitor, 1),
    "monitor-phone": lambda known: (
        (known.monitor.phone if known.monitor else "") or known.session.patient.site.phone
    ),
    "monitor-email": lambda known: (known.monitor.email if known.monitor else "") or "",
    "setting-name": lambda known: known.session.patient.site.name,
    "setting-address-1": _practice("address_1"),
    "setting-address-2": _practice("address_2"),
    "setting-city": _practice("city"),
    "setting-state": _practice("region"),
    "setting-zip": _practice("postcode"),
    "treatment-date": _treated_on,
    "dose": _dose,
    "lot": _lots,
    "monitored-minutes": lambda known: known.minute(known.chart.state.discharged_at),
    "ready-minutes": _ready_minutes,
    "vitals-before": _acceptable_before,
    "vitals-after": _acceptable_after,
    "pressure-before": lambda known: _pressure(list(reversed(known.before))),
    "pressure-40": _pressure_at_40,
    "pressure-after": _pressure_after,
    "oximetry": _oximetry,
    "respiratory-depression": _respiratory_depression,
    "serious-event": _serious_event,
    "sedation": _sedation,
    "dissociation": _dissociation,
    "sedation-onset": _sedation_onset,
    "sedation-resolved": _sedation_resolved,
    "dissociation-onset": _dissociation_onset,
}
"""What is read out of the record, by the field's code. A code that is not here is asked of the signer."""
