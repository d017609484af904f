"""How a treatment goes: scores over time against its doses, and what they amount to in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from mooring.care.measures.models import Filled
from mooring.care.measures.queries import filled_by
from mooring.care.treatments.models import Cycle, Treatment
from mooring.content.schema.instruments import Instrument
from mooring.identity.packs import parsed
from mooring.rules.outcomes import Outcome, ScoreAt, classify

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ScoreAgainstDoses:
    """One filled questionnaire: its total, the doses given before it, and the days since the last of them."""

    at: datetime
    total: Decimal
    band: str
    doses_before: int
    days_since_dose: int | None


@dataclass(frozen=True)
class Course:
    """A treatment as it went: the instrument that follows it, every score, every dose, the outcome so far."""

    instrument: Instrument
    scores: tuple[ScoreAgainstDoses, ...]
    cycles: tuple[Cycle, ...]
    outcome: Outcome | None

    @property
    def doses_given(self) -> tuple[Cycle, ...]:
        return tuple(each for each in self.cycles if each.administered)


def course_of(treatment: Treatment) -> Course:
    """The course of a treatment, judged by the instrument of the pack under which it was made.

    A score without a total (too much was left open) is not a score and is left out. Once the treatment has
    ended, later scores are shown but do not change what it amounted to.
    """
    instrument = parsed(treatment.pack).instruments[treatment.measure]
    cycles = tuple(Cycle.objects.filter(treatment=treatment).order_by("number"))
    doses = sorted(each.dosed_at for each in cycles if each.dosed_at is not None)
    filled = list(filled_by(treatment.patient, instrument.id).filter(total__isnull=False))
    scores = tuple(_against(each, doses) for each in sorted(filled, key=lambda each: each.filled_at))
    counted = [
        ScoreAt(each.at, float(each.total))
        for each in scores
        if treatment.ended_at is None or each.at <= treatment.ended_at
    ]
    return Course(instrument, scores, cycles, classify(instrument, counted, doses))


def _against(filled: Filled, doses: list[datetime]) -> ScoreAgainstDoses:
    before = [dose for dose in doses if dose <= filled.filled_at]
    return ScoreAgainstDoses(
        at=filled.filled_at,
        total=filled.total or Decimal(0),
        band=filled.band,
        doses_before=len(before),
        days_since_dose=(filled.filled_at - before[-1]) // DAY if before else None,
    )
