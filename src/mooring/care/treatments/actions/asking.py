"""What a treatment asks its patient for: the lines of its plan, what is due by them, and the clock that sends it.

draft_treatment    plans what the signed pack's schedules say
sign, dose, decide lay it out again over the doses
the clock          asks by link; a patient who does not answer becomes a task (`ask_measure`)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.care.measures.actions import ask_measure
from mooring.care.measures.models import Asked
from mooring.care.measures.queries import instruments_of_a_plan, open_asked, patient_answers, rating_kind
from mooring.care.treatments.models import (
    AskedWhen,
    MeasureDue,
    PlannedMeasure,
    Treatment,
)
from mooring.care.treatments.queries.asking import asking_ended, doses_for_asking, lines_for_asking
from mooring.content.pack import Pack
from mooring.content.schema.instruments import Instrument
from mooring.content.schema.schedules import OUTCOME
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.asking import due_moments
from mooring.rules.screening import Setting
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, best_channel, make_task
from mooring.work.chores import each_alone
from mooring.work.models import Channel

ANSWER_WITHIN = timedelta(hours=24)
LATE_AT_MOST = timedelta(days=3)
"""How late something is still asked, where the clock stood still or a plan lies behind. Both are design defaults."""
BATCH = 100
CANNOT = "planned-measure"


@dataclass(frozen=True, kw_only=True)
class AskingPlan:
    """One line as it is typed: the instrument's id, `when` of `AskedWhen`, hours from the dose, every so many doses."""

    instrument: str
    when: str
    hours: int
    every_doses: int = 1


def plan_by_schedules(treatment: Treatment, pack: Pack, where: Setting, by: Person, at: datetime) -> None:
    """Within the draft: the lines that the pack's schedules ask for in a treatment of this kind."""
    outcome = treatment.measure.partition("@")[0]
    lines = {
        (outcome if asked.instrument == OUTCOME else asked.instrument, asked.when, asked.hours): asked
        for schedule in pack.schedules.in_force(treatment.patient.site.today(at))
        if schedule.applies.fits(where.product, where.route, where.jurisdiction, where.setting)
        for asked in schedule.asks
    }
    for (instrument, when, hours), asked in lines.items():
        PlannedMeasure.objects.create(
            treatment=treatment,
            instrument=instrument,
            when=when,
            hours=hours,
            every_doses=asked.every_doses,
            by=by,
            at=at,
        )


