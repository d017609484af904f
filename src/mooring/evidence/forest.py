"""Forest plots as accessible SVG: every number stands in the picture as text, and in a description beside it.

The colours are the page's own (`currentColor`, and classes `forest-…` that a style sheet may set), so the
picture reads in both themes and in print. No word is made here: the caller hands in `ForestLabels`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mooring.evidence.meta import Effect, Measure, Meta

_ROW, _TOP, _LEFT, _PLOT, _RIGHT = 28, 58, 230, 320, 190
_NONE = {Measure.RISK_RATIO: 1.0, Measure.MEAN_DIFFERENCE: 0.0}


@dataclass(frozen=True)
class ForestLabels:
    """The words inside a plot, and the `description` of all of it for a reader who hears it.

    `left` and `right` say whom each side favours, `measure` names the axis, `pooled` and `prediction` the two
    lines under the trials.
    """

    left: str
    right: str
    measure: str
    pooled: str
    prediction: str
    description: str


def forest(
    effects: Sequence[Effect], meta: Meta | None, *, title: str, labels: ForestLabels, name: str
) -> str:
    """An SVG forest plot; `name` is its id in the page.

    `ValueError` without any effect.
    """
    if not effects:
        raise ValueError("a forest plot needs at least one trial")
    drawing = _Drawing(effects, meta, labels)
    height = _TOP + _ROW * (len(effects) + (2 if meta else 1)) + 46
    rows = [drawing.row(at, effect) for at, effect in enumerate(effects)]
    if meta is not None:
        rows += drawing.summary(meta)
    width = _LEFT + _PLOT + _RIGHT
    return (
        f'<svg class="forest" role="img" viewBox="0 0 {width} {height}" aria-labelledby="{name}-title {name}-words" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="13" fill="currentColor">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-words">{escape(labels.description)}</desc>'
        f"{drawing.axis(height)}{''.join(rows)}{_sides(labels.left, labels.right)}</svg>"
    )


class _Drawing:
    def __init__(self, effects: Sequence[Effect], meta: Meta | None, labels: ForestLabels) -> None:
        self.labels = labels
        self.measure = effects[0].measure
        ends = [end for effect in effects for end in effect.interval]
        if meta is not None:
            ends += [*meta.prediction, meta.random.low, meta.random.high]
        places = [self._scale(end) for end in [*ends, _NONE[self.measure]]]
        margin = max((max(places) - min(places)) * 0.05, 0.05)
        self.low, self.high = min(places) - margin, max(places) + margin
        weights = meta.random.weights if meta else tuple(1 / len(effects) for _ in effects)
        self.weights = weights

    def _scale(self, value: float) -> float:
        return math.log(value) if self.measure == Measure.RISK_RATIO else value

    def x(self, value: float) -> float:
        return round(_LEFT + (self._scale(value) - self.low) / (self.high - self.low) * _PLOT, 1)

    def row(self, at: int, effect: Effect) -> str:
        y = _TOP + _ROW * at + 14
        low, high = effect.interval
        side = round(5 + 12 * math.sqrt(self.weights[at]), 1)
        middle = self.x(effect.shown)
        return (
            f'<g class="forest-trial"><text x="0" y="{y + 4}">{escape(effect.label)}</text>'
            f'<line x1="{self.x(low)}" x2="{self.x(high)}" y1="{y}" y2="{y}" stroke="currentColor"/>'
            f'<rect x="{middle - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" height="{side}"/>'
            f"{_figures(y, interval_text(effect.shown, low, high))}</g>"
        )

    def summary(self, meta: Meta) -> list[str]:
        y = _TOP + _ROW * len(meta.effects) + 18
        low, middle, high = (
            self.x(value) for value in (meta.random.low, meta.random.shown, meta.random.high)
        )
        first, last = (self.x(value) for value in meta.prediction)
        heterogeneity = f"I² {meta.i2:.0f} %, τ² {meta.tau2:.3f}, p {meta.q_p:.3f}"
        return [
            f'<g class="forest-pooled" font-weight="600"><text x="0" y="{y + 4}">{escape(self.labels.pooled)}</text>'
            f'<polygon points="{low},{y} {middle},{y - 8} {high},{y} {middle},{y + 8}"/>'
            f"{_figures(y, interval_text(meta.random.shown, meta.random.low, meta.random.high))}</g>",
            f'<g class="forest-prediction"><text x="0" y="{y + _ROW + 2}">{escape(self.labels.prediction)}</text>'
            f'<line x1="{first}" x2="{last}" y1="{y + _ROW - 2}" y2="{y + _ROW - 2}" stroke="currentColor" '
            f'stroke-dasharray="5 3"/>'
            f"{_figures(y + _ROW - 2, heterogeneity)}</g>",
        ]

    def axis(self, height: int) -> str:
        bottom = height - 34
        middle = self.x(_NONE[self.measure])
        marks = [
            f'<text x="{self.x(value)}" y="{bottom + 16}" text-anchor="middle">{value:g}</text>'
            for value in self._ticks()
        ]
        return (
            f'<g class="forest-axis"><line x1="{_LEFT}" x2="{_LEFT + _PLOT}" y1="{bottom}" y2="{bottom}" '
            f'stroke="currentColor"/><line x1="{middle}" x2="{middle}" y1="{_TOP - 8}" y2="{bottom}" '
            f'stroke="currentColor" stroke-dasharray="2 3"/>{"".join(marks)}'
            f'<text x="{_LEFT + _PLOT + 12}" y="{bottom + 16}">{escape(self.labels.measure)}</text></g>'
        )

    def _ticks(self) -> list[float]:
        if self.measure == Measure.RISK_RATIO:
            choices = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 20, 100]
        else:
            step = 10 ** math.floor(math.log10(max(self.high - self.low, 0.1)))
            step = step if (self.high - self.low) / step <= 6 else step * 2
            first = math.ceil(self.low / step)
            choices = [round((first + n) * step, 10) for n in range(12)]
        return [value for value in choices if self.low <= self._scale(value) <= self.high]


def interval_text(value: float, low: float, high: float) -> str:
    """`0.42 (0.20 to 0.88)`: an effect with its interval, as in the picture."""
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _figures(y: float, text: str) -> str:
    return f'<text x="{_LEFT + _PLOT + 12}" y="{y + 4}">{escape(text)}</text>'


def _sides(left: str, right: str) -> str:
    return (
        f'<g class="forest-sides" font-size="12"><text x="{_LEFT}" y="16">← {escape(left)}</text>'
        f'<text x="{_LEFT + _PLOT}" y="34" text-anchor="end">{escape(right)} →</text></g>'
    )
