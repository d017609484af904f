"""What the knowledge holds on one indication, and what its trials say together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.content.pack import Pack
from mooring.content.schema.longterm import Benchmark, Trial
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.evidence.forest import forest
from mooring.evidence.trials import Comparable, comparable
from mooring.knowledge.queries.pooled import pool_once
from mooring.sentences.forest import forest_labels

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
    """Comparable trials of one outcome: drawn, and told in words."""

    title: str
    svg: str
    words: str
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
        plots=tuple(plots_of(trials)),
    )


def plots_of(trials: Iterable[Trial]) -> Iterable[Plot]:
    """A forest plot for each set of comparable trials that give counts, or a difference with its interval."""
    for number, found in enumerate(comparable(trials, pool_sets=pool_once), start=1):
        yield _plot(found, f"forest-{number}")


def _plot(found: Comparable, name: str) -> Plot:
    asked = found.question
    title = _("{outcome} ({instrument}, {timepoint}): {product}, {route}, against {comparator}").format(
        outcome=asked.outcome[:1].upper() + asked.outcome[1:],
        instrument=asked.instrument,
        timepoint=asked.timepoint,
        product=asked.product,
        route=asked.route,
        comparator=asked.comparator,
    )
    sides = (_("favours {it}").format(it=asked.product), _("favours {it}").format(it=asked.comparator))
    left, right = sides if asked.higher_is == "worse" else sides[::-1]
    labels = forest_labels(found.effects, found.meta, left=left, right=right)
    svg = forest(found.effects, found.meta, title=title, labels=labels, name=name)
    return Plot(title, svg, labels.description, found.meta is not None)
