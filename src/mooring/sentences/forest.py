"""The words of a forest plot: the labels inside the picture, and the whole of it for a reader who hears it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mooring.evidence.forest import ForestLabels, interval_text
from mooring.evidence.meta import Effect, Measure, Meta


def forest_labels(effects: Sequence[Effect], meta: Meta | None, *, left: str, right: str) -> ForestLabels:
    """Everything that the picture writes beside its figures; `left` and `right` say whom each side favours."""
    measure = {
        Measure.RISK_RATIO: _("risk ratio (95 %)"),
        Measure.MEAN_DIFFERENCE: _("difference (95 %)"),
    }[effects[0].measure]
    return ForestLabels(
        left=left,
        right=right,
        measure=measure,
        pooled=_("Pooled (random effects)"),
        prediction=_("A new trial would lie here"),
        description=forest_words(effects, meta),
    )


def forest_words(effects: Sequence[Effect], meta: Meta | None = None) -> str:
    """The whole plot in plain sentences."""
    parts = [f"{effect.label}: {interval_text(effect.shown, *effect.interval)}." for effect in effects]
    if meta is None:
        parts.append(_("Fewer than three comparable trials: shown singly, not pooled."))
    else:
        pooled = interval_text(meta.random.shown, meta.random.low, meta.random.high)
        parts.append(_("Pooled, random effects: {pooled}.").format(pooled=pooled))
        parts.append(
            _("Heterogeneity: I² {percent} %, p {p}.").format(percent=f"{meta.i2:.0f}", p=f"{meta.q_p:.3f}")
        )
        low, high = (f"{end:.2f}" for end in meta.prediction)
        parts.append(_("A new trial would probably lie between {low} and {high}.").format(low=low, high=high))
    return " ".join(parts)
