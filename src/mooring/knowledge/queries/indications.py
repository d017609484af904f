"""What the knowledge holds on one indication, and what its trials say together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.content.pack import Pack
from mooring.content.schema.longterm import Benchmark, Outcome, Trial
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.evidence.forest import forest
from mooring.evidence.meta import Measure
from mooring.evidence.trials import Gathered, gather

# The code in the address, what people call it, and how content names it.
INDICATIONS: dict[str, tuple[str | Promise, str]] = {
    "depression": (gettext_lazy("Depression"), "depression"),
    "bipolar-depression": (gettext_lazy("Bipolar depression"), "bipolar depression"),
    "anxiety": (gettext_lazy("Anxiety"), "anxiety"),
    "social-anxiety": (gettext_lazy("Social anxiety"), "social anxiety"),
    "ptsd": (gettext_lazy("PTSD"), "PTSD"),
    "ocd": (gettext_lazy("OCD"), "OCD"),
    "substance-use": (gettext_lazy("Substance use"), "substance use"),
    "pain": (gettext_lazy("Pain"), "pain"),
    "suicidal-ideation": (gettext_lazy("Suicidal ideation"), "suicidal ideation"),
}
FINDINGS = ("for", "mixed", "no difference", "against")


@dataclass(frozen=True)
class Plot:
    """Comparable trials of one outcome: same product, route, comparator and instrument."""

    title: str
    svg: str
    pooled: bool


@dataclass(frozen=True)
class Indication:
    """Everything in force on one indication; `findings` counts its trials by what they found."""

    protocols: tuple[ProtocolTemplate, ...]
    trials: tuple[Trial, ...]
    benchmarks: tuple[Benchmark, ...]
    findings: tuple[tuple[str, int], ...]
    approved: tuple[ProtocolTemplate, ...]
    plots: tuple[Plot, ...]


def indication_of(pack: Pack, name: str, on: date) -> Indication:
    """What the pack holds on the indication that content calls `name`."""
    protocols = tuple(each for each in pack.protocols.in_force(on) if name in each.indications)
    trials = tuple(
        sorted((t for t in pack.trials.in_force(on) if t.indication == name), key=lambda each: each.year)
    )
    counted: Counter[str] = Counter(trial.finding for trial in trials)
    return Indication(
        protocols=protocols,
        trials=trials,
        benchmarks=tuple(each for each in pack.benchmarks.in_force(on) if each.indication == name),
        findings=tuple((finding, counted[finding]) for finding in FINDINGS if counted[finding]),
        approved=tuple(each for each in protocols if each.standing == "approved"),
        plots=tuple(plots_of(trials, name)),
    )


def plots_of(trials: Iterable[Trial], name: str) -> Iterable[Plot]:
    """A forest plot for each set of comparable trials that give counts, or a difference with its interval."""
    sets: dict[tuple[str, ...], list[Trial]] = {}
    first: dict[tuple[str, ...], Outcome] = {}
    for trial in trials:
        for outcome in trial.outcomes:
            key: tuple[str, ...] = (
                outcome.name,
                outcome.instrument,
                trial.product,
                trial.route,
                trial.comparator,
            )
            sets.setdefault(key, []).append(trial.model_copy(update={"outcomes": (outcome,)}))
            first.setdefault(key, outcome)
    for number, (same, comparable) in enumerate(sets.items(), start=1):
        for measure in Measure:
            found = gather(comparable, indication=name, outcome=same[0], measure=measure)
            if found.effects:
                yield _plot(same, first[same], found, f"forest-{number}-{measure.name.lower()}")


def _plot(key: tuple[str, ...], outcome: Outcome, found: Gathered, name: str) -> Plot:
    outcome_name, instrument, product, route, comparator = key
    title = f"{outcome_name.capitalize()} ({instrument}): {product}, {route}, {_('against')} {comparator}"
    sides = (_("favours {it}").format(it=product), _("favours {it}").format(it=comparator))
    left, right = sides if outcome.higher_is == "worse" else sides[::-1]
    svg = forest(found.effects, found.meta, title=title, left=left, right=right, name=name)
    return Plot(title, svg, found.meta is not None)
