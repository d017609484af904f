"""A curve as SVG, without a plotting library: for notebooks and the command line."""

from html import escape

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 300, 60, 46, 34
MOST_POINTS = 600
INK, BAND, GRID = "#2b4c5e", "#9fb8c4", "#d7dde0"


def nice_ticks(top: float, *, about: int = 5) -> list[float]:
    """Round numbers from 0 up to `top`."""
    if top <= 0:
        return [0.0]
    raw = top / about
    size = 10 ** np.floor(np.log10(raw))
    step = next(float(m * size) for m in (1, 2, 2.5, 5, 10) if m * size >= raw)
    return [float(step * i) for i in range(int(top / step) + 1)]


def curves_svg(times_h: Array, levels: Array, *, title: str, note: str) -> str:
    """One line (1, times), or low, middle and high (3, times), over hours."""
    pick = np.unique(np.linspace(0, len(times_h) - 1, min(len(times_h), MOST_POINTS)).astype(int))
    # The peak is kept, whatever the thinning.
    pick = np.unique(np.append(pick, levels.argmax(axis=1)))
    t, y = times_h[pick], levels[:, pick]
    top = float(y.max()) * 1.05 or 1.0
    span = float(t[-1] - t[0]) or 1.0
    x = LEFT + (t - t[0]) / span * (WIDTH - LEFT - 12)
    high = HEIGHT - BOTTOM - TOP

    def points(row: Array) -> list[str]:
        return [f"{a:.1f},{TOP + high * (1 - b / top):.1f}" for a, b in zip(x, row, strict=True)]

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<text x="{LEFT}" y="18" fill="{INK}">{escape(title)}</text>',
    ]
    for tick in nice_ticks(top):
        level = TOP + high * (1 - tick / top)
        parts.append(f'<path d="M{LEFT} {level:.1f}H{WIDTH - 12}" stroke="{GRID}"/>')
        parts.append(
            f'<text x="{LEFT - 6}" y="{level + 4:.1f}" text-anchor="end" fill="{INK}">{tick:g}</text>'
        )
    for tick in nice_ticks(span):
        at = LEFT + tick / span * (WIDTH - LEFT - 12)
        parts.append(
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle" fill="{INK}">{t[0] + tick:g}</text>'
        )
    if len(y) == 3:
        ring = points(y[0]) + points(y[2])[::-1]
        parts.append(f'<polygon points="{" ".join(ring)}" fill="{BAND}" opacity="0.5"/>')
    parts.append(
        f'<polyline points="{" ".join(points(y[len(y) // 2]))}" fill="none" stroke="{INK}" stroke-width="2"/>'
    )
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}" fill="{INK}">hours; ng/mL. {escape(note)}</text></svg>')
    return "".join(parts)
