"""How a treatment goes: scores over time against its doses, and what they amount to in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.care.measures.models import Filled
from mooring.care.measures.queries import filled_by
from mooring.care.treatments.facts import stop_rules_now
from mooring.care.treatments.models import Cycle, Phase, Treatment
from mooring.care.treatments.queries import intended_amount, protocol_of
from mooring.content.schema.instruments import Change, Instrument
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force, parsed
from mooring.rules.follow_up import Proposal, ProposedStep, propose, what_changed
from mooring.rules.outcomes import ScoreAt, ScoreOutcome, classify
from mooring.rules.verdict import Effect, Refused
from mooring.sentences.findings import words_of
from mooring.sentences.times import full_day_words
from mooring.words.numbers import percentage, plain_number

DAY = timedelta(days=1)
DOSE_STATES = {Phase.VOID: "held", Phase.PREPARE: "planned", Phase.READY: "planned"}


@dataclass(frozen=True)
class ScoreAgainstDoses:
    """One filled questionnaire: its total, the doses given before it, and the days since the last of them."""

    at: datetime
    total: Decimal
    band: str
    doses_before: int
    days_since_dose: int | None


@dataclass(frozen=True)
class TreatmentCourse:
    """A treatment as it went: the instrument that follows it, every score, every dose, the outcome so far."""

    instrument: Instrument
    scores: tuple[ScoreAgainstDoses, ...]
    cycles: tuple[Cycle, ...]
    outcome: ScoreOutcome | None
    ended_at: datetime | None = None

    @property
    def doses_given(self) -> tuple[Cycle, ...]:
        return tuple(each for each in self.cycles if each.administered)


def course_of(
    treatment: Treatment, cycles: Sequence[Cycle] | None = None, filled: Sequence[Filled] | None = None
) -> TreatmentCourse:
    """The course of a treatment, judged by the instrument of the pack under which it was made.

    `cycles` and `filled` (every questionnaire of the patient) are handed on by who has read them.
    A score without a total (too much was left open) is not a score and is left out. Once the treatment has
    ended, later scores are shown but do not change what it amounted to.
    """
    instrument = parsed(treatment.pack).instruments[treatment.measure]
    if cycles is None:
        cycles = list(Cycle.objects.filter(treatment=treatment).order_by("number"))
    if filled is None:
        filled = list(filled_by(treatment.patient, instrument.id))
    doses = sorted(each.dosed_at for each in cycles if each.dosed_at is not None)
    scored = [
        each
        for each in filled
        if each.total is not None and each.instrument.partition("@")[0] == instrument.id
    ]
    scores = tuple(_against(each, doses) for each in sorted(scored, key=lambda each: each.filled_at))
    counted = [
        ScoreAt(each.at, float(each.total))
        for each in scores
        if treatment.ended_at is None or each.at <= treatment.ended_at
    ]
    return TreatmentCourse(
        instrument, scores, tuple(cycles), classify(instrument, counted, doses), treatment.ended_at
    )


def _against(filled: Filled, doses: list[datetime]) -> ScoreAgainstDoses:
    before = [dose for dose in doses if dose <= filled.filled_at]
    return ScoreAgainstDoses(
        at=filled.filled_at,
        total=filled.total or Decimal(0),
        band=filled.band,
        doses_before=len(before),
        days_since_dose=(filled.filled_at - before[-1]) // DAY if before else None,
    )


def in_words(course: TreatmentCourse) -> list[str]:
    """What the scores amount to, one sentence each; a missing baseline is said, not guessed."""
    outcome, given = course.outcome, len(course.doses_given)
    doses = ngettext("{n} dose given.", "{n} doses given.", given).format(n=given)
    if outcome is None:
        return [doses, _("No baseline with a later score yet, so nothing is said about change.")]
    found = [doses, words_of(outcome.status), _change_said(course.instrument, outcome)]
    if outcome.doses_before_response is not None:
        before = outcome.doses_before_response
        found.append(
            ngettext(
                "Response first seen after {n} dose.", "Response first seen after {n} doses.", before
            ).format(n=before)
        )
    if outcome.response_not_judged is not None:
        found.append(words_of(outcome.response_not_judged))
    if outcome.days_since_last_dose is not None:
        days = int(outcome.days_since_last_dose)
        found.append(
            ngettext(
                "Latest score {n} day after a dose.", "Latest score {n} days after a dose.", days
            ).format(n=days)
        )
    return found


def _change_said(instrument: Instrument, outcome: ScoreOutcome) -> str:
    start, latest = outcome.baseline.total, outcome.latest.total
    values = {"name": instrument.short, "start": plain_number(start), "latest": plain_number(latest)}
    if not start or start == latest:
        return _("{name} from {start} to {latest}.").format(**values)
    values["percent"] = percentage(abs(latest - start) / start)
    if latest < start:
        return _("{name} from {start} to {latest}: {percent} lower.").format(**values)
    return _("{name} from {start} to {latest}: {percent} higher.").format(**values)


def proposals_of(course: TreatmentCourse, treatment: Treatment, now: datetime) -> list[dict[str, Any]]:
    """What the protocol's own plan proposes next, gravest first; nothing once the treatment has ended."""
    if course.ended_at is not None:
        return []
    site = treatment.patient.site
    days = [site.today(cycle.dosed_at) for cycle in course.doses_given if cycle.dosed_at]
    last = course.doses_given[-1] if course.doses_given else None
    amount = intended_amount(last) if last else None
    proposed = propose(protocol_of(treatment), days, course.outcome, site.today(now), amount)
    return [
        {"says": words_of(each.says), "not_before": each.not_before, "proposal": each}
        for each in (*_of_stop_rules(treatment, now), *_of_the_pack(treatment, now), *proposed)
    ]


