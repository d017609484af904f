"""What an explorable draws is what was worked out: no peak is lost to thinning, no label hides another."""

import numpy as np
import pytest

from mooring.pharmacology.explorable import (
    NARROW,
    WAYS,
    WIDE,
    RegimenChoice,
    drawn,
    picture,
    round_top,
    thinned,
    ticks,
)
from mooring.pharmacology.models import model
from mooring.pharmacology.sessions import chosen

pytestmark = pytest.mark.pure

PERSON = {"weight_kg": 70.0, "age_years": 40.0, "sex": None}


def test_every_sitting_of_six_weeks_keeps_its_peak() -> None:
    run = drawn(RegimenChoice("iv", 35.0, 40.0, 12), **PERSON, window="weeks", people=5)  # type: ignore[arg-type]
    kept = thinned(run.concentration[1], NARROW.points)
    starts = np.cumsum([0, *([72, 96] * 6)])[:12]
    peaks = [
        run.concentration[1][kept][np.abs(run.times_h[kept] - start - 1) < 1.5].max() for start in starts
    ]
    assert max(peaks) < 1.02 * min(peaks)
    assert max(peaks) == pytest.approx(185, rel=0.1)


def test_thinning_is_bounded_and_keeps_ends() -> None:
    kept = thinned(np.sin(np.linspace(0, 60, 5000)), 120)
    assert len(kept) <= 122
    assert kept[0] == 0
    assert kept[-1] == 4999


def test_labels_do_not_lie_on_each_other() -> None:
    times = np.linspace(0, 6, 200)
    curve = np.stack([np.exp(-times)] * 3)
    shapes = picture(WIDE, [("A", curve, ()), ("B", 1.001 * curve, ())], times, top=2.0, unit="").shapes
    assert abs(shapes[0].label_y - shapes[1].label_y) >= 15


def test_doses_stand_on_the_axis() -> None:
    """An infusion is a bar as long as it runs; doses at once are triangles."""
    pump = drawn(RegimenChoice("iv", 35.0, 60.0, 1), **PERSON, window="session", people=3)  # type: ignore[arg-type]
    spray = drawn(RegimenChoice("nasal-spray", 84.0), **PERSON, window="session", people=3)  # type: ignore[arg-type]
    rows = [("A", pump.concentration, pump.doses_h), ("B", spray.concentration, spray.doses_h)]
    a, b = picture(WIDE, rows, pump.times_h, top=400.0, unit="").shapes
    left, right, _, low = WIDE.inner
    assert a.bars == f"M{left:.1f} {low:.0f}h{(right - left) / 6:.1f}"
    assert a.marks == b.bars == ""
    assert b.marks.count("M") == 3


@pytest.mark.parametrize("value", [0.3, 7.0, 99.0, 231.0, 1960.0])
def test_axes_end_on_round_numbers(value: float) -> None:
    top = round_top(value)
    assert value <= top <= 2 * value
    assert ticks(top)[-1] == pytest.approx(top)


@pytest.mark.parametrize("way", list(WAYS))
def test_every_way_has_a_model_with_that_route(way: str) -> None:
    choice = chosen(drug=WAYS[way].drug, route=WAYS[way].route)
    picked = model(choice.model_id)
    assert WAYS[way].route in picked.routes
    assert choice.output in picked.outputs
    assert picked.routes[WAYS[way].route].infusible == WAYS[way].timed or way == "sc"


@pytest.mark.parametrize(("asked", "given"), [(5.0, 28.0), (50.0, 56.0), (84.0, 84.0), (150.0, 84.0)])
def test_a_spray_comes_in_devices(asked: float, given: float) -> None:
    assert RegimenChoice("nasal-spray", asked).given_mg == given
