"""Moving figures that show this program's own order: they say what the program does."""

import re
from pathlib import Path

import pytest

from mooring.care.treatments.models import Phase
from mooring.content.loader import PACKAGE_ROOT, load

FIGURES = Path(__file__).parents[3] / "src/mooring/web/templates/academy/figures"
pytestmark = pytest.mark.pure


def test_the_figure_of_the_cycle_shows_the_phases_in_their_order_and_the_criterion_of_waking() -> None:
    words = (FIGURES / "cycle.html").read_text(encoding="utf-8")
    titles = re.findall(r'at=\d title=_\("([^"]+)"\)', words)
    assert [title.lower() for title in titles] == [phase.value for phase in Phase if phase is not Phase.VOID]
    ring = words.partition('class="names"')[2].partition("</g>")[0]
    assert re.findall(r'translate "([^"]+)"', ring) == titles
    awake = next(
        criterion
        for item in load([PACKAGE_ROOT]).discharge.values()
        for criterion in item.criteria
        if criterion.code == "awake"
    )
    assert f"two checks {awake.twice_apart_min} minutes apart" in words
