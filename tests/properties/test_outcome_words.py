"""Any two scores of any instrument: worse is never said to be no change, nor better to be worse (cases A8, A9)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.schema.instruments import Instrument
from mooring.rules.outcomes import ScoreAt, ScoreOutcome, classify
from tests.rules.knowledge import NOON, pack

pytestmark = pytest.mark.pure

JUDGED = [each for each in pack().instruments.values() if each.total.higher_is != "neither"]
WORSE = {"outcome.worse_reliably", "outcome.worse_without_rule", "outcome.worse_within_chance"}
BETTER = {"outcome.better_reliably", "outcome.better_without_rule", "outcome.better_within_chance"}


@st.composite
def scored(draw: st.DrawFn) -> tuple[Instrument, list[float]]:
    instrument = draw(st.sampled_from(JUDGED))
    values = st.integers(int(instrument.total.least), int(instrument.total.most))
    return instrument, [float(draw(values)) for _ in range(draw(st.integers(2, 5)))]


def outcome(instrument: Instrument, scores: list[float]) -> ScoreOutcome:
    series = [ScoreAt(NOON + timedelta(days=day), total) for day, total in enumerate(scores)]
    found = classify(instrument, series, [NOON])
    assert found is not None
    return found


@given(scored())
def test_worse_is_never_no_change_and_never_better(made: tuple[Instrument, list[float]]) -> None:
    instrument, scores = made
    found = outcome(instrument, scores)
    up = instrument.total.higher_is != "better"
    worse = scores[-1] > scores[0] if up else scores[-1] < scores[0]
    code = found.status.code
    if scores[-1] == scores[0]:
        assert code not in WORSE | BETTER
    elif worse:
        assert code != "outcome.same"
        assert code not in BETTER
        assert code != "outcome.response"
    else:
        assert code not in WORSE | {"outcome.same"}


@given(scored())
def test_no_rise_is_called_a_relapse(made: tuple[Instrument, list[float]]) -> None:
    """Case A9: 10 to 11 after a response is no relapse by any rule that an instrument states."""
    assert "relapse" not in outcome(*made).status.code