@recorded("care.treatments.measure-planned")
def plan_measure(*, treatment: Treatment, line: AskingPlan, by: Person, at: datetime) -> PlannedMeasure:
    """Add a line to the plan of questionnaires; it counts from now on."""
    site = treatment.patient.site
    if asking_ended(treatment):
        raise Refused(_("Nothing is asked in this treatment any more."))
    if line.instrument not in instruments_of_a_plan(site, at):
        raise Refused(_("This questionnaire is not in the signed pack in force. Choose one that is."))
    if line.when not in AskedWhen.values or line.hours < 0 or line.every_doses < 1:
        raise Refused(_("Enter when it is asked: before or after a dose, and by how much."))
    try:
        with transaction.atomic():
            made = PlannedMeasure.objects.create(
                treatment=treatment,
                instrument=line.instrument,
                when=line.when,
                hours=line.hours,
                every_doses=line.every_doses,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise Refused(_("The plan asks for this already.")) from error
    lay_out(treatment, at)
    note(target=made, instrument=made.instrument, when=made.when, hours=made.hours)
    return made


@recorded("care.treatments.measure-unplanned")
def unplan_measure(*, planned: PlannedMeasure, by: Person, at: datetime) -> PlannedMeasure:
    """End a line of the plan; what was asked by it stays."""
    ended = PlannedMeasure.objects.filter(pk=planned.pk, ended_at__isnull=True).update(
        ended_at=at, ended_by=by
    )
    if ended != 1:
        raise Refused(_("A colleague took this out of the plan a moment ago."))
    planned.refresh_from_db()
    lay_out(planned.treatment, at)
    note(instrument=planned.instrument)
    return planned


def lay_out(treatment: Treatment, at: datetime) -> None:
    """Within an act that changed the plan or a dose: what is due by the plan now; what is not any more is dropped.

    What was dropped stands again where it is wanted and still to come: the patient moved to another site of ours.
    """
    wanted = due_moments(lines_for_asking(treatment), doses_for_asking(treatment))
    standing = {
        (due.planned_id, due.cycle_id): due for due in MeasureDue.objects.filter(planned__treatment=treatment)
    }
    for key, due in standing.items():
        if due.sent_at is not None:
            continue
        waiting, due_at = MeasureDue.objects.filter(pk=due.pk, sent_at__isnull=True), wanted.get(key)
        if due.dropped_at is not None:
            if due_at is not None and due_at > at:
                waiting.update(due_at=due_at, dropped_at=None)
        elif due_at is None:
            waiting.update(dropped_at=at)
        elif due_at != due.due_at:
            waiting.update(due_at=due_at)
    MeasureDue.objects.bulk_create(
        MeasureDue(planned_id=planned, cycle_id=cycle, due_at=due_at)
        for (planned, cycle), due_at in wanted.items()
        if (planned, cycle) not in standing
    )


def send_due_measures(*, at: datetime) -> int:
    """The clock's turn: what is due is asked, each alone; what lies too far behind is dropped."""
    waiting = MeasureDue.objects.filter(sent_at__isnull=True, dropped_at__isnull=True)
    waiting.filter(due_at__lt=at - LATE_AT_MOST).update(dropped_at=at)
    due = waiting.filter(due_at__lte=at).select_related(
        "planned__by", "planned__treatment__patient__person", "planned__treatment__patient__site", "cycle"
    )
    return each_alone(
        "measures-due",
        list(due.order_by("due_at", "pk")[:BATCH]),
        lambda each: send_due(due=each, by=CLOCK, at=at),
        at=at,
    )


@recorded("care.treatments.measure-asked")
def send_due(*, due: MeasureDue, by: Actor, at: datetime) -> bool:
    """Ask for one questionnaire of the plan: the patient by link, or here without phone and e-mail; a rater by a task.

    One that is open already is not asked twice: its answers count for this dose, too.
    """
    if (
        MeasureDue.objects.filter(pk=due.pk, sent_at__isnull=True, dropped_at__isnull=True).update(sent_at=at)
        != 1
    ):
        return False
    patient, planned = due.planned.treatment.patient, due.planned
    note(target=due, instrument=planned.instrument, dose=due.cycle.number)
    try:
        instrument = instruments_of_a_plan(patient.site, at).get(planned.instrument)
    except Refused:
        instrument = None
    if instrument is None:
        _owe_another_way(due, by, at)
    elif patient_answers(instrument):
        asked = open_asked(patient, planned.instrument) or _ask(due, by, at)
        MeasureDue.objects.filter(pk=due.pk).update(asked=asked)
    else:
        _owe_rating(due, instrument, by, at)
    return True


def _ask(due: MeasureDue, by: Actor, at: datetime) -> Asked:
    patient = due.planned.treatment.patient
    return ask_measure(
        patient=patient,
        instrument=due.planned.instrument,
        due_at=at + ANSWER_WITHIN,
        in_clinic=best_channel(patient.person) == Channel.SCREEN,
        planned_by=due.planned.by,
        by=by,
        at=at,
    )


def _owe_rating(due: MeasureDue, instrument: Instrument, by: Actor, at: datetime) -> None:
    patient = due.planned.treatment.patient
    make_task(
        owed=Owed(
            kind=rating_kind(instrument.id),
            about=patient,
            title=_("Rate {short}").format(short=instrument.short),
            reason=_("The plan asks for it {when} (dose {number}).").format(
                when=due.planned.when_words, number=due.cycle.number
            ),
            address=reverse("measure-enter", args=[patient.pk, instrument.id]),
            act=_("Enter it"),
            role=Role.PRESCRIBER,
            due_at=at + ANSWER_WITHIN,
            subject_name=str(patient),
        ),
        site=patient.site,
        by=by,
        at=at,
    )


def _owe_another_way(due: MeasureDue, by: Actor, at: datetime) -> None:
    """What the plan asks for is in no signed pack of today: somebody changes the plan."""
    treatment = due.planned.treatment
    make_task(
        owed=Owed(
            kind=CANNOT,
            about=due.planned,
            title=_("{instrument} cannot be asked").format(instrument=due.planned.instrument),
            reason=_("The plan asks for it, and the signed pack in force does not hold it any more."),
            address=reverse("treatment-asking", args=[treatment.pk]),
            act=_("Change the plan"),
            role=Role.PRESCRIBER,
            due_at=at + ANSWER_WITHIN,
            subject_name=str(treatment.patient),
        ),
        site=treatment.patient.site,
        by=by,
        at=at,
    )