def _of_the_pack(treatment: Treatment, now: datetime) -> tuple[Proposal, ...]:
    """What the signed pack of today says otherwise than the version that this treatment keeps."""
    signed, site = protocol_of(treatment), treatment.patient.site
    try:
        in_force = pack_in_force(site).protocols.in_force(site.today(now))
    except Refused:
        return ()
    return what_changed(signed, next((each for each in in_force if each.id == signed.id), None))


def _of_stop_rules(treatment: Treatment, now: datetime) -> list[Proposal]:
    """A stop rule that holds proposes to stop; one that asks for a look proposes a review."""
    try:
        holding = stop_rules_now(treatment, now).holding
    except Refused:
        return []
    return [
        Proposal(
            ProposedStep.STOP if each.effect >= Effect.HOLD else ProposedStep.REVIEW,
            f"{each.says} {each.asks}",
            each.rule,
        )
        for each in holding
        if each.settled and each.effect > Effect.CAUTION
    ]


def as_stored(proposals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The proposals as the decision keeps them: codes with their values, so that they can be said again."""
    return [_stored(each["proposal"]) for each in proposals]


def _stored(proposal: Proposal) -> dict[str, Any]:
    says = proposal.says
    plain: dict[str, Any] = {"says": says} if isinstance(says, str) else {"code": says.code}
    if not isinstance(says, str):
        plain["values"] = {name: str(value) for name, value in says.values.items()}
    figures = {"doses": proposal.doses, "gap_days": proposal.gap_days}
    amount = {} if proposal.amount is None else {"amount": str(proposal.amount)}
    known = {name: value for name, value in figures.items() if value is not None}
    return {"step": proposal.step.value, "rule": proposal.rule, **plain, **known, **amount}


def rules_said(instrument: Instrument) -> list[dict[str, Any]]:
    """The definitions that were applied, with their grade and sources."""
    return [
        {
            "says": _definition(change),
            "grade": change.grade,
            "sources": change.references,
            "basis": change.basis,
        }
        for change in instrument.change
        if change.kind in ("response", "remission", "caseness", "reliable change")
    ]


def _definition(change: Change) -> str:
    if change.fraction is not None:
        amount = _("at least {percent} better than at baseline").format(percent=percentage(change.fraction))
    elif change.at_most is not None:
        amount = _("a score of at most {score}").format(score=plain_number(change.at_most))
    elif change.at_least is not None:
        amount = _("a score of at least {score}").format(score=plain_number(change.at_least))
    else:
        amount = _("a change of at least {points} points").format(points=plain_number(change.points or 0))
    return f"{change.kind.capitalize()}: {amount}."


def figure_of(course: TreatmentCourse, site: Site, now: datetime) -> dict[str, Any]:
    """The figure of the scores, with its finding as a sentence and its numbers as a table."""
    instrument = course.instrument
    scale = instrument.total
    return {
        "title": _("{name} against doses").format(name=instrument.short),
        "meta": _("higher is worse") if scale.higher_is == "worse" else _("higher is better"),
        "finding": " ".join(in_words(course)[1:3]),
        "columns": [_("Date"), instrument.short, _("Range"), _("Doses before"), _("Days since a dose")],
        "rows": [
            [
                full_day_words(site.today(each.at)),
                each.total,
                each.band,
                Decimal(each.doses_before),
                "–" if each.days_since_dose is None else Decimal(each.days_since_dose),
            ]
            for each in course.scores
        ],
        "chart": {
            "kind": "score",
            "low": scale.least,
            "high": scale.most,
            "points": [
                {"at": site.today(each.at).isoformat(), "value": float(each.total)} for each in course.scores
            ],
            "doses": [_dose_mark(each, site) for each in course.cycles],
            "bands": _bands(instrument),
            "lines": _lines(course),
            "now": None if course.ended_at else site.today(now).isoformat(),
        },
    }


def _dose_mark(cycle: Cycle, site: Site) -> dict[str, Any]:
    on = site.today(cycle.dosed_at) if cycle.dosed_at else cycle.target_date
    return {
        "at": on.isoformat(),
        "number": cycle.number,
        "state": DOSE_STATES.get(Phase(cycle.phase), "given"),
    }


def _bands(instrument: Instrument) -> list[dict[str, Any]]:
    bands = sorted((each for each in instrument.bands if not each.of), key=lambda each: each.least)
    tops = [*(each.least for each in bands[1:]), instrument.total.most]
    return [
        {"from": each.least, "to": top, "name": each.label} for each, top in zip(bands, tops, strict=True)
    ]


def _lines(course: TreatmentCourse) -> list[dict[str, Any]]:
    rule = next((each for each in course.instrument.change if each.kind == "response"), None)
    if course.outcome is None or rule is None or rule.fraction is None or course.outcome.response is None:
        return []
    baseline = course.outcome.baseline.total
    label = _("response, from {baseline}").format(baseline=plain_number(baseline))
    return [{"value": baseline * (1 - rule.fraction), "label": label}]
